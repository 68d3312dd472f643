import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isHttp, mayBeHttp, parseProtocol, type Protocol } from '../../graph/protocol.ts';
import type { Resource } from '../../graph/resource.ts';
import { clientsOf } from '../../graph/virtual-service-clients.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import type { Server } from '../../imports/istio.ts';
import { isWildcardHost } from '../../model/host.ts';
import type { Rule } from '../rule.ts';

/**
 * `http` rules act only on ports that speak HTTP, `tls` rules where TLS goes through unopened, `tcp` rules on the rest.
 * Rules for a protocol that no port of the host speaks never act.
 */
export const rulesOfOtherProtocol = {
  code: 'W130',
  name: 'rules-of-other-protocol',
  severity: 'warning',
  summary: 'A VirtualService has rules for a protocol that no port of its host speaks.',
  also: [],
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (isDelegate(virtualService)) continue;
      const places = placesOf(graph, virtualService);
      if (places === undefined || places.length === 0) continue;
      for (const kind of ['http', 'tls', 'tcp'] as const) {
        if ((virtualService.spec[kind] ?? []).length === 0 || places.some((place) => place.acts[kind])) continue;
        const onlyGateways = places.every(({ isGateway }) => isGateway);
        yield {
          manifest: virtualService.manifest,
          at: ['spec', kind],
          severity: onlyGateways ? 'error' : 'warning',
          message: `${kind} rules act on no port here (${[...new Set(places.map(({ text }) => text))].join(', ')})${onlyGateways ? ', so nothing that comes in is routed by them' : ': the proxies pass these connections on without them'}`,
          fix: fixFor(kind, onlyGateways),
        };
      }
    }
  },
} satisfies Rule;

type Kind = 'http' | 'tls' | 'tcp';

/** A listener that the rules are for. */
interface RulePlace {
  readonly text: string;
  readonly isGateway: boolean;
  readonly acts: Readonly<Record<Kind, boolean>>;
}

/** Undefined where some listener is not among the files. */
function placesOf(graph: MeshGraph, virtualService: Resource<'VirtualService'>): readonly RulePlace[] | undefined {
  const places: RulePlace[] = [];
  const { gateways, missingGateways } = clientsOf(graph).of(virtualService);
  if (missingGateways.length > 0) return undefined;
  for (const { servers } of gateways)
    for (const { server } of servers)
      if (server.port.protocol !== '')
        places.push({ text: serverText(server), isGateway: true, acts: actsAtGateway(server) });
  if (!gatewaysOf(virtualService).includes(MESH_GATEWAY)) return places;
  for (const host of virtualServiceHosts(virtualService, graph.settings.clusterDomain)) {
    const named = graph.hostsNamed(host);
    if (isWildcardHost(host) || named.length === 0) return undefined;
    for (const { ports } of named)
      for (const { number, protocol } of ports)
        places.push({ text: `port ${number} is ${protocol}`, isGateway: false, acts: actsOnSidecar(protocol) });
  }
  return places;
}

const actsOnSidecar = (protocol: Protocol): RulePlace['acts'] => ({
  http: mayBeHttp(protocol),
  tls: !isHttp(protocol) && protocol !== 'UDP',
  tcp: !isHttp(protocol) && protocol !== 'UDP',
});

function actsAtGateway({ port, tls }: Server): RulePlace['acts'] {
  const protocol = parseProtocol(port.protocol);
  const passes = tls?.mode === 'PASSTHROUGH' || tls?.mode === 'AUTO_PASSTHROUGH';
  if (passes) return { http: false, tls: true, tcp: false };
  const opensHttp = protocol !== undefined && (isHttp(protocol) || protocol === 'HTTPS');
  // Anything else is carried byte by byte, after TLS is taken off where there is some.
  return { http: opensHttp, tls: false, tcp: !opensHttp };
}

const serverText = ({ port, tls }: Server): string =>
  `gateway port ${port.number} is ${port.protocol}${tls?.mode === undefined ? '' : ` ${tls.mode}`}`;

function fixFor(kind: Kind, onlyGateways: boolean): string {
  switch (kind) {
    case 'http':
      return onlyGateways
        ? 'route by tls rules, or let the gateway take TLS off (mode SIMPLE)'
        : 'name the port http-… or set appProtocol: http, if it speaks HTTP; else write tcp rules';
    case 'tls':
      return onlyGateways
        ? 'set tls.mode: PASSTHROUGH at the gateway, or write http rules'
        : 'write http rules, or name the port tls-… if it speaks TLS';
    case 'tcp':
      return 'write http rules, or name the port tcp-… if it speaks no HTTP';
  }
}
