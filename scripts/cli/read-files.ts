import { posix, sep } from 'node:path';
import { readDocuments } from '../../charts-src/manifest/documents.ts';
import type { Manifest, ReadManifests, ReadProblem } from '../../charts-src/manifest/manifest.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { closest } from '../../charts-src/model/closest.ts';
import { decodeText } from './decode-text.ts';
import { codeOf } from './error-code.ts';
import { Failure } from './failure.ts';
import type { Listed, World } from './world.ts';

/** The manifests of one mesh. */
export interface ManifestGroup extends ReadManifests {
  /** The folder that they lie in, or the paths as they were given. */
  readonly name: string;
}

/** Options of {@link readPaths}. */
export interface ReadPathsOptions {
  /** Namespace of objects that name none.
   * @default 'default' */
  readonly namespace?: string | undefined;
  /** Whether most objects will be asked for their places, so that those of small meshes are kept as they are read.
   * @default false */
  readonly keepsPlaces?: boolean;
}

type Disk = Pick<World, 'err' | 'list' | 'read' | 'readBytes' | 'stdinBytes'>;

/** What objects from stdin have as their file. */
export const STDIN = '<stdin>';

/**
 * Reads the manifests that a command is about. All paths that are given are one mesh: files, folders with all that is
 * below them, `-` for stdin. Without paths, or with the output folder alone, each folder in it that holds manifests is
 * a mesh of its own.
 *
 * @throws Failure when a path is not there
 */
export async function readPaths(
  paths: readonly string[],
  world: Disk,
  options: ReadPathsOptions = {},
): Promise<readonly ManifestGroup[]> {
  // Naming the output folder says the same as naming nothing: what is in it are meshes that are applied one by one.
  const isOutput =
    paths.length === 0 || (paths.length === 1 && tidy(paths[0] ?? '') === tidy(await outputFolder(world)));
  const folders = isOutput ? await foldersOfOutput(world) : [];
  // Without folders of its own it is a folder as any other.
  if (paths.length > 0 && folders.length < 2)
    return [{ name: paths.join(' '), ...(await readGiven(paths, world, options)) }];
  const groups: ManifestGroup[] = [];
  for (const { path, files } of folders) groups.push({ name: path, ...(await readAll(files, world, options)) });
  return groups;
}

async function readGiven(paths: readonly string[], world: Disk, options: ReadPathsOptions): Promise<ReadManifests> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new Failure('- is named twice, and stdin can be read only once. Name it once');
  const seen = new Set<string>();
  const found: (readonly FoundFile[] | undefined)[] = [];
  // All of them are looked for before any is read, so that a slip of the pen is told at once.
  for (const path of paths) found.push(path === '-' ? [{ path }] : await filesOf(path, world, seen));
  const all: ReadManifests[] = [];
  for (const [index, files] of found.entries()) {
    if (files === undefined) continue;
    const read = await readAll(files, world, options);
    if (paths.length > 1 && read.manifests.length + read.problems.length === 0)
      world.err(`note: ${paths[index] === '-' ? 'stdin' : paths[index]} holds no Kubernetes object\n`);
    all.push(read);
  }
  return { manifests: all.flatMap(({ manifests }) => manifests), problems: all.flatMap(({ problems }) => problems) };
}

// Which files

/** A file to read, or why it cannot be. */
interface FoundFile {
  /** As it is told to people: the path that was given, with `/`. */
  readonly path: string;
  readonly problem?: ReadProblem;
}

/** Undefined when they were found before. */
async function filesOf(given: string, world: Disk, seen: Set<string>): Promise<readonly FoundFile[] | undefined> {
  if (given === '') throw new Failure('a path is empty. Name a file or folder; is a variable not set?');
  const path = tidy(given);
  try {
    const listed = await world.list(path);
    if (seen.has(listed.realPath)) return undefined;
    if (listed.entries !== undefined)
      return (await foldersBelow(path, listed, world, seen)).flatMap(({ files }) => files);
    seen.add(listed.realPath);
    return [{ path }];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw await missing(given, world);
    return [{ path, problem: unreadable(path, error) }];
  }
}

async function foldersOfOutput(world: Disk): Promise<readonly FoundFolder[]> {
  const output = tidy(await outputFolder(world));
  const listed = await world.list(output).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return undefined;
    throw error;
  });
  if (listed?.entries === undefined)
    throw new Failure(
      `there is no folder ${output} here, and no path was given. Write it with weft synth, or name files or folders`,
    );
  return (await foldersBelow(output, listed, world, new Set())).filter(({ files }) => files.length > 0);
}

/** `output` of cdk8s.yaml; what is wrong with that file is said where it matters more. */
async function outputFolder(world: Disk): Promise<string> {
  const text = await world.read('cdk8s.yaml').catch(() => '');
  for (const { document } of readDocuments(text)) {
    const { value } = document ?? {};
    if (typeof value === 'object' && value !== null && 'output' in value && typeof value.output === 'string')
      return value.output;
  }
  return 'dist';
}

interface FoundFolder {
  readonly path: string;
  readonly files: readonly FoundFile[];
}

