import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { clientsOf, matchGateways } from '../../graph/virtual-service-clients.ts';
import { gatewaysOf, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import type { HTTPMatchRequest, L4MatchAttributes, StringMatch, TLSMatchAttributes } from '../../imports/istio.ts';
import { isWildcardHost } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import type { Hit, Rule } from '../rule.ts';

/** A match asks for something that no request can have: its rule never acts. */
export const matchNeverTrue = {
  code: 'W123',
  name: 'match-never-true',
  severity: 'warning',
  summary: 'A match asks for something that no request can have.',
  also: [],
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      const ports = calledPorts(graph, virtualService);
      const bound = new Set(clientsOf(graph).actingFor(virtualService).flatMap(gatewaysOf));
      for (const { match, at } of matchesOf(virtualService)) {
        const problems = [
          ...('uri' in match ? uriProblems(match) : []),
          ...portProblem(match, ports),
          ...gatewayProblem(match, virtualService, bound),
        ];
        for (const { field, ...words } of problems)
          yield { manifest: virtualService.manifest, at: [...at, ...field], ...words };
      }
    }
  },
} satisfies Rule;

type AnyMatch = HTTPMatchRequest | L4MatchAttributes | TLSMatchAttributes;
type Problem = Pick<Hit, 'message' | 'fix'> & { readonly field: Path };

function* matchesOf({ spec }: Resource<'VirtualService'>): Iterable<{ readonly match: AnyMatch; readonly at: Path }> {
  for (const protocol of ['http', 'tcp', 'tls'] as const)
    for (const [rule, { match = [] }] of (spec[protocol] ?? []).entries())
      for (const [index, one] of match.entries()) yield { match: one, at: ['spec', protocol, rule, 'match', index] };
}

function* uriProblems({ uri, ignoreUriCase }: HTTPMatchRequest): Iterable<Problem> {
  const [kind, text] = textOf(uri);
  if (text === undefined || text === '') return;
  if (kind !== 'regex' && !text.startsWith('/'))
    yield {
      field: ['uri', kind],
      message: `${kind} "${text}" never matches: every path begins with a slash`,
      fix: `write "/${text}"`,
    };
  else if (text.includes('?') && kind !== 'regex')
    yield {
      field: ['uri', kind],
      message: `${kind} "${text}" never matches: Envoy compares the path without what follows the question mark`,
      fix: `match the path "${text.slice(0, text.indexOf('?'))}" and the rest by queryParams`,
    };
  else if (kind !== 'regex' && text.includes('#'))
    yield {
      field: ['uri', kind],
      message: `${kind} "${text}" never matches: clients do not send what follows the #`,
      fix: `match the path "${text.slice(0, text.indexOf('#'))}"`,
    };
  else if (
    kind === 'regex' &&
    /^\^?[a-zA-Z0-9_-]/.test(text) &&
    !/[|*?]/.test(text.slice(0, 2)) &&
    ignoreUriCase !== true
  )
    yield {
      field: ['uri', kind],
      message: `regex "${text}" never matches: it has to match the whole path, which begins with a slash`,
      fix: `write "/${text.replace(/^\^/, '')}", or ".*${text.replace(/^\^/, '')}" for anywhere`,
    };
}

function textOf(match: StringMatch | undefined): readonly ['exact' | 'prefix' | 'regex', string | undefined] {
  if (match?.exact !== undefined) return ['exact', match.exact];
  return match?.prefix === undefined ? ['regex', match?.regex] : ['prefix', match.prefix];
}

function* portProblem(match: AnyMatch, called: CalledPorts | undefined): Iterable<Problem> {
  const { port } = match;
  if (port === undefined || port === 0 || called === undefined || called.ports.has(port)) return;
  const behind = called.targets.get(port);
  const known = [...called.ports].sort((a, b) => a - b).join(', ');
  yield {
    field: ['port'],
    message: `port ${port} is no port that is called here (${known}), so this match never acts${behind === undefined ? '' : `: ${port} is the port of the pods behind port ${behind}`}`,
    fix:
      behind === undefined ? `name one of ${known}, or leave the port out` : `name the port of the Service, ${behind}`,
  };
}

function* gatewayProblem(
  { gateways = [] }: AnyMatch,
  { namespace, spec }: Resource<'VirtualService'>,
  bound: ReadonlySet<string>,
): Iterable<Problem> {
  if (gateways.length === 0 || bound.size === 0) return;
  if (matchGateways(gateways, namespace).some((key) => bound.has(key))) return;
  yield {
    field: ['gateways'],
    message: `this match is for ${gateways.join(', ')}, and the VirtualService for ${[...bound].join(', ')} only: it never acts`,
    fix:
      spec.gateways === undefined
        ? `list the gateways in spec.gateways too, with ${MESH_GATEWAY} where sidecars should keep the rules`
        : 'name a gateway of spec.gateways, or add this one there',
  };
}

/** Ports that clients and gateways call. */
interface CalledPorts {
  readonly ports: ReadonlySet<number>;
  /** Ports of pods, with the port of the Service before them. */
  readonly targets: ReadonlyMap<number, number>;
}

/** Undefined where some listener is not among the files. */
function calledPorts(graph: MeshGraph, virtualService: Resource<'VirtualService'>): CalledPorts | undefined {
  const ports = new Set<number>();
  const targets = new Map<number, number>();
  const clients = clientsOf(graph);
  const { gateways, missingGateways } = clients.of(virtualService);
  if (missingGateways.length > 0) return undefined;
  for (const { servers } of gateways) for (const { server } of servers) ports.add(server.port.number);
  for (const acting of clients.actingFor(virtualService)) {
    if (!gatewaysOf(acting).includes(MESH_GATEWAY)) continue;
    for (const host of virtualServiceHosts(acting, graph.settings.clusterDomain)) {
      const named = graph.hostsNamed(host);
      if (named.length === 0 || isWildcardHost(host)) return undefined;
      for (const { ports: known } of named)
        for (const { number, targetPort } of known) {
          ports.add(number);
          if (typeof targetPort === 'number') targets.set(targetPort, number);
        }
    }
  }
  return ports.size === 0 ? undefined : { ports, targets };
}
