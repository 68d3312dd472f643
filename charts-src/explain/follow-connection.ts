import { selects } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Client } from '../graph/destination-rules.ts';
import type { Resource } from '../graph/resource.ts';
import { gatewayKey, MESH_GATEWAY } from '../graph/virtual-services.ts';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes } from '../imports/istio.ts';
import { objectName } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';
import { addressCovers } from './address.ts';
import { answer } from './answer.ts';
import { arriveAt } from './arrive-at.ts';
import type { Sender } from './arrivals.ts';
import type { Explanation } from './explanation.ts';
import { compared, type MatchingProxy } from './match-request.ts';
import { mostSpecific } from './most-specific.ts';
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

/** The hosts that a `tls` rule waits for in handshakes, one by one. */
interface SniRule extends ConnectionRule {
  readonly sni: string;
}

/** Every host of the `tls` rules that are for a proxy and port; what asks for it comes later, with a handshake. */
export const tlsRules = (
  virtualService: Resource<'VirtualService'>,
  { proxy }: Pick<Connection, 'proxy'>,
): readonly SniRule[] =>
  (virtualService.spec.tls ?? []).flatMap(({ match, route = [] }, index) =>
    match.flatMap((one, at) =>
      route.length === 0 || !fits(one, virtualService.namespace, proxy)
        ? []
        : one.sniHosts.map((sni) => ({
            sni: sni.toLowerCase(),
            virtualService,
            route,
            at: ['spec', 'tls', index, 'match', at],
            why: `the client asks for ${sni} in its TLS handshake`,
          })),
    ),
  );

/** The rule that takes a handshake: Envoy picks the most specific host, whatever the order of the rules. */
export const takesHandshake = (rules: readonly SniRule[], host: string): ConnectionRule | undefined =>
  mostSpecific(rules, ({ sni }) => sni, host);

/** What the `tcp` rules of a host come to. */
export interface TcpChoice {
  /** Undefined: the host itself. */
  readonly rule: ConnectionRule | undefined;
  /** Blocks of addresses that other rules are for, where no file tells the address that is called. */
  readonly unknownSubnets: readonly string[];
}

/**
 * The `tcp` rule for a connection: the one with the most exact block of the called address, else the first one that
 * takes every address.
 * Source: Istio's buildSidecarOutboundTCPFilterChainOpts; Envoy's filter chain match
 */
export function tcpRule(
  virtualServices: readonly Resource<'VirtualService'>[],
  { proxy }: Pick<Connection, 'proxy'>,
  addresses: readonly string[],
): TcpChoice {
  const subnets: { readonly block: string; readonly rule: ConnectionRule }[] = [];
  const choice = (rule: ConnectionRule | undefined): TcpChoice => ({
    rule: mostExact(subnets, addresses) ?? rule,
    unknownSubnets: addresses.length === 0 ? subnets.map(({ block }) => block) : [],
  });
  for (const virtualService of virtualServices)
    for (const [index, { match = [], route = [] }] of (virtualService.spec.tcp ?? []).entries()) {
      if (route.length === 0) continue;
      const place = { virtualService, route, at: ['spec', 'tcp', index] };
      if (match.length === 0) return choice({ ...place, why: 'it takes every connection' });
      const fitting = match.flatMap((one, at) =>
        fits(one, virtualService.namespace, proxy) ? [{ blocks: one.destinationSubnets ?? [], at }] : [],
      );
      // At a gateway nobody asks which address was called.
      const open = fitting.find(({ blocks }) => blocks.length === 0 || proxy.gateway !== MESH_GATEWAY);
      if (open) return choice({ ...place, at: [...place.at, 'match', open.at], why: 'its match fits' });
      for (const { blocks, at } of fitting)
        for (const block of blocks)
          subnets.push({
            block,
            rule: { ...place, at: [...place.at, 'match', at], why: `the called address is one of ${block}` },
          });
    }
  return choice(undefined);
}

function mostExact(
  subnets: readonly { readonly block: string; readonly rule: ConnectionRule }[],
  addresses: readonly string[],
): ConnectionRule | undefined {
  const covering = subnets.flatMap(({ block, rule }) =>
    addresses.flatMap((address) => {
      const bits = addressCovers(block, address);
      return bits === undefined ? [] : [{ bits, rule }];
    }),
  );
  return covering.sort((one, other) => other.bits - one.bits)[0]?.rule;
}

/** Whether a match is for a proxy. Of gateways, neither labels nor namespace count.
 * Source: Istio's matchTLS, matchTCP, l4SingleMatch */
function fits(match: L4MatchAttributes | TLSMatchAttributes, namespace: string, proxy: MatchingProxy): boolean {
  if (match.port && match.port !== proxy.port) return false;
  const wanted = (match.gateways ?? []).map((name) => gatewayKey(name, namespace));
  if (wanted.length > 0 && !wanted.includes(proxy.gateway)) return false;
  return (
    proxy.gateway !== MESH_GATEWAY ||
    (selects(match.sourceLabels ?? {}, proxy.labels) &&
      (!match.sourceNamespace || match.sourceNamespace === proxy.namespace))
  );
}
