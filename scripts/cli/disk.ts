import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FolderEntry, Listed, World } from './world.ts';

/**
 * The files of this machine, seen from a folder. They are read at once, and not beside other work: a command has
 * nothing else to do meanwhile, and the way through other threads takes longer than reading a manifest.
 */
export const disk = (cwd: string): Pick<World, 'list' | 'read' | 'readBytes'> => ({
  read: async (path) => readFileSync(resolve(cwd, path), 'utf8'),
  readBytes: async (path) => readFileSync(resolve(cwd, path)),
  list: async (path) => listed(resolve(cwd, path)),
});

function listed(path: string): Listed {
  const realPath = realpathSync(path);
  if (!statSync(realPath).isDirectory()) return { realPath, entries: undefined };
  return { realPath, entries: readdirSync(realPath, { withFileTypes: true }).map((entry) => entryOf(realPath, entry)) };
}

function entryOf(folder: string, entry: Dirent): FolderEntry {
  const { name } = entry;
  const path = join(folder, name);
  if (!entry.isSymbolicLink()) return { name, realPath: path, kind: kindOf(entry) };
  try {
    return { name, realPath: realpathSync(path), kind: kindOf(statSync(path)) };
  } catch {
    return { name, realPath: path, kind: 'nothing' };
  }
}

const kindOf = (found: Pick<Dirent, 'isFile' | 'isDirectory'>): FolderEntry['kind'] =>
  found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
