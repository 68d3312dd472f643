import { selects } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Client } from '../graph/destination-rules.ts';
import type { Resource } from '../graph/resource.ts';
import { gatewayKey } from '../graph/virtual-services.ts';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes } from '../imports/istio.ts';
import { objectName } from '../manifest/manifest.ts';
import { hostCovers } from '../model/host.ts';
import type { Path } from '../model/schema.ts';
import { answer } from './answer.ts';
import { arriveAt } from './arrive-at.ts';
import type { Sender } from './arrivals.ts';
import type { Explanation } from './explanation.ts';
import { compared, type MatchingProxy } from './match-request.ts';
import { lookUp } from './registry.ts';
import type { Request } from './request.ts';
import { by } from './rule-place.ts';
import { weighted, type Routing } from './shares.ts';
import type { Steps } from './steps.ts';

/** A connection whose bytes a proxy does not read. */
export interface Connection {
  readonly client: Client;
  readonly sender: Sender;
  readonly proxy: MatchingProxy;
  readonly request: Request;
  readonly steps: Steps;
}

/** A `tls` or `tcp` rule that takes a connection. */
export interface ConnectionRule {
  readonly virtualService: Resource<'VirtualService'>;
  readonly route: readonly RouteDestination[];
  readonly at: Path;
  readonly why: string;
}

/** Follows bytes along a rule to where it leads. */
export function followConnection(
  graph: MeshGraph,
  { client, sender, request, steps }: Connection,
  { virtualService, route, at, why }: ConnectionRule,
): Explanation {
  const name = objectName(virtualService.manifest);
  steps.add('route', `${name} ${at[1]}[${at[2]}]`, why, by({ virtualService, at }));
  const routing: Routing = {
    client,
    namespace: virtualService.namespace,
    portOf: (host) => {
      const ports = lookUp(graph, host, client.namespace)?.ports ?? [];
      return ports.length === 1 && ports[0] ? ports[0].number : request.port;
    },
  };
  const shares = weighted(graph, route, routing).map(({ cluster, share }) => ({
    cluster,
    share,
    request: compared(request),
  }));
  if (shares.length === 0) {
    steps.add(
      'action',
      'nowhere to go: the connection is closed',
      'the rule has no destination',
      by({ virtualService, at }),
    );
    return answer(steps, { outcome: 'unroutable', status: null });
  }
  return arriveAt(graph, steps, sender, shares, {
    route: { virtualService: name, name: null, rule: Number(at[2]) },
  });
}

/** The rule that takes a connection: of `tls` where the client names a host in its handshake, else of `tcp`. */
export const connectionRule = (
  virtualService: Resource<'VirtualService'>,
  connection: Connection,
): ConnectionRule | undefined => tlsRule(virtualService, connection) ?? tcpRule(virtualService, connection);

/** The `tls` rule for the host that a client names. */
export function tlsRule(
  virtualService: Resource<'VirtualService'>,
  { request, proxy }: Pick<Connection, 'request' | 'proxy'>,
): ConnectionRule | undefined {
  if (request.scheme !== 'https') return undefined;
  for (const [index, { match, route = [] }] of (virtualService.spec.tls ?? []).entries())
    for (const [at, one] of match.entries()) {
      const host = one.sniHosts.find((sni) => hostCovers(sni.toLowerCase(), request.host));
      if (host === undefined || route.length === 0 || !fits(one, virtualService.namespace, proxy)) continue;
      const why = `the client asks for ${host} in its TLS handshake`;
      return { virtualService, route, at: ['spec', 'tls', index, 'match', at], why };
    }
  return undefined;
}

/** The first `tcp` rule that is for a proxy and port. */
export function tcpRule(
  virtualService: Resource<'VirtualService'>,
  { proxy }: Pick<Connection, 'proxy'>,
): ConnectionRule | undefined {
  for (const [index, { match = [], route = [] }] of (virtualService.spec.tcp ?? []).entries()) {
    if (match.length === 0)
      return { virtualService, route, at: ['spec', 'tcp', index], why: 'it takes every connection' };
    const at = match.findIndex((one) => fits(one, virtualService.namespace, proxy));
    if (at >= 0) return { virtualService, route, at: ['spec', 'tcp', index, 'match', at], why: 'its match fits' };
  }
  return undefined;
}

function fits(match: L4MatchAttributes | TLSMatchAttributes, namespace: string, proxy: MatchingProxy): boolean {
  if (match.port && match.port !== proxy.port) return false;
  const wanted = (match.gateways ?? []).map((name) => gatewayKey(name, namespace));
  if (wanted.length > 0) return wanted.includes(proxy.gateway);
  return (
    selects(match.sourceLabels ?? {}, proxy.labels) &&
    (!match.sourceNamespace || match.sourceNamespace === proxy.namespace)
  );
}
