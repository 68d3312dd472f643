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
  const { rules = catalogue, ignores = [], sourceOf = () => null } = options;
  const bugs: RuleBug[] = [];
  const hits = rules.flatMap((rule) => hitsOf(rule, graph, bugs).map((hit) => ({ rule, hit })));
  const broken = brokenFields(hits);
  const findings: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const used = new Set<Ignore>();
  const usedAnnotations = new Map<Manifest, Set<string>>();
  const seen = new Set<string>();
  for (const { rule, hit } of hits) {
    if (hit.manifest && !isSchemaCode(rule.code)) {
      const fields = broken.get(hit.manifest);
      if (fields && isConsequence(hit.manifest, hit.at, fields)) continue;
    }
    const finding = findingOf(rule, hit, sourceOf);
    const key = identity(finding);
    if (seen.has(key)) continue;
    seen.add(key);
    const reason = suppressionOf(finding, hit.manifest?.annotations, ignores);
    for (const ignore of reason.used) used.add(ignore);
    if (hit.manifest && reason.suppression?.by === 'annotation')
      usedAnnotations.set(hit.manifest, (usedAnnotations.get(hit.manifest) ?? new Set()).add(rule.code));
    if (reason.suppression) suppressed.push({ ...finding, suppression: reason.suppression });
    else findings.push(finding);
  }
  const isLookedFor = (code: string): boolean =>
    options.rules?.some((rule) => rule.code === code) ?? /^W[1-6]\d\d$/.test(code);
  findings.push(...unusedAnnotations(graph.manifests, isLookedFor, usedAnnotations));
  return {
    objects: graph.manifests.length,
    findings: findings.sort(byPlace),
    suppressed: suppressed.sort(byPlace),
    used,
    bugs,
  };
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

/** The fields of each object that are wrong in themselves: other rules see there what nobody wrote. */
function brokenFields(
  hits: readonly { readonly rule: Rule; readonly hit: Hit }[],
): ReadonlyMap<Manifest, readonly Path[]> {
  const fields = new Map<Manifest, Path[]>();
  for (const { rule, hit } of hits) {
    if (!hit.manifest || !isSchemaCode(rule.code) || (hit.severity ?? rule.severity) !== 'error') continue;
    const known = fields.get(hit.manifest);
    if (known) known.push(hit.at);
    else fields.set(hit.manifest, [hit.at]);
  }
  return fields;
}

function findingOf(rule: Rule, hit: Hit, sourceOf: NonNullable<CheckOptions['sourceOf']>): Finding {
  const { manifest } = hit;
  const { file, line, column } = manifest ? manifest.position(hit.at) : hit.place;
  return {
    code: rule.code,
    severity: hit.severity ?? rule.severity,
    title: rule.summary,
    message: hit.message,
    fix: hit.fix,
    object: manifest ? { kind: manifest.kind, namespace: manifest.namespace, name: manifest.name } : null,
    path: manifest ? formatPath(hit.at) : '',
    file,
    line,
    column,
    source: manifest ? sourceOf(manifest, hit.at) : null,
    also: hit.also ?? rule.also ?? [],
  };
}

const identity = ({ code, file, line, column, path, message }: Finding): string =>
  [code, file, line, column, path, message].join('\n');
