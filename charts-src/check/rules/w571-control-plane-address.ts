import { isIpAddress } from '../../model/host.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Rule } from '../rule.ts';
import { webhooksOf, type Webhook } from '../webhooks.ts';

/** The API server does not know where istiod is. */
export const controlPlaneAddress = {
  code: 'W571',
  name: 'control-plane-address',
  severity: 'error',
  summary: 'A webhook of Istio has no address, or one that no certificate fits.',
  also: ['IST0163', 'IST0164'],
  reads: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  *check(graph) {
    for (const { configuration, at, name, url, service } of webhooksOfIstio(graph)) {
      if (service !== undefined && url === undefined) continue;
      const host = url === undefined ? undefined : hostOf(url);
      if (host === undefined) {
        yield {
          manifest: configuration,
          at: [...at, 'clientConfig', 'url'],
          also: ['IST0163'],
          message: `webhook "${name}" has ${url === undefined ? 'neither a url nor a service' : `the url ${JSON.stringify(url)}, which is no https URL`}: the API server refuses the object`,
          fix: 'write the URL of the external istiod: https://<host>:15017/inject or /validate, or a service',
        };
        continue;
      }
      if (isIpAddress(host))
        yield {
          manifest: configuration,
          at: [...at, 'clientConfig', 'url'],
          severity: 'info' as const,
          also: ['IST0164'],
          message: `webhook "${name}" calls the address ${host}: the certificate of istiod has to name that address, and when it changes no pod can be created`,
          fix: 'use a host name',
        };
    }
  },
} satisfies Rule;

/** Source: Istio's charts, names of its webhook configurations */
const webhooksOfIstio = (graph: MeshGraph): readonly Webhook[] => [
  ...webhooksOf(graph, 'MutatingWebhookConfiguration').filter(({ configuration }) =>
    configuration.name.startsWith('istio-sidecar-injector'),
  ),
  ...webhooksOf(graph, 'ValidatingWebhookConfiguration').filter(
    ({ configuration: { name } }) => name === 'istiod-default-validator' || name.startsWith('istio-validator'),
  ),
];

function hostOf(url: string): string | undefined {
  const [, bracketed, plain] =
    /^https:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^/:?#@\s]+))(?::\d{1,5})?(?:[/?#]\S*)?$/.exec(url) ?? [];
  return bracketed ?? plain;
}
