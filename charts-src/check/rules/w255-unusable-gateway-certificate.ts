import type { GatewayNode } from '../../graph/gateways.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { readCertificateSecret } from '../certificate-secret.ts';
import type { Rule } from '../rule.ts';

/** A Secret that is there and holds no certificate that Envoy could serve: the port answers no handshake. */
export const unusableGatewayCertificate = {
  code: 'W255',
  name: 'unusable-gateway-certificate',
  severity: 'error',
  summary: 'The Secret of a Gateway holds no certificate with its key.',
  also: ['IST0161'],
  reads: ['Gateway', 'Secret', 'Pod', 'Deployment'],
  *check(graph) {
    const secrets = new Map(
      graph.objects('Secret', '').map((secret) => [`${secret.namespace}/${secret.name}`, secret]),
    );
    if (secrets.size === 0) return;
    for (const node of graph.gateways)
      for (const { server, at } of node.servers) {
        const name = server.tls?.credentialName ?? '';
        const secret = name === '' ? undefined : secretFor(graph, secrets, node, name);
        const problem = secret === undefined ? undefined : readCertificateSecret(secret);
        if (secret === undefined || problem === undefined) continue;
        yield {
          manifest: node.gateway.manifest,
          at: [...at, 'tls', 'credentialName'],
          message: `Secret ${secret.namespace}/${name} ${problem}: istiod does not send it, and every handshake on port ${server.port?.number ?? '?'} fails`,
          fix: `make it anew: kubectl create secret tls ${name} -n ${secret.namespace} --cert=FILE --key=FILE`,
        };
      }
  },
} satisfies Rule;

/** The Secret in the namespace of the gateway's pods; where those are not among the files, in Istio's own or the Gateway's. */
function secretFor(
  graph: MeshGraph,
  secrets: ReadonlyMap<string, Manifest>,
  { gateway, workloads }: GatewayNode,
  name: string,
): Manifest | undefined {
  const namespaces =
    workloads.length > 0
      ? workloads.map(({ namespace }) => namespace)
      : [graph.settings.rootNamespace, gateway.namespace];
  return namespaces.map((namespace) => secrets.get(`${namespace}/${name}`)).find((secret) => secret !== undefined);
}
