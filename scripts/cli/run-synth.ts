import { relative, resolve } from 'node:path';
import { writeManifests, type WriteReport } from '../../charts-src/app/write-manifests.ts';
import { SynthError } from '../../charts-src/constructs/synth-error.ts';
import { closest } from '../../charts-src/model/closest.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import { keepSources } from './keep-sources.ts';
import { readProject } from './project.ts';
import { synthesise } from './synthesise.ts';
import type { World } from './world.ts';

/** Options of `weft synth`. */
export interface SynthOptions {
  readonly app: string | undefined;
  readonly output: string | undefined;
  readonly topology: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft synth -o json` prints. Paths begin with the output folder. */
export interface SynthReport {
  readonly schemaVersion: 1;
  readonly kind: 'SynthReport';
  readonly output: string;
  readonly topology: string | null;
  /** Folders that hold manifests: each is one mesh. */
  readonly folders: readonly { readonly path: string; readonly files: number; readonly objects: number }[];
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  readonly summary: {
    readonly files: number;
    readonly objects: number;
    readonly written: number;
    readonly unchanged: number;
    readonly removed: number;
    readonly seconds: number;
  };
}

/** Runs the app into a folder of its own, then writes what it made: so any cdk8s app gets all or nothing. */
export async function runSynth(options: SynthOptions, world: World): Promise<ExitCode> {
  const start = world.now();
  const project = await readProject(world);
  const app = options.app ?? project.app;
  if (app === undefined)
    throw new Failure(
      'cdk8s.yaml with the command of the app is not here: run weft in the project, add "app: node --import tsx main.ts" to cdk8s.yaml, or use --app',
    );
  const output = options.output ?? project.output ?? 'dist';
  if (output === 'json' || output === 'text')
    throw new Failure(`--output is the folder to write into: for the format use -o ${output}`);

  const { files, sources } = await synthesise(app, world);
  const { topology } = options;
  if (topology !== undefined) requireTopology(topology, [...files.keys()]);
  const report = written(output, files, topology, world);
  await keepSources({ maps: sources, output, topology }, world);
  const document = reportDocument({ output, topology, files, report, seconds: (world.now() - start) / 1000 });
  world.out(options.format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : reportText(document));
  const [leaf] = document.folders;
  if (leaf) world.err(`Next: git diff ${output}, then kubectl apply --server-side -f ${leaf.path}\n`);
  return exitCode.ok;
}

function requireTopology(name: string, files: readonly string[]): void {
  const all = [
    ...new Set(files.filter((file) => file.includes('/')).map((file) => file.slice(0, file.indexOf('/')))),
  ].sort();
  if (all.includes(name)) return;
  const meant = closest(name, all);
  throw new Failure(
    `--topology ${name}: the app makes no such folder, nothing was written. ${meant === undefined ? `There is: ${all.join(', ') || 'none'}` : `Did you mean ${meant}?`}`,
  );
}

function written(
  output: string,
  files: ReadonlyMap<string, string>,
  topology: string | undefined,
  world: World,
): WriteReport {
  try {
    return writeManifests(resolve(world.cwd, output), files, topology === undefined ? {} : { only: topology });
  } catch (error) {
    if (!(error instanceof SynthError)) throw error;
    const problems = error.problems.map(({ path, message }) => ({ path: shownPath(path, world), message }));
    throw new Failure(`${output} cannot be written, nothing was changed`, { problems });
  }
}

/** Relative to where the user is, unless it lies elsewhere. */
function shownPath(path: string, { cwd }: World): string {
  const near = relative(cwd, path) || '.';
  return near.startsWith('..') ? path : near;
}

function reportDocument(made: {
  readonly output: string;
  readonly topology: string | undefined;
  readonly files: ReadonlyMap<string, string>;
  readonly report: WriteReport;
  readonly seconds: number;
}): SynthReport {
  const { output, topology, files, report } = made;
  const below = (file: string): string => `${output.replace(/\/+$/, '')}/${file}`;
  const folders = new Map<string, { files: number; objects: number }>();
  for (const file of [...report.written, ...report.unchanged]) {
    const path = below(file).slice(0, below(file).lastIndexOf('/'));
    const folder = folders.get(path) ?? { files: 0, objects: 0 };
    folder.files += 1;
    folder.objects += objectsIn(files.get(file) ?? '');
    folders.set(path, folder);
  }
  const all = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, counts]) => ({ path, ...counts }));
  return {
    schemaVersion: 1,
    kind: 'SynthReport',
    output,
    topology: topology ?? null,
    folders: all,
    written: report.written.map(below),
    unchanged: report.unchanged.map(below),
    removed: report.removed.map(below),
    summary: {
      files: report.written.length + report.unchanged.length,
      objects: all.reduce((sum, { objects }) => sum + objects, 0),
      written: report.written.length,
      unchanged: report.unchanged.length,
      removed: report.removed.length,
      seconds: Math.round(made.seconds * 100) / 100,
    },
  };
}

/** A document of Kubernetes has one `kind` in its first column. */
const objectsIn = (text: string): number => text.match(/^"?kind"?:/gm)?.length ?? 0;

function reportText({ output, folders, removed, summary }: SynthReport): string {
  const width = Math.max(0, ...folders.map(({ path }) => path.length));
  const lines = folders.map(
    ({ path, files, objects }) => `${path.padEnd(width)}  ${count(files, 'file')}, ${count(objects, 'object')}`,
  );
  lines.push(...removed.map((file) => `removed ${file}`));
  lines.push(
    `${count(summary.files, 'file')} in ${output}: ${summary.written} written, ${summary.unchanged} unchanged, ${summary.removed} removed (${summary.seconds} s)`,
  );
  return `${lines.join('\n')}\n`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
