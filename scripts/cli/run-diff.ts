import { diffMeshes } from '../../charts-src/diff/diff.ts';
import { diffDocument } from '../../charts-src/diff/document.ts';
import { diffMarkdown, diffText } from '../../charts-src/diff/report.ts';
import { readCheckConfig } from './check-config.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import { isGit, readSide } from './read-side.ts';
import type { World } from './world.ts';

/** Options of `weft diff`. */
export interface DiffOptions {
  readonly old: string;
  readonly new: string | undefined;
  readonly path: string | undefined;
  readonly fields: boolean;
  readonly exitCode: boolean;
  readonly failOn: 'broader' | undefined;
  readonly namespace: string;
  readonly format: 'text' | 'json' | 'markdown';
}

/** Compares two sets of manifests, and says what the change does. */
export async function runDiff(options: DiffOptions, world: World): Promise<ExitCode> {
  const { old, failOn } = options;
  const current = options.new ?? (isGit(old) ? (options.path ?? 'dist') : undefined);
  if (current === undefined)
    throw new Failure(`say what ${old} is compared with, such as: weft diff ${old} dist/microservices/prod`);
  if (old === '-' && current === '-') throw new Failure('- is named twice, and stdin can be read only once');
  const config = await readCheckConfig(undefined, world);
  const [before, after] = await Promise.all([
    readSide(old, options.path ?? (isGit(current) ? 'dist' : current), options.namespace, world, config.mesh),
    readSide(current, options.path ?? (isGit(old) ? 'dist' : old), options.namespace, world, config.mesh),
  ]);
  const diff = diffMeshes(before.graph, after.graph);
  const compared = { old, new: current };
  const written = { showFields: options.fields, isFormattingOnly: before.text !== after.text };
  switch (options.format) {
    case 'json':
      world.out(`${JSON.stringify(diffDocument(compared, diff), null, 2)}\n`);
      break;
    case 'markdown':
      world.out(diffMarkdown(compared, diff, written));
      break;
    case 'text':
      world.out(diffText(compared, diff, written));
  }
  const isBroader = diff.security.some(({ direction }) => direction === 'broader');
  if (failOn === 'broader' && isBroader) return exitCode.no;
  return options.exitCode && diff.objects.changes.length > 0 ? exitCode.no : exitCode.ok;
}
