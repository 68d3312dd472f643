import { mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCode, type ExitCode } from './exit-code.ts';
import { codeOf } from './error-code.ts';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** Options of `weft create`. */
export interface CreateOptions {
  readonly folder: string;
  readonly name: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft create -o json` prints. */
export interface CreateReport {
  readonly schemaVersion: 1;
  readonly kind: 'CreateReport';
  /** The project's folder as it was named. */
  readonly folder: string;
  /** Name of the npm package. */
  readonly name: string;
  /** Paths below the folder. */
  readonly files: readonly string[];
}

/** Both lie beside this file in the source and in the build. */
const STARTER = fileURLToPath(new URL('./starter', import.meta.url));
const OWN_PACKAGE = new URL('../../package.json', import.meta.url);

/** What the starter calls itself. */
const STARTER_NAME = 'my-mesh';

/** Files whose own name would change what is packed: npm leaves every .gitignore out. */
const WRITTEN_AS: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** What the starter's package.json holds, as far as it is changed. */
interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Writes the starter into a new or empty folder.
 * @throws Failure when that cannot be done; then nothing is written */
export async function runCreate({ folder, name: given, format }: CreateOptions, world: World): Promise<ExitCode> {
  const target = resolve(world.cwd, folder);
  const name = given ?? basename(target);
  const files = await starterFiles(name);
  const problem = nameProblem(name, files.manifest);
  if (problem !== undefined)
    throw new Failure(
      `${given === undefined ? `the folder's name ${problem}. Choose another folder, or name the package: --name ${suggestion(name)}` : `--name ${problem}. Try --name ${suggestion(name)}`}`,
    );
  await requireEmpty(target, folder);
  await writeAll(target, files.texts, folder);
  const report: CreateReport = {
    schemaVersion: 1,
    kind: 'CreateReport',
    folder,
    name,
    files: [...files.texts.keys()].sort(),
  };
  world.out(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  const enter = folder === '.' ? '' : `cd ${/^[\w./@-]+$/.test(folder) ? folder : `'${folder}'`} && `;
  world.err(`Next: ${enter}npm install && npx weft synth (README.md says more)\n`);
  return exitCode.ok;
}

const reportText = ({ folder, name, files }: CreateReport): string =>
  `${files.map((file) => `${join(folder, file)}\n`).join('')}${files.length} files: the project ${name}\n`;

/** Text by path below the project's folder. */
async function starterFiles(
  name: string,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly manifest: Manifest }> {
  const { version } = JSON.parse(await readFile(OWN_PACKAGE, 'utf8')) as { readonly version: string }; // ours has one
  const entries = (await readdir(STARTER, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = new Map<string, string>();
  for (const entry of entries) {
    const absolute = join(entry.parentPath, entry.name);
    const path = relative(STARTER, absolute).split(sep).join('/');
    texts.set(WRITTEN_AS[path] ?? path, await readFile(absolute, 'utf8'));
  }
  const starter = JSON.parse(texts.get('package.json') ?? '') as Manifest; // a test reads it as one
  const manifest = { ...starter, name, dependencies: { ...starter.dependencies, weftmesh: `^${version}` } };
  texts.set('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  texts.set(
    'README.md',
    (texts.get('README.md') ?? '').replace(STARTER_NAME, () => name),
  );
  return { texts, manifest };
}

/** What npm has against the name of a package.
 * Source: npm documentation, package.json, "name" */
function nameProblem(name: string, { dependencies, devDependencies }: Manifest): string | undefined {
  const is = `${JSON.stringify(name)} is no name of an npm package`;
  if (name.length > 214) return `is no name of an npm package: it has ${name.length} letters, and npm takes 214`;
  if (!/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name))
    return `${is}: npm takes a-z, 0-9, "-", "_" and ".", beginning with a letter or digit`;
  if (['node_modules', 'favicon.ico'].includes(name)) return `${is}: npm keeps it for itself`;
  if (Object.hasOwn({ ...dependencies, ...devDependencies }, name))
    return `${is} of yours: the project needs the package of that name, and npm cannot install it into itself`;
  return undefined;
}

function suggestion(name: string): string {
  const short = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  if (short === '' || short === name || ['node-modules', 'favicon-ico'].includes(short)) return STARTER_NAME;
  return short;
}

async function requireEmpty(target: string, folder: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(target);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw writeFailure(folder, error);
  }
  const others = names.filter((name) => name !== '.git').sort();
  if (others.length > 0)
    throw new Failure(
      `${folder} is not empty (${others.slice(0, 3).join(', ')}${others.length > 3 ? `, and ${others.length - 3} more` : ''}), and the project's files could overwrite yours. Choose a new folder`,
    );
}

/** Writes all files, or none: what was written before an error is taken away. */
async function writeAll(target: string, texts: ReadonlyMap<string, string>, folder: string): Promise<void> {
  const folders: string[] = []; // those that were not there, outermost first
  const files: string[] = [];
  // Not by `recursive`: that leaves the first folders when a later one fails, and never ends below /proc.
  const makeFolder = async (path: string): Promise<void> => {
    if (await isFolder(path)) return;
    await makeFolder(dirname(path));
    await mkdir(path);
    folders.push(path);
  };
  try {
    await makeFolder(target);
    for (const [path, text] of texts) {
      const file = join(target, path);
      await makeFolder(dirname(file));
      files.push(file);
      await writeFile(file, text, { flag: 'wx' });
    }
  } catch (error) {
    for (const file of files) await rm(file, { force: true }).catch(() => undefined);
    for (const made of folders.reverse()) await rmdir(made).catch(() => undefined);
    throw writeFailure(folder, error);
  }
}

/** Whether a folder is there. A root always is. */
async function isFolder(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}

function writeFailure(folder: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === '') return error; // of no file system: a bug of ours
  const problem = WRITE_PROBLEMS[code] ?? 'the project cannot be written there. Choose another folder';
  return new Failure(`${folder}: ${problem} (${code}). Nothing was written`);
}

const WRITE_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'the folder may not be written. Give yourself write permission, or choose another folder',
  EPERM: 'the folder may not be changed. Give yourself write permission, or choose another folder',
  EROFS: 'the file system is read-only. Choose another folder',
  ENOSPC: 'the disk is full. Make room, or choose another folder',
  EDQUOT: 'your quota on this disk is used up. Make room, or choose another folder',
  ENOTDIR: 'it, or something above it, is a file. Choose another folder',
  EEXIST: 'a file has this name. Choose another folder',
  ENAMETOOLONG: 'its path is longer than the file system takes. Choose a shorter one',
};
