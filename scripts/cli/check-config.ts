import type { CheckSettings } from '../../charts-src/check/check-settings.ts';
import type { Ignore } from '../../charts-src/check/suppressions.ts';
import { Failure } from './failure.ts';
import { problemsAt } from './problems-at.ts';
import { readIfThere, readOptionFile } from './read-option-file.ts';
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
  const text = named === undefined ? await readIfThere(file, world) : await readOptionFile('--config', file, world);
  if (text === undefined) return { ignores: [], mesh: {} };
  // Settings name rules, so they load them all: only who has such a file waits for that.
  const { ignoresOf, settingsProblems } = await import('../../charts-src/check/check-settings.ts');
  // Only who has such a file waits for a reader that knows lines.
  const { readYaml } = await import('./read-yaml.ts');
  const { content, at } = readYaml(file, text);
  const problems = problemsAt(settingsProblems(content ?? {}), at);
  if (problems.length > 0)
    throw new Failure(`${file} is no configuration of weft check, nothing was judged`, { problems });
  const settings = (content ?? {}) as CheckSettings; // it has no problems
  return { ignores: ignoresOf(settings, at), mesh: settings.mesh ?? {} };
}
