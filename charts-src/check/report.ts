import { byPlace } from './by-place.ts';
import type { Finding } from './rule.ts';
import type { CheckResult, SuppressedFinding } from './run-check.ts';

/** A finding as `weft check -o json` prints it: what is absent is null. */
export interface ReportedFinding extends Omit<Finding, 'object'> {
  readonly object: { readonly kind: string; readonly namespace: string | null; readonly name: string } | null;
}

/** What `weft check -o json` prints, and what all other forms of the report are made from. */
export interface CheckReport {
  readonly schemaVersion: 1;
  readonly kind: 'CheckReport';
  readonly summary: {
    readonly objects: number;
    readonly errors: number;
    readonly warnings: number;
    readonly infos: number;
    /** Findings that count for nothing, for a reason that somebody gave. */
    readonly suppressed: number;
    /** Folders of manifests that were each judged as one mesh. */
    readonly meshes: number;
    readonly seconds: number;
  };
  readonly findings: readonly ReportedFinding[];
  readonly suppressed: readonly (ReportedFinding & Pick<SuppressedFinding, 'suppression'>)[];
}

/** One report of one or several meshes. */
export function checkReport(
  results: readonly (Pick<CheckResult, 'objects' | 'findings' | 'suppressed'> &
    Partial<Pick<CheckResult, 'suppressedCount'>>)[],
  { meshes = results.length, seconds = 0 }: { readonly meshes?: number; readonly seconds?: number } = {},
): CheckReport {
  const findings = results.flatMap((result) => result.findings).sort(byPlace);
  const suppressed = results.flatMap((result) => result.suppressed).sort(byPlace);
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    schemaVersion: 1,
    kind: 'CheckReport',
    summary: {
      objects: results.reduce((sum, { objects }) => sum + objects, 0),
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
      suppressed: results.reduce(
        (sum, { suppressed, suppressedCount = suppressed.length }) => sum + suppressedCount,
        0,
      ),
      meshes,
      seconds: Math.round(seconds * 100) / 100,
    },
    findings: findings.map(reported),
    suppressed: suppressed.map((finding) => ({
      ...reported(finding),
      suppression: { by: finding.suppression.by, reason: finding.suppression.reason },
    })),
  };
}

const reported = ({ object, ...finding }: Finding): ReportedFinding => ({
  code: finding.code,
  severity: finding.severity,
  title: finding.title,
  message: finding.message,
  fix: finding.fix,
  object: object && {
    kind: object.kind,
    namespace: object.namespace === '' ? null : object.namespace,
    name: object.name,
  },
  path: finding.path,
  file: finding.file,
  line: finding.line,
  column: finding.column,
  source: finding.source && { file: finding.source.file, line: finding.source.line },
  also: finding.also,
});

/** The object of a finding as people name it. */
export const reportedName = ({ kind, namespace, name }: NonNullable<ReportedFinding['object']>): string =>
  `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`;

/** `1 error, 2 warnings, 1 info, 3 ignored in 41 objects of 2 meshes`; without findings `no findings in 41 objects`. */
export function verdict({ summary }: CheckReport): string {
  const { errors, warnings, infos, suppressed, objects, meshes } = summary;
  const words =
    errors + warnings + infos === 0
      ? ['no findings']
      : [count(errors, 'error'), count(warnings, 'warning'), ...(infos > 0 ? [count(infos, 'info')] : [])];
  if (suppressed > 0) words.push(`${suppressed} ignored`);
  return `${words.join(', ')} in ${count(objects, 'object')}${meshes > 1 ? ` of ${meshes} meshes` : ''}`;
}

/** `1 error`, `2 errors`. */
const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** The finding that matters most: the first of the worst. */
export const worst = ({ findings }: Pick<CheckReport, 'findings'>): ReportedFinding | undefined =>
  (['error', 'warning', 'info'] as const)
    .map((severity) => findings.find((finding) => finding.severity === severity))
    .find((finding) => finding !== undefined);
