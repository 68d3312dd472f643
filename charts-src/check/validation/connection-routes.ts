import type { L4MatchAttributes, TLSMatchAttributes, VirtualServiceSpec } from '../../imports/istio.ts';
import { hostCovers } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import { gatewayNames } from './gateway-names.ts';
import { isIp, isIpOrSubnet } from './ip-syntax.ts';
import { labels } from './labels.ts';
import { refused, warned, type Objections } from './objection.ts';
import { portNumber } from './port-number.ts';
import { virtualHostProblem } from './virtual-service-hosts.ts';

/** Rules for connections: by the name that a client asks for (tls), and without any (tcp). */
export function* connectionRoutes(spec: VirtualServiceSpec): Objections {
  for (const [index, { match, route = [] }] of (spec.tls ?? []).entries()) {
    const at = ['spec', 'tls', index];
    if (match.length === 0) yield refused([...at, 'match'], 'the rule matches nothing', 'add a match with sniHosts');
    for (const [place, attributes] of match.entries()) {
      yield* connectionMatch([...at, 'match', place], attributes);
      yield* sniHosts([...at, 'match', place, 'sniHosts'], attributes, spec);
    }
    if (route.length === 0) yield noRoute(at);
  }
  for (const [index, { match = [], route = [] }] of (spec.tcp ?? []).entries()) {
    const at = ['spec', 'tcp', index];
    for (const [place, attributes] of match.entries()) yield* connectionMatch([...at, 'match', place], attributes);
    if (route.length === 0) yield noRoute(at);
  }
}

const noRoute = (at: Path) => refused([...at, 'route'], 'the rule has no route', 'add where its connections go');

function* connectionMatch(at: Path, match: L4MatchAttributes | TLSMatchAttributes): Objections {
  for (const [index, subnet] of (match.destinationSubnets ?? []).entries())
    if (!isIpOrSubnet(subnet))
      yield refused(
        [...at, 'destinationSubnets', index],
        `"${subnet}" is no IP address or subnet`,
        'write an address such as 10.1.2.3, or a subnet such as 10.1.0.0/16',
      );
  if (match.port !== undefined && match.port !== 0) yield* portNumber([...at, 'port'], match.port);
  yield* labels([...at, 'sourceLabels'], match.sourceLabels);
  yield* gatewayNames([...at, 'gateways'], match.gateways);
}

function* sniHosts(at: Path, { sniHosts: names }: TLSMatchAttributes, spec: VirtualServiceSpec): Objections {
  const hosts = spec.hosts ?? [];
  if (names.length === 0) yield refused(at, 'the match names no sniHosts', 'write at least one of the hosts above');
  for (const [index, name] of names.entries()) {
    const problem = virtualHostProblem(name, spec, true);
    if (problem !== undefined && isIp(name))
      yield warned(
        [...at, index],
        `"${name}" is an IP address`,
        'clients send names as SNI, hardly ever addresses',
        'match on destinationSubnets in a tcp rule instead',
      );
    else if (problem !== undefined) yield refused([...at, index], problem, 'write a host');
    else if (!hosts.some((host) => hostCovers(host, name)))
      yield refused(
        [...at, index],
        `"${name}" is none of the hosts of the VirtualService (${hosts.join(', ') || 'none'})`,
        'add it to spec.hosts, or write one of these',
      );
  }
}
