import * as fs from 'node:fs';
import * as path from 'node:path';
import { SynthError, type SynthProblem } from '../constructs/synth-error.ts';

/** First line of every file that weft writes, by which it knows its own files again. */
export const HEADER = '# Written by weft. Change the TypeScript, not this file.';

/** What {@link writeManifests} did; paths are relative to the output folder, with `/`, and sorted. */
export interface WriteReport {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/** Options of {@link writeManifests}. */
export interface WriteOptions {
  /** Only this folder below the output folder is written and looked at.
   * @default - all of the output folder */
  readonly only?: string;
  /** Written beside the manifests, without header, in the same all-or-nothing step.
   * @default - none */
  readonly constructMetadata?: string;
}

/** Name of the file that the cdk8s command reads construct paths from. */
const CONSTRUCT_METADATA = 'construct-metadata.json';
/** Holds the new files until all of them are there, then the old ones until all new ones are in place. Lies inside
 * the output folder, because only there it is on the same file system for sure. */
const WORK_FOLDER = '.weft-writing';
const OWNER = 'pid';

/**
 * Makes the output folder hold these files, all or nothing: on any error it is as it was. Files that weft wrote
 * earlier and that are not among them are removed, as are folders that become empty; files whose text is the same
 * are not touched. Files without our first line belong to somebody else: then nothing is written. Names that begin
 * with a dot (`.git`, `.gitkeep`) are left alone.
 *
 * @param folder the output folder; made when it is not there
 * @param files text by path relative to the folder, with `/`
 * @throws SynthError when somebody else's files are there, when it may not write, or when the disk is full
 */
export function writeManifests(
  folder: string,
  files: ReadonlyMap<string, string>,
  options: WriteOptions = {},
): WriteReport {
  const made: string[] = [];
  try {
    return write(folder, texts(files, options), options.only, made);
  } catch (error) {
    for (const directory of made.reverse()) attempt(() => fs.rmdirSync(directory));
    throw outputError(folder, error);
  }
}

function texts(files: ReadonlyMap<string, string>, { constructMetadata }: WriteOptions): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [file, text] of files) all.set(file, text.startsWith(HEADER) ? text : `${HEADER}\n${text}`);
  if (constructMetadata !== undefined) all.set(CONSTRUCT_METADATA, constructMetadata);
  return all;
}

function write(
  folder: string,
  files: ReadonlyMap<string, string>,
  only: string | undefined,
  made: string[],
): WriteReport {
  const root = makeFolder(folder, made);
  recover(root, folder);
  const isSelected = (file: string): boolean => only === undefined || file.startsWith(`${only}/`);
  const wanted = new Map([...files].filter(([file]) => isSelected(file)));
  const old = filesIn(root, '').filter(({ file }) => isSelected(file));

  const foreign: SynthProblem[] = [];
  const [unchanged, stale, replaced]: [string[], string[], Set<string>] = [[], [], new Set()];
  for (const { file, isRegular } of old) {
    const text = wanted.get(file);
    const current = isRegular ? textIfOurs(path.join(root, file), file) : undefined;
    if (current === undefined)
      foreign.push({
        path: path.join(folder, file),
        message: `${isRegular ? 'was not written by weft' : 'is a link or a device, which weft never writes'}, and the output folder holds nothing else. Move it away, or choose another folder`,
      });
    else if (text === undefined) stale.push(file);
    else if (text === current) unchanged.push(file);
    else replaced.add(file);
  }
  if (foreign.length > 0) throw new SynthError(foreign);

  const same = new Set(unchanged);
  const fresh = [...wanted.keys()].filter((file) => !same.has(file)).sort();
  const report = { written: fresh, unchanged: unchanged.sort(), removed: stale.sort() };
  if (fresh.length === 0 && stale.length === 0) return report;

  const work = lock(root);
  try {
    const inNew = (file: string): string => path.join(work, 'new', file);
    const folders = new Set<string>();
    for (const file of fresh) {
      const parent = path.dirname(inNew(file));
      if (!folders.has(parent)) fs.mkdirSync(parent, { recursive: true });
      folders.add(parent);
      writeText(inNew(file), wanted.get(file) ?? '');
    }
    const undo: (() => void)[] = [];
    try {
      const inOld = (file: string): string => path.join(work, 'old', file);
      for (const file of [...stale, ...fresh.filter((name) => replaced.has(name))])
        move(path.join(root, file), inOld(file), undo);
      for (const file of fresh) move(inNew(file), path.join(root, file), undo);
    } catch (error) {
      for (const step of undo.reverse()) attempt(step);
      throw error;
    }
  } finally {
    attempt(() => fs.rmSync(work, { recursive: true, force: true }));
  }
  for (const file of stale) removeEmpty(root, path.dirname(file));
  return report;
}

const CHUNK_LENGTH = 1 << 20;

/** Writes a new file piece by piece: as bytes at once, 90 MB of text would need as much memory again. */
function writeText(file: string, text: string): void {
  const descriptor = fs.openSync(file, 'wx');
  try {
    for (let start = 0; start < text.length;) {
      let end = start + CHUNK_LENGTH;
      if (isHighSurrogate(text.charCodeAt(end - 1))) end += 1; // its other half belongs to the same letter
      fs.writeFileSync(descriptor, text.slice(start, end));
      start = end;
    }
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path: file }) : error; // a descriptor tells no path
  } finally {
    fs.closeSync(descriptor);
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Makes the folder with all above it, and notes which were made. Gives its real path, behind symbolic links. */
function makeFolder(folder: string, made: string[]): string {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !isThere(at); at = path.dirname(at)) missing.push(at);
  for (const directory of missing.reverse()) {
    fs.mkdirSync(directory);
    made.push(directory);
  }
  if (!fs.statSync(folder).isDirectory()) throw Object.assign(new Error('it is a file'), { code: 'ENOTDIR' });
  return fs.realpathSync(folder);
}

