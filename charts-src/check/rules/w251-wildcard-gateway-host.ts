import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { gatewaysOf, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { looksLikeEgress } from '../egress-gateways.ts';
import type { Hit, Rule } from '../rule.ts';

/** A Gateway for every host name: any namespace may take names that others believe are theirs. */
export const wildcardGatewayHost = {
  code: 'W251',
  name: 'wildcard-gateway-host',
  severity: 'warning',
  summary: 'A Gateway or a VirtualService at a gateway is for every host name.',
  reads: ['Gateway', 'VirtualService'],
  *check(graph) {
    for (const { gateway, servers } of graph.gateways) {
      if (looksLikeEgress(gateway.spec.selector ?? {})) continue;
      for (const { server, at, hosts } of servers) {
        // Plain HTTP has a finding of its own, which says both; a redirect leads nowhere but to the same name.
        if (server.tls === undefined || server.tls.httpsRedirect === true) continue;
        // Between clusters names are not known to the gateway at all.
        if (server.tls.mode === 'AUTO_PASSTHROUGH') continue;
        const index = hosts.findIndex(({ host, namespace }) => host === '*' && namespace === '*');
        if (index < 0) continue;
        yield {
          manifest: gateway.manifest,
          at: [...at, 'hosts', index],
          // What is passed through is answered by somebody else's certificate.
          ...(server.tls.mode === 'PASSTHROUGH' && { severity: 'info' as const }),
          message: `host "${server.hosts[index] ?? '*'}" lets a VirtualService of any namespace answer for any name on port ${server.port?.number ?? '?'}`,
          fix: 'list the host names that the certificate has, with the namespace that may serve them: "shop/www.example.com"',
        };
      }
    }
    yield* virtualServices(graph);
  },
} satisfies Rule;

/** Where the Gateway is not among the files, or has exact hosts, the VirtualService alone says "every name". */
function* virtualServices(graph: MeshGraph): Generator<Hit> {
  for (const virtualService of graph.of('VirtualService')) {
    const index = (virtualService.spec.hosts ?? []).indexOf('*');
    const keys = gatewaysOf(virtualService).filter((key) => key !== MESH_GATEWAY);
    if (index < 0 || keys.length === 0 || keys.some((key) => graph.gateway(key) !== undefined)) continue;
    yield {
      manifest: virtualService.manifest,
      at: ['spec', 'hosts', index],
      severity: 'info',
      message: `host "*" takes every name that Gateway ${keys.join(', ')} serves, also those that are added to it later`,
      fix: 'list the host names that this VirtualService is for',
    };
  }
}
