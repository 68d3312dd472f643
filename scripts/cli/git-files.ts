import { spawn } from 'node:child_process';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** A file as a commit has it. */
export interface CommittedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The manifests below a path as a commit has them.
 *
 * @throws Failure when there is no git, no repository, no such commit, or nothing below the path
 */
export async function gitFiles(
  ref: string,
  path: string,
  world: Pick<World, 'cwd'>,
): Promise<readonly CommittedFile[]> {
  // A ref that begins with a dash would be read as an option.
  if (ref === '' || ref.startsWith('-'))
    throw new Failure(`git:${ref} names no commit. Write one such as git:HEAD or git:main`);
  const found = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], world);
  if (found.code !== 0) {
    if (/not a git repository/.test(found.stderr)) throw new Failure(`git:${ref}: this folder is in no git repository`);
    throw new Failure(`git:${ref}: there is no such commit. Write a branch, a tag or a hash that \`git log\` knows`);
  }
  const commit = found.stdout.toString().trim();
  const listed = await git(['ls-tree', '-r', '-z', '--name-only', commit, '--', path], world);
  const files = listed.stdout
    .toString()
    .split('\0')
    .filter((file) => /\.(?:yaml|yml|json)$/.test(file))
    .sort();
  if (files.length === 0) throw new Failure(`git:${ref} has no manifests below ${path}. Name another path with --path`);
  const { stdout } = await git(['cat-file', '--batch'], world, files.map((file) => `${commit}:./${file}\n`).join(''));
  return contents(stdout, files, ref);
}

/** What `git cat-file --batch` prints: a line with the size, the bytes, a line feed; for each file. */
function contents(output: Buffer, files: readonly string[], ref: string): readonly CommittedFile[] {
  let at = 0;
  return files.map((file) => {
    const end = output.indexOf(0x0a, at);
    const [, type, size] = output.subarray(at, end).toString().split(' ');
    if (type !== 'blob') throw new Failure(`git:${ref}: ${file} could not be read from the commit`);
    const bytes = output.subarray(end + 1, end + 1 + Number(size));
    at = end + 1 + Number(size) + 1;
    return { path: `git:${ref}:${file}`, bytes };
  });
}

interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const git = (args: readonly string[], { cwd }: Pick<World, 'cwd'>, input = ''): Promise<GitResult> =>
  new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd, stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' } });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Failure('git is not installed, and git:… needs it') : error),
    );
    child.once('close', (code) => resolve({ code: code ?? 128, stdout: Buffer.concat(out), stderr }));
    // A program that ends before it has read everything says why by its code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
