import { readFileSync } from 'node:fs';
import { byPlace } from '../check/by-place.ts';
import type { CheckSettings } from '../check/check-settings.ts';
import type { Finding, Severity } from '../check/rule.ts';
import { formatPath, type SchemaProblem } from '../model/schema.ts';

/** Properties of the plugin in `cdk8s.yaml`. */
export interface WeftValidationProps extends CheckSettings {
  /** The least severity with which synthesis fails.
   * @default 'error' */
  readonly failOn?: Severity;
}

/** What cdk8s gives a validation plugin. Source: cdk8s-cli, ValidationContext */
export interface ValidationContext {
  /** Files that were synthesised. */
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: {
      readonly ruleName: string;
      readonly recommendation: string;
      readonly fix: string;
      readonly violatingResources: readonly {
        readonly resourceName: string;
        readonly locations: readonly string[];
        readonly manifestPath: string;
      }[];
    }): void;
    submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
  };
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * `weft check` as a validation plugin of the cdk8s command, for any cdk8s app. In cdk8s.yaml the package is named by the
 * path of its folder, or the cdk8s command installs it once more.
 * @example
 * // validations:
 * //   - package: ./path/of/weftmesh
 * //     version: 0.1.0
 * //     class: WeftValidation
 * //     properties: { failOn: warning, ignore: [{ code: W505, reason: a batch of the night }] }
 */
export class WeftValidation {
  readonly #props: WeftValidationProps;

  constructor(props: WeftValidationProps = {}) {
    this.#props = props;
  }

  /** Judges what was synthesised, a folder at a time, and submits the report.
   * @throws Error with everything that is wrong with the properties */
  async validate({ manifests, report }: ValidationContext): Promise<void> {
    // Two hundred rules, for which nobody else who uses the library should wait.
    const [{ checkFolders }, { ignoresOf, settingsProblems }] = await Promise.all([
      import('./check-folders.ts'),
      import('../check/check-settings.ts'),
    ]);
    const problems = settingsProblems(this.#props, { failOn: { type: 'enum', of: SEVERITIES } });
    if (problems.length > 0) throw new Error(propertiesMessage(problems));
    const { failOn = 'error', mesh } = this.#props;
    const files = Object.fromEntries(manifests.map((file) => [file, readFileSync(file, 'utf8')]));
    const results = checkFolders(files, { ignores: ignoresOf(this.#props), ...(mesh && { mesh }) });
    const findings = results.flatMap((result) => result.findings).sort(byPlace);
    for (const severity of SEVERITIES)
      for (const alike of groups(findings.filter((finding) => finding.severity === severity)))
        report.addViolation(violation(alike));
    const counting = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
    const isFine = !findings.some(({ severity }) => counting.includes(severity));
    report.submit(isFine ? 'success' : 'failure', {
      objects: String(results.reduce((sum, { objects }) => sum + objects, 0)),
      ...Object.fromEntries(
        SEVERITIES.map((severity) => [
          `${severity}s`,
          String(findings.filter((finding) => finding.severity === severity).length),
        ]),
      ),
    });
  }
}

const propertiesMessage = (problems: readonly SchemaProblem[]): string =>
  `the properties of WeftValidation in cdk8s.yaml: ${problems.map(({ path, what, why, fix }) => `${formatPath(path)}: ${what}: ${why}. Fix: ${fix}`).join('; ')}`;

/** Findings that one entry of the report can hold: of one rule, with one cure. */
function groups(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const alike = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.fix}`;
    const known = alike.get(key);
    if (known) known.push(finding);
    else alike.set(key, [finding]);
  }
  return [...alike.values()];
}

const violation = (
  findings: readonly [Finding, ...Finding[]],
): Parameters<ValidationContext['report']['addViolation']>[0] => ({
  ruleName: `${findings[0].severity} ${findings[0].code}`,
  recommendation: findings[0].title,
  fix: findings[0].fix,
  violatingResources: findings.map(({ object, path, line, column, message, file }) => ({
    // By this name cdk8s finds the construct.
    resourceName: object?.name ?? file,
    locations: [`line ${line}:${column}${path === '' ? '' : ` ${path}`}: ${message}`],
    manifestPath: file,
  })),
});
