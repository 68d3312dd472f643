import type { GatewayNode } from '../../graph/gateways.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { selects } from '../../graph/labels.ts';
import type { Server } from '../../imports/istio.ts';
import type { Rule } from '../rule.ts';

/**
 * Two Gateways of the same pods use one certificate. Browsers send requests for both hosts over one HTTP/2 connection,
 * which belongs to the first one, and it answers 404 for the other.
 */
export const gatewayCertificateTwice = {
  code: 'W145',
  name: 'gateway-certificate-twice',
  severity: 'warning',
  summary: 'Two Gateways of the same pods use one certificate: browsers get 404 over a connection that they reuse.',
  also: ['IST0138'],
  reads: ['Gateway'],
  *check(graph) {
    const byCertificate = certificatesOf(graph);
    for (const node of graph.gateways)
      for (const { server, at } of node.servers) {
        const certificate = certificateOf(server);
        if (certificate === undefined) continue;
        const others = (byCertificate.get(certificate) ?? []).filter(
          (other) =>
            other.key !== node.key && selects(node.gateway.spec.selector ?? {}, other.gateway.spec.selector ?? {}),
        );
        if (others.length === 0) continue;
        const { credentialName } = server.tls ?? {};
        yield {
          manifest: node.gateway.manifest,
          at: [...at, 'tls', credentialName === undefined ? 'serverCertificate' : 'credentialName'],
          message: `Gateway ${[...new Set(others.map(({ key }) => key))].sort().join(', ')} has the same certificate "${credentialName ?? server.tls?.serverCertificate ?? ''}": a browser sends requests for hosts of both over one connection, and gets 404 for those of the other`,
          fix: 'put all hosts of a certificate into one server of one Gateway',
        };
      }
  },
} satisfies Rule;

function certificatesOf(graph: MeshGraph): ReadonlyMap<string, readonly GatewayNode[]> {
  const found = new Map<string, GatewayNode[]>();
  for (const node of graph.gateways)
    for (const { server } of node.servers) {
      const certificate = certificateOf(server);
      if (certificate === undefined) continue;
      const list = found.get(certificate);
      if (list) list.push(node);
      else found.set(certificate, [node]);
    }
  return found;
}

/** Two are the same when they have the name of one Secret, or the files of certificate and key. */
function certificateOf({ tls }: Server): string | undefined {
  if (tls?.credentialName) return `secret ${tls.credentialName}`;
  return tls?.serverCertificate && tls.privateKey ? `files ${tls.serverCertificate} ${tls.privateKey}` : undefined;
}
