import type { HTTPMatchRequest, HTTPRoute, StringMatch } from '../imports/istio.ts';
import { own } from '../model/own.ts';
import type { Path } from '../model/schema.ts';
import { isExportedTo } from './export-to.ts';
import type { Resource } from './resource.ts';
import { gatewayKey, isDelegate, type VirtualServices } from './virtual-services.ts';

/** A place in a VirtualService. */
export interface RulePlace {
  readonly virtualService: Resource<'VirtualService'>;
  readonly at: Path;
}

/** One `http` rule as it acts: what a delegate says joined with what its root says. */
export interface HttpRule {
  readonly http: HTTPRoute;
  /** Index in `spec.http` of the VirtualService that has the hosts. */
  readonly index: number;
  /** The rule as a whole; that of the delegate where there is one. */
  readonly place: RulePlace;
  readonly matches: readonly HttpMatch[];
  /** Where a field of the rule stands: in the delegate, or in the root that fills it in. */
  placeOf(field: keyof HTTPRoute): RulePlace;
}

/** One match of a rule, and where it stands. */
export interface HttpMatch {
  readonly match: HTTPMatchRequest;
  readonly place: RulePlace;
  /** Gateways that it is for, completed; empty for all of the VirtualService's. */
  readonly gateways: readonly string[];
}

/** A rule that vanishes because its delegate cannot be used. */
export interface LostRule extends RulePlace {
  readonly reason:
    'no such VirtualService' | 'it has hosts of its own' | 'not exported' | 'delegates further' | 'matches conflict';
  /** `namespace/name` of the delegate. */
  readonly delegate: string;
}

/** The `http` rules of a VirtualService, delegates joined in, and those that vanish. */
export interface HttpRules {
  readonly rules: readonly HttpRule[];
  readonly lost: readonly LostRule[];
}

const made = new WeakMap<Resource<'VirtualService'>, HttpRules>();

/** The rules of a VirtualService, worked out once: a resource belongs to one mesh.
 * Source: Istio's mergeVirtualServices, MergeHTTPRoutes */
export function httpRulesOf(root: Resource<'VirtualService'>, all: VirtualServices): HttpRules {
  const known = made.get(root) ?? joinedRules(root, all);
  made.set(root, known);
  return known;
}

function joinedRules(root: Resource<'VirtualService'>, all: VirtualServices): HttpRules {
  const rules: HttpRule[] = [];
  const lost: LostRule[] = [];
  for (const [index, http] of (root.spec.http ?? []).entries()) {
    const place: RulePlace = { virtualService: root, at: ['spec', 'http', index] };
    if (http.delegate === undefined) {
      rules.push({ http, index, place, matches: matchesOf(http, place), placeOf: (field) => fieldOf(place, field) });
      continue;
    }
    const { name = '', namespace = '' } = http.delegate;
    const owner = namespace === '' ? root.namespace : namespace;
    const lose = (reason: LostRule['reason'], where: RulePlace = fieldOf(place, 'delegate')) =>
      void lost.push({ ...where, reason, delegate: `${owner}/${name}` });
    const delegate = all.named(owner, name);
    if (delegate === undefined) lose('no such VirtualService');
    else if (!isDelegate(delegate)) lose('it has hosts of its own');
    else if (!isExportedTo(delegate.spec.exportTo ?? [], delegate.namespace, root.namespace)) lose('not exported');
    else
      for (const [inner, leaf] of (delegate.spec.http ?? []).entries()) {
        const leafPlace: RulePlace = { virtualService: delegate, at: ['spec', 'http', inner] };
        const matches = mergedMatches(matchesOf(http, place), matchesOf(leaf, leafPlace));
        if (leaf.delegate !== undefined) lose('delegates further', leafPlace);
        else if (matches === undefined) lose('matches conflict', leafPlace);
        else rules.push(mergedRule(http, place, leaf, leafPlace, index, matches));
      }
  }
  return { rules, lost };
}

const fieldOf = ({ virtualService, at }: RulePlace, field: string): RulePlace => ({
  virtualService,
  at: [...at, field],
});

const matchesOf = ({ match }: HTTPRoute, { virtualService, at }: RulePlace): readonly HttpMatch[] =>
  (match ?? []).map((one, index) => ({
    match: one,
    place: { virtualService, at: [...at, 'match', index] },
    gateways: (one.gateways ?? []).map((name) => gatewayKey(name, virtualService.namespace)),
  }));

