import type { GatewayNode } from '../../graph/gateways.ts';
import { gatewayKey, gatewaysOf, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { fullHost, hostsOverlap } from '../../model/host.ts';
import type { Rule } from '../rule.ts';

/** A Gateway does not have the hosts of a VirtualService that is bound to it: it answers 404 for them. */
export const hostNotInGateway = {
  code: 'W142',
  name: 'host-not-in-gateway',
  severity: 'warning',
  summary: 'A Gateway does not have the hosts of a VirtualService that is bound to it.',
  also: [],
  reads: ['VirtualService', 'Gateway'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      const { manifest, spec, namespace } = virtualService;
      const hosts = (spec.hosts ?? []).map((host) => fullHost(host, namespace, graph.settings.clusterDomain));
      if (hosts.length === 0) continue;
      const bound: GatewayNode[] = [];
      let hasUnknown = gatewaysOf(virtualService).includes(MESH_GATEWAY);
      let hasMiss = false;
      for (const [index, written] of (spec.gateways ?? []).entries()) {
        if (written === MESH_GATEWAY) continue;
        const node = graph.gateway(gatewayKey(written, namespace));
        if (node === undefined) {
          hasUnknown = true;
          continue;
        }
        bound.push(node);
        if (hosts.some((host) => hasHost(node, host, namespace))) continue;
        hasMiss = true;
        yield {
          manifest,
          at: ['spec', 'gateways', index],
          also: ['IST0132'],
          message: `Gateway "${node.key}" has none of the hosts ${(spec.hosts ?? []).join(', ')} for namespace "${namespace}" (it has ${hostsText(node)}), so it answers 404 for them`,
          fix: 'add the hosts to a server of the Gateway, or correct those of the VirtualService',
        };
      }
      if (hasUnknown || hasMiss || bound.length === 0) continue;
      for (const [index, host] of hosts.entries()) {
        if (bound.some((node) => hasHost(node, host, namespace))) continue;
        yield {
          manifest,
          at: ['spec', 'hosts', index],
          message: `no Gateway of this VirtualService has host "${spec.hosts?.[index] ?? host}" (they have ${bound.map(hostsText).join(', ')}), so they answer 404 for it`,
          fix: 'add the host to a server of a Gateway, or take it out here',
        };
      }
    }
  },
} satisfies Rule;

const hasHost = ({ servers }: GatewayNode, host: string, namespace: string): boolean =>
  servers.some(({ hosts }) =>
    hosts.some(
      (served) => (served.namespace === '*' || served.namespace === namespace) && hostsOverlap(served.host, host),
    ),
  );

const hostsText = ({ servers }: GatewayNode): string =>
  [...new Set(servers.flatMap(({ server }) => server.hosts))].join(', ') || 'no hosts';
