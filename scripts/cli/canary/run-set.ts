import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { readOptionFile } from '../read-option-file.ts';
import type { World } from '../world.ts';
import { editWeights, type EditedWeights } from './edit-weights.ts';
import type { ClusterOptions, HolderOptions, WriteOptions } from './given-options.ts';
import { givenWeights } from './given-weights.ts';
import type { CanaryStatus } from './status-document.ts';
import { writeWhole } from './write-whole.ts';

/** Options of `weft canary set`. */
export interface SetOptions extends ClusterOptions, HolderOptions, WriteOptions {
  readonly service: string;
  readonly weights: readonly string[];
  readonly file: string | undefined;
  readonly live: boolean;
  readonly destinationRule: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft canary set -o json` prints. */
export interface CanarySetReport {
  readonly schemaVersion: 1;
  readonly kind: 'CanarySetReport';
  readonly service: string;
  readonly dryRun: boolean;
  /** What became of the data file; null: none was named. */
  readonly file: ({ readonly path: string } & Pick<EditedWeights, 'changes'>) | null;
  /** Where the mesh stands; null: it was not asked, or nothing was written. */
  readonly live: CanaryStatus | null;
}

/** Gives a version so many per cent: on the mesh, in the data file, or both. */
export async function runSet(options: SetOptions, world: World): Promise<ExitCode> {
  const { service, file, live, dryRun, format } = options;
  const given = givenWeights(options.weights);
  if (live && file === undefined) throw new Failure('--live goes with --file: without a file the mesh is meant anyway');
  if (file !== undefined && dryRun === 'server' && !live)
    throw new Failure('--dry-run=server asks a cluster, and --file alone needs none. Use --dry-run=client');
  // Before anything is written anywhere.
  const edited =
    file === undefined ? undefined : editWeights(file, await readOptionFile('--file', file, world), service, given);
  let code: ExitCode = exitCode.ok;
  let status: CanaryStatus | null = null;
  if (file === undefined || live) {
    const { setOnMesh } = await import('./set-on-mesh.ts');
    ({ code, status } = await setOnMesh({ ...options, given }, world));
  }
  // The file follows the mesh: it is to say what is true there.
  const isWritten = code === exitCode.ok && dryRun === undefined;
  if (file !== undefined && edited !== undefined && isWritten && edited.changes.length > 0)
    writeWhole(file, edited.text, world);
  const report: CanarySetReport = {
    schemaVersion: 1,
    kind: 'CanarySetReport',
    service,
    dryRun: dryRun !== undefined,
    file: file === undefined || edited === undefined ? null : { path: file, changes: edited.changes },
    live: status,
  };
  world.out(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (report.file !== null && isWritten && report.file.changes.length > 0)
    world.err('Next: weft synth, then apply what it wrote\n');
  return code;
}

function reportText({ service, dryRun, file, live }: CanarySetReport): string {
  const lines: string[] = [];
  if (live !== null)
    lines.push(
      `${live.target.virtualServices[0] ?? service}: ${live.target.canary?.subset ?? 'the canary'} has ${live.weight.applied ?? '-'} %`,
    );
  if (file !== null) {
    for (const { version, line, from, to } of file.changes)
      lines.push(`${file.path}:${line}  ${service} ${version}: ${from} → ${to}`);
    if (file.changes.length === 0) lines.push(`${file.path} says so already`);
  }
  if (dryRun) lines.push('nothing was written: this is a dry run');
  return `${lines.join('\n')}\n`;
}
