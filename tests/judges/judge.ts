import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Something that a judge has to say against one object. */
export interface JudgeFinding {
  readonly check: string;
  /** `Kind/namespace/name` */
  readonly object: string;
  readonly text: string;
}

/** A check that an object asks a judge to leave out, by an annotation of its own. */
export interface JudgeExemption {
  readonly check: string;
  readonly object: string;
  /** Why, or empty when the object does not say. */
  readonly reason: string;
}

/** What one judge looked at and what it said. */
export interface Verdict {
  readonly judge: 'kube-score' | 'checkov' | 'psa';
  /** Objects with a pod template that were judged, as `Kind/namespace/name`, sorted. */
  readonly workloads: readonly string[];
  /** How many answers it gave: one a check and object. */
  readonly checks: number;
  readonly findings: readonly JudgeFinding[];
  readonly exemptions: readonly JudgeExemption[];
}

/** Prefix of the annotations in which the kit writes down why a trap was accepted. */
const ACCEPTS_PREFIX = 'accepts.weftmesh/';

const KUBERNETES_VERSION = 'v1.34';

interface ObjectHead {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The Kubernetes objects of a YAML text.
 * @throws Error on a document that is no Kubernetes object */
export const objectsOf = (yaml: string): readonly ObjectHead[] =>
  parseAllDocuments(yaml, { version: '1.1' }).flatMap((document): ObjectHead[] => {
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    if (!isObjectHead(value))
      throw new Error(`this document is no Kubernetes object: ${JSON.stringify(value).slice(0, 200)}`);
    return [value];
  });

const isObjectHead = (value: unknown): value is ObjectHead =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  'metadata' in value &&
  typeof value.metadata === 'object' &&
  value.metadata !== null &&
  'name' in value.metadata;

const WORKLOAD_KINDS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod']);

const nameOf = (kind: string, namespace: string | undefined, name: string): string =>
  [kind, namespace ?? '', name].join('/');

/** The objects that have a pod template, as `Kind/namespace/name`, sorted: what each judge has to have looked at. */
export const workloadsOf = (yaml: string): readonly string[] =>
  objectsOf(yaml)
    .filter(({ kind }) => WORKLOAD_KINDS.has(kind))
    .map(({ kind, metadata }) => nameOf(kind, metadata.namespace, metadata.name))
    .sort();

interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly exitCodes: readonly number[];
}

/**
 * Runs a judge in an empty folder that is also its home: a configuration file lying about somewhere
 * cannot switch a check off, and an environment variable cannot either.
 */
const run = (folder: string, { command, args, input, exitCodes }: Run): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, LOG_LEVEL: 'WARNING' },
    input: input ?? '',
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (!exitCodes.includes(status ?? -1)) throw new Error(`${command} ended with ${status}:\n${stderr.slice(-4_000)}`);
  return stdout;
};

