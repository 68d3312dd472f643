import type { HTTPMatchRequest, L4MatchAttributes, StringMatch, TLSMatchAttributes } from '../imports/istio.ts';
import { selects } from '../graph/labels.ts';
import { hostCovers } from '../model/host.ts';
import { pathSet, setCovers, setsAreDisjoint, textSet } from './string-set.ts';

/** A match of any protocol, with the gateways that it is for completed; none means all of its VirtualService. */
export interface RouteMatch<M> {
  readonly match: M;
  readonly gateways: readonly string[];
}

/** Which proxies use a match at all. */
export type SourceMatch = Pick<HTTPMatchRequest, 'sourceLabels' | 'sourceNamespace' | 'port'>;

/**
 * Whether every proxy that uses the second match uses the first one too. Where a match names gateways, Istio ignores
 * the labels and the namespace of clients that it asks for.
 * Source: Istio's sourceMatchHTTP
 */
export function sourceCovers(
  general: RouteMatch<SourceMatch>,
  specific: RouteMatch<SourceMatch>,
  allGateways: readonly string[],
): boolean {
  if (general.match.port && general.match.port !== specific.match.port) return false;
  const wanted = specific.gateways.length > 0 ? specific.gateways : allGateways;
  if (general.gateways.length > 0) return wanted.every((key) => general.gateways.includes(key));
  const { sourceLabels = {}, sourceNamespace = '' } = general.match;
  const isOpen = Object.keys(sourceLabels).length === 0 && sourceNamespace === '';
  if (specific.gateways.length > 0) return isOpen;
  return (
    selects(sourceLabels, specific.match.sourceLabels ?? {}) &&
    (sourceNamespace === '' || sourceNamespace === specific.match.sourceNamespace)
  );
}

/** Whether the first match takes, for certain, every request that the second one takes. */
export function httpCovers(
  general: RouteMatch<HTTPMatchRequest>,
  specific: RouteMatch<HTTPMatchRequest>,
  allGateways: readonly string[],
): boolean {
  const [outer, inner] = [general.match, specific.match];
  return (
    sourceCovers(general, specific, allGateways) &&
    setCovers(pathSet(outer.uri, outer.ignoreUriCase ?? false), pathSet(inner.uri, inner.ignoreUriCase ?? false)) &&
    (['scheme', 'method', 'authority'] as const).every((field) =>
      setCovers(textSet(outer[field]), textSet(inner[field])),
    ) &&
    (['headers', 'queryParams'] as const).every((field) => entriesCover(outer[field], inner[field])) &&
    Object.entries(outer.withoutHeaders ?? {}).every(([name, unwanted]) => isExcluded(inner, name, unwanted))
  );
}

type Entries = Readonly<Record<string, StringMatch>> | undefined;

const entriesCover = (general: Entries, specific: Entries): boolean =>
  Object.entries(general ?? {}).every(([name, match]) => {
    const inner = entryOf(specific, name);
    return inner !== undefined && setCovers(textSet(match), textSet(inner));
  });

/** Whether a match takes no request whose header is one of these. */
function isExcluded(match: HTTPMatchRequest, name: string, unwanted: StringMatch): boolean {
  const excluded = entryOf(match.withoutHeaders, name);
  // A header that is not there counts as empty, but for a match that only asks whether it is there.
  const letsNoneThrough =
    excluded !== undefined && isPresence(excluded) && !isPresence(unwanted) && takesEmpty(unwanted);
  if (excluded !== undefined && !letsNoneThrough && setCovers(textSet(excluded), textSet(unwanted))) return true;
  const wanted = entryOf(match.headers, name);
  return wanted !== undefined && setsAreDisjoint(textSet(wanted), textSet(unwanted));
}

const isPresence = ({ exact, prefix, regex }: StringMatch): boolean =>
  regex === '*' || (exact === undefined && prefix === undefined && regex === undefined);

const takesEmpty = (match: StringMatch): boolean =>
  setCovers(textSet(match), { kind: 'exact', text: '', ignoresCase: false });

/** The names of headers are the same in any case. */
function entryOf(entries: Entries, name: string): StringMatch | undefined {
  const lower = name.toLowerCase();
  return Object.entries(entries ?? {}).find(([key]) => key.toLowerCase() === lower)?.[1];
}

/** Whether a match takes whatever is asked of the proxies that use it. */
export const takesEverything = (match: HTTPMatchRequest): boolean =>
  pathSet(match.uri, match.ignoreUriCase ?? false).kind === 'all' &&
  (['scheme', 'method', 'authority'] as const).every((field) => textSet(match[field]).kind === 'all') &&
  [match.headers, match.queryParams, match.withoutHeaders].every((entries) => Object.keys(entries ?? {}).length === 0);

/** Whether the first match takes, for certain, every connection that the second one takes. */
export function connectionCovers(
  general: RouteMatch<L4MatchAttributes | TLSMatchAttributes>,
  specific: RouteMatch<L4MatchAttributes | TLSMatchAttributes>,
  allGateways: readonly string[],
): boolean {
  const [outer, inner] = [general.match, specific.match];
  const subnets = inner.destinationSubnets ?? [];
  if (!sourceCovers(general, specific, allGateways)) return false;
  if (
    (outer.destinationSubnets ?? []).length > 0 &&
    (subnets.length === 0 || !subnets.every((subnet) => outer.destinationSubnets?.includes(subnet)))
  )
    return false;
  if (!('sniHosts' in outer)) return true;
  return (
    'sniHosts' in inner && inner.sniHosts.every((name) => outer.sniHosts.some((wanted) => hostCovers(wanted, name)))
  );
}
