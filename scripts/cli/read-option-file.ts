import { codeOf } from './error-code.ts';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** A file that an option names.
 * @throws Failure when it cannot be read; when it is not there, the option is named */
export async function readOptionFile(option: string, file: string, world: Pick<World, 'read'>): Promise<string> {
  const text = await readIfThere(file, world);
  if (text === undefined) throw new Failure(`${option} ${file}: there is no such file`);
  return text;
}

/** A file that need not be there; undefined when it is not.
 * @throws Failure when it is, and cannot be read */
export async function readIfThere(file: string, world: Pick<World, 'read'>): Promise<string | undefined> {
  try {
    return await world.read(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
