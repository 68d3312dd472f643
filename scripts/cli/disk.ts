import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FolderEntry, World } from './world.ts';

/** The files of this machine, seen from a folder. */
export const disk = (cwd: string): Pick<World, 'list' | 'read' | 'readBytes'> => ({
  read: (path) => readFile(resolve(cwd, path), 'utf8'),
  readBytes: (path) => readFile(resolve(cwd, path)),
  async list(path) {
    const realPath = await realpath(resolve(cwd, path));
    if (!(await stat(realPath)).isDirectory()) return { realPath, entries: undefined };
    const entries = await readdir(realPath, { withFileTypes: true });
    return { realPath, entries: await Promise.all(entries.map((entry) => entryOf(realPath, entry))) };
  },
});

async function entryOf(
  folder: string,
  entry: { readonly name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean },
): Promise<FolderEntry> {
  const { name } = entry;
  const path = join(folder, name);
  if (!entry.isSymbolicLink()) return { name, realPath: path, kind: kindOf(entry) };
  try {
    return { name, realPath: await realpath(path), kind: kindOf(await stat(path)) };
  } catch {
    return { name, realPath: path, kind: 'nothing' };
  }
}

const kindOf = (found: { isFile(): boolean; isDirectory(): boolean }): FolderEntry['kind'] =>
  found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