const isThere = (file: string): boolean => fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** All files below a folder, but for names that begin with a dot. Symbolic links are not followed. */
function filesIn(root: string, below: string): { readonly file: string; readonly isRegular: boolean }[] {
  return fs.readdirSync(path.join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const file = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) return [];
    return entry.isDirectory() ? filesIn(root, file) : [{ file, isRegular: entry.isFile() }];
  });
}

function textIfOurs(absolute: string, file: string): string | undefined {
  const text = fs.readFileSync(absolute, 'utf8');
  const isOurs =
    file === CONSTRUCT_METADATA ? /^\{"version":"[^"]*","resources":\{/.test(text) : /^.*/.exec(text)?.[0] === HEADER;
  return isOurs ? text : undefined;
}

/** Takes the work folder, so that two runs cannot mix their files. */
function lock(root: string): string {
  const work = path.join(root, WORK_FOLDER);
  fs.mkdirSync(work);
  try {
    fs.writeFileSync(path.join(work, OWNER), `${process.pid}`);
  } catch (error) {
    attempt(() => fs.rmSync(work, { recursive: true, force: true }));
    throw error;
  }
  return work;
}

/** Clears what a run that was killed left. */
function recover(root: string, folder: string): void {
  const work = path.join(root, WORK_FOLDER);
  if (!isThere(work)) return;
  const pid = Number(attempt(() => fs.readFileSync(path.join(work, OWNER), 'utf8')) ?? 0);
  if (pid !== process.pid && isRunning(pid))
    throw new SynthError([
      {
        path: folder,
        message: `process ${pid} is writing here. Wait for it, or delete ${path.join(folder, WORK_FOLDER)} when no weft is running`,
      },
    ]);
  restore(root, path.join(work, 'old'));
  fs.rmSync(work, { recursive: true, force: true });
}

/** Puts back what a run that was killed had taken away and not replaced. */
function restore(root: string, old: string): void {
  if (!isThere(old)) return;
  for (const { file } of filesIn(old, ''))
    if (!isThere(path.join(root, file))) move(path.join(old, file), path.join(root, file), []);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Moves a file, making the folders it needs; `undo` gets the way back. */
function move(from: string, to: string, undo: (() => void)[]): void {
  const first = fs.mkdirSync(path.dirname(to), { recursive: true });
  if (first !== undefined) undo.push(() => removeTree(first, path.dirname(to)));
  if (fs.lstatSync(to, { throwIfNoEntry: false })?.isDirectory())
    throw Object.assign(new Error(`${to} is a folder`), { code: 'EISDIR', path: to });
  fs.renameSync(from, to);
  undo.push(() => {
    fs.mkdirSync(path.dirname(from), { recursive: true });
    fs.renameSync(to, from);
  });
}

/** Removes empty folders from `last` up to `first`. */
function removeTree(first: string, last: string): void {
  for (let at = last; at.startsWith(first); at = path.dirname(at)) fs.rmdirSync(at);
}

function removeEmpty(root: string, below: string): void {
  for (let at = below; at !== '.' && at !== ''; at = path.dirname(at)) {
    try {
      fs.rmdirSync(path.join(root, at));
    } catch {
      return; // something is still in it
    }
  }
}

/** Cleaning up must not hide the error that led to it. */
function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

function outputError(folder: string, error: unknown): unknown {
  if (error instanceof SynthError) return error;
  const isLink = (): boolean => fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const message =
    codeOf(error) === 'ENOENT' && !attempt(isLink)
      ? 'a folder is not there, and this file system lets nobody make it. Choose another folder'
      : OUTPUT_PROBLEMS[codeOf(error)];
  if (message === undefined) return error;
  // Errors of node:fs carry the path they failed on.
  const failedAt = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : folder;
  const at = path.relative(attempt(() => fs.realpathSync(folder)) ?? path.resolve(folder), path.resolve(failedAt));
  const file = at.replace(/^\.weft-writing(?:[\\/](?:new|old))?[\\/]?/, '');
  return new SynthError([
    { path: folder, message: `${message} (${codeOf(error)}${file === '' ? '' : ` at ${file}`}). It is as it was` },
  ]);
}

const OUTPUT_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'the output folder may not be written. Give yourself write permission, or choose another folder',
  EPERM: 'the output folder may not be changed. Give yourself write permission, or choose another folder',
  EROFS: 'the output folder lies on a file system that is read-only. Choose another folder',
  ENOSPC: 'the disk of the output folder is full. Make room, or choose another folder',
  EDQUOT: 'your quota on the disk of the output folder is used up. Make room, or choose another folder',
  ENOTDIR: 'the output folder, or something above it, is a file. Move it away, or choose another folder',
  ENOENT: 'the output folder is a link that leads nowhere. Remove the link, or make the folder it names',
  EISDIR: 'a folder has the name that a file needs. Move it away, or choose another folder',
  EEXIST: 'a file has the name that a folder needs. Move it away, or choose another folder',
  ENAMETOOLONG: 'the path of a file is longer than the file system takes. Use shorter ids, or set `file` on the chart',
  EMFILE: 'too many files are open. Raise the limit with `ulimit -n`',
  ELOOP: 'the output folder is a link that leads to itself. Remove the link',
};
