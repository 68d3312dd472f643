import { httpRulesOf, type HttpRule, type RulePlace } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { perGraph } from '../graph/per-graph.ts';
import type { Resource } from '../graph/resource.ts';
import { gatewaysOf, isDelegate } from '../graph/virtual-services.ts';
import { matchGateways } from '../graph/virtual-service-clients.ts';
import type { HTTPMatchRequest, L4MatchAttributes, TLSMatchAttributes } from '../imports/istio.ts';
import { connectionCovers, httpCovers, type RouteMatch } from './match-inclusion.ts';

/** A match, or a rule without any, that never gets a request, because what stands before it takes them all. */
export interface CoveredMatch {
  /** The match; undefined for a rule without matches. */
  readonly place: RulePlace;
  /** What takes its requests. */
  readonly by: RulePlace;
  /** How Istio's own validation sees it: a rule after one without matches, the same match again, or only a prefix of it. */
  readonly likeness: 'after a rule without match' | 'same match' | 'longer prefix' | 'other';
  /** Whether the match that takes its requests belongs to the same rule. */
  readonly isSameRule: boolean;
}

/** A rule of a VirtualService, and which of its matches never get a request. */
export interface CoveredRule {
  readonly place: RulePlace;
  readonly protocol: 'http' | 'tcp' | 'tls';
  readonly name: string;
  readonly covered: readonly CoveredMatch[];
  /** Whether the rule as a whole gets none. */
  readonly isUnreachable: boolean;
}

type AnyMatch = HTTPMatchRequest & L4MatchAttributes & Partial<TLSMatchAttributes>;
type Covers = (general: RouteMatch<AnyMatch>, specific: RouteMatch<AnyMatch>, all: readonly string[]) => boolean;

/** One way into a rule. */
interface Way extends RouteMatch<AnyMatch> {
  readonly rule: number;
  readonly place: RulePlace;
  readonly hasMatch: boolean;
  readonly text: string;
}

/** All rules of a mesh with matches that never get a request, worked out once. */
export const coveredRules = perGraph((graph): readonly CoveredRule[] =>
  graph.of('VirtualService').flatMap((virtualService) => rulesOf(graph, virtualService)),
);

function rulesOf(graph: MeshGraph, virtualService: Resource<'VirtualService'>): readonly CoveredRule[] {
  const all = gatewaysOf(virtualService);
  // What a delegate is joined with is its root's; alone, it is judged as it stands.
  const http = isDelegate(virtualService)
    ? []
    : judge(
        'http',
        httpRulesOf(virtualService, graph.virtualServices).rules.map((rule) => ({
          name: rule.http.name ?? '',
          place: rule.place,
          ways: httpWays(rule),
        })),
        all,
        httpCovers,
      );
  return [
    ...http,
    ...(['tcp', 'tls'] as const).flatMap((protocol) =>
      judge(
        protocol,
        (virtualService.spec[protocol] ?? []).map(({ match = [] }, index) => {
          const place: RulePlace = { virtualService, at: ['spec', protocol, index] };
          return { name: '', place, ways: connectionWays(match, place) };
        }),
        all,
        connectionCovers,
      ),
    ),
  ];
}

type RawWay = Omit<Way, 'rule'>;

const httpWays = ({ matches, place }: HttpRule): readonly RawWay[] =>
  matches.length === 0
    ? [{ match: {}, gateways: [], place, hasMatch: false, text: '' }]
    : matches.map(({ match, gateways, place: at }) => ({
        match,
        gateways,
        place: at,
        hasMatch: true,
        text: textOf(match),
      }));

const connectionWays = (
  matches: readonly (L4MatchAttributes | TLSMatchAttributes)[],
  place: RulePlace,
): readonly RawWay[] =>
  matches.length === 0
    ? [{ match: {}, gateways: [], place, hasMatch: false, text: '' }]
    : matches.map((match, index) => ({
        match,
        gateways: matchGateways(match.gateways, place.virtualService.namespace),
        place: { ...place, at: [...place.at, 'match', index] },
        hasMatch: true,
        text: textOf(match),
      }));

/** What a match asks for, whatever the order of its fields; its name says nothing. */
const textOf = (match: object): string => JSON.stringify(sorted({ ...match, name: undefined }));

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

function judge(
  protocol: CoveredRule['protocol'],
  rules: readonly { readonly name: string; readonly place: RulePlace; readonly ways: readonly RawWay[] }[],
  allGateways: readonly string[],
  covers: Covers,
): readonly CoveredRule[] {
  const found: CoveredRule[] = [];
  const before: Way[] = [];
  for (const [index, { name, place, ways }] of rules.entries()) {
    const covered: CoveredMatch[] = [];
    for (const raw of ways) {
      const way: Way = { ...raw, rule: index };
      const taking = before.find((earlier) => covers(earlier, way, allGateways));
      if (taking)
        covered.push({
          place: way.place,
          by: taking.place,
          likeness: likenessOf(before, taking, way),
          isSameRule: taking.rule === index,
        });
      else before.push(way);
    }
    if (covered.length === 0) continue;
    const isUnreachable = covered.length === ways.length && covered.every(({ isSameRule }) => !isSameRule);
    found.push({ place, protocol, name, covered, isUnreachable });
  }
  return found;
}

function likenessOf(before: readonly Way[], taking: Way, way: Way): CoveredMatch['likeness'] {
  if (before.some(({ hasMatch, rule }) => !hasMatch && rule !== way.rule)) return 'after a rule without match';
  if (way.hasMatch && before.some(({ hasMatch, text }) => hasMatch && text === way.text)) return 'same match';
  const [outer, inner] = [taking.match.uri?.prefix, way.match.uri?.prefix];
  // Istio compares prefixes only, with the same number of other conditions, and takes no method for GET.
  return outer !== undefined && inner !== undefined && outer !== inner && sameShape(taking.match, way.match)
    ? 'longer prefix'
    : 'other';
}

const sameShape = (one: HTTPMatchRequest, other: HTTPMatchRequest): boolean =>
  (['headers', 'queryParams', 'withoutHeaders'] as const).every(
    (field) => Object.keys(one[field] ?? {}).length === Object.keys(other[field] ?? {}).length,
  ) && (one.method?.exact ?? 'GET') === (other.method?.exact ?? 'GET');