/** Fields that a root fills in where its delegate does not say. */
const FILLED = [
  'rewrite',
  'directResponse',
  'timeout',
  'retries',
  'fault',
  'mirror',
  'mirrorPercent',
  'mirrorPercentage',
  'corsPolicy',
  'mirrors',
  'headers',
] as const satisfies readonly (keyof HTTPRoute)[];

function mergedRule(
  root: HTTPRoute,
  rootPlace: RulePlace,
  leaf: HTTPRoute,
  leafPlace: RulePlace,
  index: number,
  matches: readonly HttpMatch[],
): HttpRule {
  const filled = FILLED.filter((field) => leaf[field] === undefined && root[field] !== undefined);
  const name = joined(root.name, leaf.name);
  return {
    http: {
      ...leaf,
      ...Object.fromEntries(filled.map((field) => [field, root[field]])),
      match: matches.map(({ match }) => match),
      ...(name === '' ? {} : { name }),
    },
    index,
    place: leafPlace,
    matches,
    placeOf: (field) => fieldOf(filled.some((one) => one === field) ? rootPlace : leafPlace, field),
  };
}

const joined = (root = '', leaf = ''): string => (root !== '' && leaf !== '' ? `${root}-${leaf}` : leaf || root);

/** Every pair that fits together; undefined when some match of the delegate fits none of the root. */
function mergedMatches(roots: readonly HttpMatch[], leaves: readonly HttpMatch[]): readonly HttpMatch[] | undefined {
  if (roots.length === 0) return leaves;
  if (leaves.length === 0) return roots;
  const merged: HttpMatch[] = [];
  for (const leaf of leaves) {
    const fitting = roots.filter((root) => !conflicts(root, leaf));
    if (fitting.length === 0) return undefined;
    merged.push(...fitting.map((root) => mergedMatch(root, leaf)));
  }
  return merged;
}

function mergedMatch(root: HttpMatch, leaf: HttpMatch): HttpMatch {
  const [outer, inner] = [root.match, leaf.match];
  const name = joined(outer.name, inner.name);
  const port = inner.port || outer.port;
  return {
    place: leaf.place,
    gateways: leaf.gateways.length > 0 ? leaf.gateways : root.gateways,
    match: {
      ...outer,
      ...inner,
      ...(name === '' ? {} : { name }),
      ...(port === undefined ? {} : { port }),
      // Whether case counts is the same in both, else they conflict.
      headers: { ...outer.headers, ...inner.headers },
      withoutHeaders: { ...outer.withoutHeaders, ...inner.withoutHeaders },
      queryParams: { ...outer.queryParams, ...inner.queryParams },
      sourceLabels: { ...outer.sourceLabels, ...inner.sourceLabels },
      sourceNamespace: inner.sourceNamespace || outer.sourceNamespace || '',
    },
  };
}

/** Source: Istio's hasConflict */
function conflicts(root: HttpMatch, leaf: HttpMatch): boolean {
  const [outer, inner] = [root.match, leaf.match];
  if ((['uri', 'scheme', 'method', 'authority'] as const).some((field) => textConflicts(outer[field], inner[field])))
    return true;
  for (const field of ['headers', 'withoutHeaders', 'queryParams'] as const)
    for (const [key, match] of Object.entries(inner[field] ?? {}))
      if (textConflicts(own(outer[field] ?? {}, key), match)) return true;
  if ((outer.ignoreUriCase ?? false) !== (inner.ignoreUriCase ?? false)) return true;
  if (outer.port && inner.port && outer.port !== inner.port) return true;
  if (outer.sourceNamespace && inner.sourceNamespace !== outer.sourceNamespace) return true;
  for (const [key, value] of Object.entries(inner.sourceLabels ?? {})) {
    const wanted = own(outer.sourceLabels ?? {}, key);
    if (wanted !== undefined && wanted !== value) return true;
  }
  return (
    root.gateways.length > 0 && leaf.gateways.length > 0 && leaf.gateways.some((key) => !root.gateways.includes(key))
  );
}

/** Source: Istio's stringMatchConflict */
function textConflicts(root: StringMatch | undefined, leaf: StringMatch | undefined): boolean {
  if (root === undefined || leaf === undefined) return false;
  const hasText = ({ exact, prefix, regex }: StringMatch): boolean => Boolean(exact || prefix || regex);
  if ((root.regex && hasText(leaf)) || (leaf.regex && hasText(root))) return true;
  if (root.exact) return Boolean(leaf.prefix) || leaf.exact !== root.exact;
  if (root.prefix) {
    const inner = leaf.prefix || leaf.exact;
    if (inner) return !inner.startsWith(root.prefix);
  }
  return true;
}
