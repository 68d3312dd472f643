import { buildGraph, type MeshGraph } from '../graph/mesh-graph.ts';
import { objectName, type Manifest } from '../manifest/manifest.ts';
import { formatPath, type Path } from '../model/schema.ts';
import { byPlace } from './by-place.ts';
import { catalogue } from './catalogue.ts';
import { isConsequence } from './consequence.ts';
import type { Code, Finding, Hit, Rule } from './rule.ts';
import { suppressionOf, type Ignore, type Suppression } from './suppressions.ts';
import { unusedAnnotations } from './unused-ignores.ts';

/** What can be said about a check besides the mesh. */
export interface CheckOptions {
  /** @default - all rules */
  readonly rules?: readonly Rule[];
  /** What is not to be reported; annotations of the objects themselves are always read.
   * @default - none */
  readonly ignores?: readonly Ignore[];
  /** Whether what is suppressed is listed, not only counted: its places are looked up for that.
   * @default true */
  readonly listsSuppressed?: boolean;
  /** The line of TypeScript that made a field of an object.
   * @default - no line is known */
  readonly sourceOf?: (manifest: Manifest, at: Path) => Finding['source'];
}

/** A finding that counts for nothing, and why. */
export interface SuppressedFinding extends Finding {
  readonly suppression: Suppression;
}

/** A rule that failed: a bug of ours. What it had found before it did is reported. */
export interface RuleBug {
  readonly code: Code;
  /** An object without which it does not fail, where there is a single one. */
  readonly object: string | null;
  readonly message: string;
  readonly stack: string;
}

/** Everything that a check says about one mesh. */
export interface CheckResult {
  /** How many objects were looked at. */
  readonly objects: number;
  /** By file, line, column, code and message, whatever the order of the files. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly suppressedCount: number;
  /** Entries of {@link CheckOptions.ignores} that hid something. */
  readonly used: ReadonlySet<Ignore>;
  readonly bugs: readonly RuleBug[];
}

/**
 * Judges a mesh by all rules.
 * @example
 * const { findings } = runCheck(buildGraph(readManifests('shop.yaml', text)));
 */
export function runCheck(graph: MeshGraph, options: CheckOptions = {}): CheckResult {
  const { rules = catalogue, ignores = [], listsSuppressed = true, sourceOf = () => null } = options;
  const bugs: RuleBug[] = [];
  const found = rules.flatMap((rule) => hitsOf(rule, graph, bugs).map((hit) => ({ rule, hit })));
  const judged = distinct(withoutConsequences(found)).map((one) => ({
    ...one,
    ...suppressionOf(suppressible(one), one.hit.manifest?.annotations, ignores),
  }));
  const hidden = judged.flatMap(({ suppression, ...one }) => (suppression ? [{ ...one, suppression }] : []));
  const isLookedFor = (code: string): boolean =>
    options.rules?.some((rule) => rule.code === code) ?? /^W[1-6]\d\d$/.test(code);
  const unused = unusedAnnotations(graph.manifests, isLookedFor, annotationsOf(hidden));
  const findings: Finding[] = [...unused];
  const suppressed: SuppressedFinding[] = [];
  for (const { suppression, ...one } of objectByObject(judged, graph))
    if (suppression === undefined) findings.push(findingOf(one, sourceOf));
    else if (listsSuppressed) suppressed.push({ ...findingOf(one, sourceOf), suppression });
  return {
    objects: graph.manifests.length,
    findings: findings.sort(byPlace),
    suppressed: suppressed.sort(byPlace),
    suppressedCount: hidden.length,
    used: new Set(judged.flatMap(({ used }) => used)),
    bugs,
  };
}

