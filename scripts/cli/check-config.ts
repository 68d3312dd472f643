import type { CheckSettings } from '../../charts-src/check/check-settings.ts';
import type { Ignore } from '../../charts-src/check/suppressions.ts';
import type { Position } from '../../charts-src/manifest/manifest.ts';
import { formatPath, type Path } from '../../charts-src/model/schema.ts';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** Where configuration is looked for when nobody names a file. */
export const CONFIG_FILE = 'weft.check.yaml';

/** What a configuration file says. */
export interface CheckConfig {
  readonly ignores: readonly Ignore[];
  readonly mesh: NonNullable<CheckSettings['mesh']>;
}

/** Reads a configuration file; nothing when none is named and `weft.check.yaml` is not there.
 * @throws Failure when it cannot be read as one */
export async function readCheckConfig(named: string | undefined, world: Pick<World, 'read'>): Promise<CheckConfig> {
  const file = named ?? CONFIG_FILE;
  const text = await textOf(file, named === undefined, world);
  if (text === undefined) return { ignores: [], mesh: {} };
  // Settings name rules, so they load them all: only who has such a file waits for that.
  const { ignoresOf, settingsProblems } = await import('../../charts-src/check/check-settings.ts');
  const { content, at } = await parsed(file, text);
  const problems = settingsProblems(content).map(({ path, what, why, fix }) => ({
    path: `${file}:${at(path).line}${path.length === 0 ? '' : ` ${formatPath(path)}`}`,
    message: `${what}: ${why}. Fix: ${fix}`,
  }));
  if (problems.length > 0)
    throw new Failure(`${file} is no configuration of weft check, nothing was judged`, { problems });
  const settings = content as CheckSettings; // it has no problems
  return { ignores: ignoresOf(settings, at), mesh: settings.mesh ?? {} };
}

async function textOf(file: string, mayBeMissing: boolean, world: Pick<World, 'read'>): Promise<string | undefined> {
  try {
    return await world.read(file);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && mayBeMissing) return undefined;
    throw new Failure(
      isMissing
        ? `--config ${file}: there is no such file`
        : `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function parsed(
  file: string,
  text: string,
): Promise<{ readonly content: unknown; readonly at: (path: Path) => Position }> {
  // Only who has such a file waits for a reader that knows lines.
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const placeOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [broken] = document.errors;
  if (broken)
    throw new Failure(
      `${file} is no YAML: ${(broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}. Correct that line`,
      { place: placeOf(broken.pos[0]) },
    );
  return {
    content: document.toJS() ?? {},
    at: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node: unknown = document.getIn(path.slice(0, length), true);
        const start = (node as { readonly range?: readonly number[] | null } | undefined)?.range?.[0]; // a node of yaml
        if (start !== undefined) return placeOf(start);
      }
      return { file, line: 1, column: 1 };
    },
  };
}
