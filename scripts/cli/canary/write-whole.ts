import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';

/** Writes a file that is there: whoever reads it meanwhile gets the old text or the new one, and never a part.
 * @throws Failure when it cannot be written; then it is as it was */
export function writeWhole(file: string, text: string, { cwd }: Pick<World, 'cwd'>): void {
  try {
    // Through a link: it stays one.
    const path = realpathSync(resolve(cwd, file));
    const draft = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(draft, text, { mode: statSync(path).mode });
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    throw new Failure(
      `${file} cannot be written, and is as it was: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