/** What was found, in the order of the objects: places are looked up by reading an object again, so each is read once. */
function objectByObject<F extends Found>(all: readonly F[], { manifests }: MeshGraph): readonly F[] {
  const order = new Map<Manifest | undefined, number>(manifests.map((manifest, index) => [manifest, index]));
  const placeOf = ({ hit }: F): number => order.get(hit.manifest) ?? -1;
  return [...all].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Something that a rule found. */
interface Found {
  readonly rule: Rule;
  readonly hit: Hit;
}

/** Each only once, however often it was found. */
function distinct(all: readonly Found[]): readonly Found[] {
  const known = new Map<Manifest | undefined, Set<string>>();
  return all.filter(({ rule, hit }) => {
    const at = hit.manifest ? formatPath(hit.at) : `${hit.place.file}:${hit.place.line}:${hit.place.column}`;
    const key = [rule.code, at, hit.message].join('\n');
    const keys = known.get(hit.manifest) ?? new Set();
    known.set(hit.manifest, keys);
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}

/** Codes that an annotation of an object hid on it. */
function annotationsOf(
  hidden: readonly (Found & { readonly suppression: Suppression })[],
): ReadonlyMap<Manifest, ReadonlySet<string>> {
  const codes = new Map<Manifest, Set<string>>();
  for (const { rule, hit, suppression } of hidden)
    if (hit.manifest && suppression.by === 'annotation')
      codes.set(hit.manifest, (codes.get(hit.manifest) ?? new Set()).add(rule.code));
  return codes;
}

/** What a rule finds; what it fails with becomes a bug, and does not take the other rules down. */
function hitsOf(rule: Rule, graph: MeshGraph, bugs: RuleBug[]): readonly Hit[] {
  const hits: Hit[] = [];
  try {
    for (const hit of rule.check(graph)) hits.push(hit);
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : { message: String(error) };
    bugs.push({ code: rule.code, object: culprit(rule, graph), message, stack });
  }
  return hits;
}

/** The one object on which a rule fails: of all objects, that half is kept in which it still does. */
function culprit(rule: Rule, graph: MeshGraph): string | null {
  const fails = (manifests: readonly Manifest[]): boolean => {
    try {
      const part = buildGraph({ manifests, problems: [] }, graph.settings);
      for (const hit of rule.check(part)) void hit;
      return false;
    } catch {
      return true;
    }
  };
  let suspects = graph.manifests;
  while (suspects.length > 1) {
    const middle = Math.ceil(suspects.length / 2);
    const half = [suspects.slice(0, middle), suspects.slice(middle)].find(fails);
    if (half === undefined) return null; // several objects together
    suspects = half;
  }
  const [only] = suspects;
  return only && fails([only]) ? objectName(only) : null;
}

const isSchemaCode = (code: Code): boolean => code.startsWith('W4');

/** The cause, not its consequences: where a field is wrong in itself, other rules see what nobody wrote. */
function withoutConsequences(found: readonly Found[]): readonly Found[] {
  const broken = brokenFields(found);
  return found.filter(({ rule, hit }) => {
    const fields = hit.manifest && !isSchemaCode(rule.code) ? broken.get(hit.manifest) : undefined;
    return !hit.manifest || !fields || !isConsequence(hit.manifest, hit.at, fields);
  });
}

function brokenFields(found: readonly Found[]): ReadonlyMap<Manifest, readonly Path[]> {
  const fields = new Map<Manifest, Path[]>();
  for (const { rule, hit } of found) {
    if (!hit.manifest || !isSchemaCode(rule.code) || (hit.severity ?? rule.severity) !== 'error') continue;
    const known = fields.get(hit.manifest);
    if (known) known.push(hit.at);
    else fields.set(hit.manifest, [hit.at]);
  }
  return fields;
}

/** What can be said of a finding without its place, which is looked up for what is reported only. */
const suppressible = ({ rule, hit }: Found): Pick<Finding, 'code' | 'object' | 'path' | 'also'> => ({
  code: rule.code,
  object: hit.manifest ? { kind: hit.manifest.kind, namespace: hit.manifest.namespace, name: hit.manifest.name } : null,
  path: hit.manifest ? formatPath(hit.at) : '',
  also: hit.also ?? rule.also ?? [],
});

function findingOf({ rule, hit }: Found, sourceOf: NonNullable<CheckOptions['sourceOf']>): Finding {
  const { file, line, column } = hit.manifest ? hit.manifest.position(hit.at) : hit.place;
  return {
    ...suppressible({ rule, hit }),
    severity: hit.severity ?? rule.severity,
    title: rule.summary,
    message: hit.message,
    fix: hit.fix,
    file,
    line,
    column,
    source: hit.manifest ? sourceOf(hit.manifest, hit.at) : null,
  };
}
