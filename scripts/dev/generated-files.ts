import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that a command writes, and what to say of it. */
export interface GeneratedFiles {
  /** `npm run import:clients` */
  readonly command: string;
  readonly usage: string;
  /** By path, relative to the root, as they should be. */
  readonly files: (root: string) => Promise<ReadonlyMap<string, string>>;
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Writes what is not as it should be, or with `--check` only says so. @returns the exit code */
export async function writeGenerated(
  { command, usage, files }: GeneratedFiles,
  root: string,
  words: readonly string[],
): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const unknown = words.filter((word) => !['--check', '--help', '-h'].includes(word));
  if (unknown.length > 0 || words.includes('--help') || words.includes('-h')) {
    say(unknown.length > 0 ? `"${unknown.join(' ')}" is no option of this command\n\n${usage}` : usage);
    return unknown.length > 0 ? 2 : 0;
  }
  const wanted = await files(root);
  const stale = [...wanted].filter(([path, text]) => textOf(join(root, path)) !== text);
  if (words.includes('--check')) {
    for (const [path] of stale) say(`${path} is not what it is made from: run \`${command}\``);
    return stale.length > 0 ? 1 : 0;
  }
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
  say(`${wanted.size} files, ${stale.length} written`);
  return 0;
}