/** A folder and all below it, in the order of their names; each only once, whatever links lead to it. */
async function foldersBelow(
  path: string,
  { realPath, entries = [] }: Listed,
  world: Disk,
  seen: Set<string>,
): Promise<readonly FoundFolder[]> {
  if (seen.has(realPath)) return [];
  seen.add(realPath);
  const files: FoundFile[] = [];
  const folders: FoundFolder[] = [];
  for (const { name, kind, realPath: target } of entries.toSorted(byName)) {
    if (name.startsWith('.') || name === 'node_modules') continue;
    const inner = posix.join(path, name);
    if (kind === 'folder') folders.push(...(await listedBelow(inner, world, seen)));
    else if (!/\.(?:yaml|yml|json)$/.test(name) || seen.has(target)) continue;
    else if (kind === 'nothing') files.push({ path: inner, problem: unreadable(inner, NOWHERE) });
    else if (kind === 'file') {
      seen.add(target);
      files.push({ path: inner });
    }
  }
  return [{ path, files }, ...folders];
}

const NOWHERE = new Error('it is a link that leads nowhere');

async function listedBelow(path: string, world: Disk, seen: Set<string>): Promise<readonly FoundFolder[]> {
  try {
    return await foldersBelow(path, await world.list(path), world, seen);
  } catch (error) {
    return [{ path, files: [{ path, problem: unreadable(path, error) }] }];
  }
}

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1;

/** `./dist//prod/` as `dist/prod`. */
const tidy = (path: string): string => {
  const short = posix.normalize(path.split(sep).join('/'));
  return short.length > 1 ? short.replace(/\/$/, '') : short;
};

/** Says what is probably meant by a path that is not there. */
async function missing(given: string, world: Disk): Promise<Failure> {
  const path = tidy(given);
  const folder = posix.dirname(path);
  const listed = await world.list(folder).catch(() => undefined);
  if (listed === undefined && folder !== path) return missing(folder, world);
  const meant = closest(
    posix.basename(path),
    (listed?.entries ?? [])
      .filter(({ name }) => !name.startsWith('.'))
      .map(({ name }) => name)
      .sort(),
  );
  const hint = /[*?[]/.test(given)
    ? 'The shell found nothing for this pattern'
    : meant === undefined
      ? `Name a file or folder that is in ${folder === '.' ? 'this folder' : folder}`
      : `Did you mean ${posix.join(folder, meant)}?`;
  return new Failure(`there is no file or folder ${given}. ${hint}`);
}

// What they hold

/** How many files are opened at once. */
const AT_ONCE = 32;
/** Up to here it is worth its memory to keep places. */
const SMALL = { files: 32, bytes: 1 << 17 };

async function readAll(
  files: readonly FoundFile[],
  world: Disk,
  { namespace, keepsPlaces: mayKeepPlaces = false }: ReadPathsOptions,
): Promise<ReadManifests> {
  const manifests: Manifest[] = [];
  const problems: ReadProblem[] = [];
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const loaded = await Promise.all(files.slice(start, start + AT_ONCE).map((file) => load(file, world)));
    for (const { path, text, problem } of loaded) {
      if (problem !== undefined) problems.push(problem);
      if (text === undefined) continue;
      const keepsPlaces = mayKeepPlaces && files.length <= SMALL.files && text.length <= SMALL.bytes;
      const read = readManifests(path, text, { keepsPlaces, ...(namespace !== undefined && { namespace }) });
      for (const manifest of read.manifests) manifests.push(manifest);
      for (const found of read.problems) problems.push(found);
    }
  }
  return { manifests, problems };
}

interface LoadedFile {
  readonly path: string;
  readonly text: string | undefined;
  readonly problem?: ReadProblem;
}

async function load({ path, problem }: FoundFile, world: Disk): Promise<LoadedFile> {
  if (problem !== undefined) return { path, text: undefined, problem };
  const file = path === '-' ? STDIN : path;
  try {
    const bytes = await (path === '-' ? world.stdinBytes() : world.readBytes(path));
    return { path: file, ...decodeText(file, bytes) };
  } catch (error) {
    return { path: file, text: undefined, problem: unreadable(file, error) };
  }
}

function unreadable(file: string, error: unknown): ReadProblem {
  const code = codeOf(error);
  const [why, fix] = UNREADABLE[code] ?? [
    error instanceof Error ? error.message : String(error),
    'make it readable, or leave it out',
  ];
  return {
    fault: code === 'ERR_FS_FILE_TOO_LARGE' ? 'too-large' : 'unreadable',
    at: { file, line: 1, column: 1 },
    message: `${file} cannot be read: ${why}`,
    fix,
  };
}

const PERMISSION = ['permission is denied', 'give yourself permission to read it'] as const;
const UNREADABLE: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  ENOENT: ['it is gone', 'run the command again'],
  ELOOP: ['it is a link that leads to itself', 'remove the link'],
  EMFILE: ['too many files are open', 'close some, or raise the limit with ulimit -n'],
  ERR_FS_FILE_TOO_LARGE: ['it has more than 2 GiB', 'split it'],
};