const inFolder = <T>(yaml: string, judge: (folder: string, file: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-judge-'));
  try {
    const file = join(folder, 'manifests.yaml');
    writeFileSync(file, yaml);
    return judge(folder, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const unique = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

// What kube-score and checkov print, as far as it is read here.
interface KubeScoreObject {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string; readonly target_type: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string; readonly description: string }[] | null;
  }[];
}
interface CheckovResult {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly check_result: { readonly suppress_comment?: string };
}
interface CheckovReport {
  readonly results: {
    readonly passed_checks: readonly CheckovResult[];
    readonly failed_checks: readonly CheckovResult[];
    readonly skipped_checks: readonly CheckovResult[];
    readonly parsing_errors: readonly string[];
  };
}

const PERFECT_GRADE = 10;

/** kube-score with every optional test switched on. */
export const judgeByKubeScore = (kubeScore: string, yaml: string): Verdict =>
  inFolder(yaml, (folder, file) => {
    const optional = run(folder, { command: kubeScore, args: ['list'], exitCodes: [0] })
      .split('\n')
      .filter((line) => line.endsWith(',optional'))
      .flatMap((line) => ['--enable-optional-test', line.slice(0, line.indexOf(','))]);
    if (optional.length === 0) throw new Error('kube-score names no optional tests: its list is read wrongly');
    const score = (...more: readonly string[]): readonly KubeScoreObject[] =>
      // Tools of a fixed version: their output has this shape. `null` when there was nothing to judge.
      (JSON.parse(
        run(folder, {
          command: kubeScore,
          args: [
            'score',
            '--kubernetes-version',
            KUBERNETES_VERSION,
            '--output-format',
            'json',
            ...optional,
            ...more,
            file,
          ],
          exitCodes: [0, 1],
        }),
      ) as readonly KubeScoreObject[] | null) ?? [];

    const heads = new Map(
      objectsOf(yaml).map((head) => [nameOf(head.kind, head.metadata.namespace, head.metadata.name), head]),
    );
    const reasonOf = (object: string): string =>
      Object.entries(heads.get(object)?.metadata.annotations ?? {})
        .filter(([key]) => key.startsWith(ACCEPTS_PREFIX))
        .map(([key, reason]) => `${key.slice(ACCEPTS_PREFIX.length)}: ${reason}`)
        .join('; ');

    const answers = score().flatMap((object) => {
      const name = nameOf(object.type_meta.kind, object.object_meta.namespace, object.object_meta.name);
      return object.checks.map((answer) => ({ ...answer, id: answer.check.id, object: name }));
    });
    const imperfect = answers.filter(({ skipped, grade }) => !skipped && grade < PERFECT_GRADE);
    const ignored = answers.filter(
      ({ skipped, comments, id }) =>
        skipped && (comments ?? []).some(({ summary }) => summary === `Skipped because ${id} is ignored`),
    );
    // An annotation that exempts from a check which the object would pass is only there to hide the next fault.
    const withoutExemptions = new Set(
      ignored.length === 0
        ? []
        : score('--disable-ignore-checks-annotations').flatMap((object) => {
            const name = nameOf(object.type_meta.kind, object.object_meta.namespace, object.object_meta.name);
            return object.checks
              .filter(({ skipped, grade }) => !skipped && grade < PERFECT_GRADE)
              .map(({ check }) => `${name} ${check.id}`);
          }),
    );
    return {
      judge: 'kube-score',
      workloads: unique(answers.filter(({ id }) => id === 'container-resources').map(({ object }) => object)),
      checks: answers.length,
      findings: [
        ...imperfect.map(({ id, object, comments }) => ({
          check: id,
          object,
          text: (comments ?? []).map(({ summary, description }) => `${summary}: ${description}`).join('; '),
        })),
        ...ignored
          .filter(({ id, object }) => !withoutExemptions.has(`${object} ${id}`))
          .map(({ id, object }) => ({
            check: id,
            object,
            text: 'is exempt from a check that it passes: drop the annotation',
          })),
      ],
      exemptions: ignored.map(({ id, object }) => ({ check: id, object, reason: reasonOf(object) })),
    };
  });

/** checkov's Kubernetes rules, without anything from its makers' service. */
export const judgeByCheckov = (checkov: string, yaml: string): Verdict =>
  inFolder(yaml, (folder, file) => {
    const output = run(folder, {
      command: checkov,
      args: ['--framework', 'kubernetes', '--skip-download', '--compact', '--output', 'json', '--file', file],
      exitCodes: [0, 1],
    });
    // As above; a report without `results` means that it found nothing to judge.
    const results = (JSON.parse(output) as Partial<CheckovReport>).results ?? {
      passed_checks: [],
      failed_checks: [],
      skipped_checks: [],
      parsing_errors: [],
    };
    if (results.parsing_errors.length > 0) throw new Error('checkov could not parse the manifests');
    const answers = [...results.passed_checks, ...results.failed_checks, ...results.skipped_checks];
    // Names come as Kind.namespace.name; a template's own Pod has its labels appended, which nobody needs to read.
    const objectOf = ({ resource }: CheckovResult): string => resource.split('.').slice(0, 3).join('/');
    const isWorkloadCheck = ({ check_id }: CheckovResult): boolean => check_id === 'CKV_K8S_20'; // allowPrivilegeEscalation
    return {
      judge: 'checkov',
      workloads: unique(answers.filter(isWorkloadCheck).map(objectOf)),
      checks: answers.length,
      findings: results.failed_checks.map((failed) => ({
        check: failed.check_id,
        object: objectOf(failed),
        text: failed.check_name,
      })),
      exemptions: results.skipped_checks.map((skipped) => {
        const comment = skipped.check_result.suppress_comment ?? '';
        return {
          check: skipped.check_id,
          object: objectOf(skipped),
          reason: comment === 'No comment provided' ? '' : comment,
        };
      }),
    };
  });

/** Pod Security `restricted`, by Kubernetes' own evaluator (the program in psa/). It knows no exemptions. */
export const judgeByPodSecurity = (psa: string, yaml: string): Verdict =>
  inFolder(yaml, (folder) => {
    // The program is ours and prints exactly this.
    const report = JSON.parse(run(folder, { command: psa, args: [], input: yaml, exitCodes: [0] })) as {
      readonly workloads: readonly { readonly kind: string; readonly namespace: string; readonly name: string }[];
      readonly checks: number;
      readonly findings: readonly {
        readonly kind: string;
        readonly namespace: string;
        readonly name: string;
        readonly reason: string;
        readonly detail: string;
      }[];
    };
    return {
      judge: 'psa',
      workloads: unique(report.workloads.map(({ kind, namespace, name }) => nameOf(kind, namespace, name))),
      checks: report.checks,
      findings: report.findings.map(({ kind, namespace, name, reason, detail }) => ({
        check: reason,
        object: nameOf(kind, namespace, name),
        text: detail,
      })),
      exemptions: [],
    };
  });

/** All three judges on the same text. */
export const judgeAll = (
  tools: { readonly kubeScore: string; readonly checkov: string; readonly psa: string },
  yaml: string,
): readonly Verdict[] => [
  judgeByKubeScore(tools.kubeScore, yaml),
  judgeByCheckov(tools.checkov, yaml),
  judgeByPodSecurity(tools.psa, yaml),
];

/** One line on how much a judge looked at, and one an exemption. */
export const describeVerdict = ({ judge, workloads, checks, findings, exemptions }: Verdict): string =>
  [
    `${judge}: ${workloads.length} workloads, ${checks} checks, ${findings.length} findings, ${exemptions.length} exemptions`,
    ...exemptions.map(({ check, object, reason }) => `  exempt: ${object} from ${check} (${reason || 'no reason'})`),
  ].join('\n');
