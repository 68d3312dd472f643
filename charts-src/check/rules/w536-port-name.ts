import type { MeshHost } from '../../graph/mesh-host.ts';
import { isOfIstio } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A port does not tell its protocol, so the proxies guess from the first bytes. */
export const portName = {
  code: 'W536',
  name: 'port-name',
  severity: 'info',
  summary: 'A port of a Service does not say what protocol it speaks.',
  also: ['IST0118', 'KIA0601'],
  reads: ['Service'],
  *check({ services }) {
    for (const host of services) {
      const { manifest, ports, from } = host;
      if (from.kind !== 'Service' || from.spec.type === 'ExternalName' || isMadeByIstio(host)) continue;
      for (const [index, { protocol, name, number, at }] of ports.entries()) {
        if (protocol !== 'sniffed') continue;
        const appProtocol = from.spec.ports?.[index]?.appProtocol;
        yield {
          manifest,
          at: [...at, appProtocol === undefined ? 'name' : 'appProtocol'],
          ...(appProtocol === undefined ? {} : { also: ['IST0118', 'KIA0602'] }),
          message: `port ${number} ${appProtocol !== undefined ? `has appProtocol "${appProtocol}", which Istio does not know` : name === '' ? 'has no name' : `is named "${name}", which begins with no protocol that Istio knows`}: proxies guess from the first bytes, and where the server speaks first they wait in vain`,
          fix: 'set appProtocol, or name the port http-…, http2-…, grpc-…, tls-… or tcp-…',
        };
      }
    }
  },
} satisfies Rule;

const isMadeByIstio = ({ manifest, namespace }: MeshHost): boolean =>
  isOfIstio(manifest) ||
  manifest.labels['gateway.istio.io/managed'] !== undefined ||
  namespace === 'kube-system' ||
  namespace === 'kube-public';
