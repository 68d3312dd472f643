import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACTS_FOLDER, IMPORT_COMMAND, shopContracts } from './import-contracts/shop-contracts.ts';

const USAGE = `Writes the typed contracts of the sample services from their OpenAPI documents.

  ${IMPORT_COMMAND} [--check]

  --check  write nothing; fail when a contract is not what its document says

Reads apps/<service>/contract/openapi.yaml, writes ${CONTRACTS_FOLDER}/<name>.ts.`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** The text of a file, or nothing where there is none. */
const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

function run(root: string, { isCheck }: { readonly isCheck: boolean }): number {
  const { files, problems, notes } = shopContracts(root);
  for (const text of [...notes.map((note) => `note: ${note}`), ...problems]) say(text);
  if (problems.length > 0) return 2;
  mkdirSync(join(root, CONTRACTS_FOLDER), { recursive: true });
  const left = readdirSync(join(root, CONTRACTS_FOLDER))
    .map((name) => `${CONTRACTS_FOLDER}/${name}`)
    // What somebody else put there is not ours to remove.
    .filter((path) => !files.has(path) && textOf(join(root, path))?.startsWith('// Generated from '));
  const changed = [...files].filter(([path, text]) => textOf(join(root, path)) !== text);
  if (isCheck) {
    for (const path of [...changed.map(([path]) => path), ...left])
      say(`${path} is not what the documents say: run \`${IMPORT_COMMAND}\``);
    return changed.length + left.length > 0 ? 1 : 0;
  }
  for (const [path, text] of changed) writeFileSync(join(root, path), text);
  for (const path of left) rmSync(join(root, path));
  say(`${files.size} contracts, ${changed.length} written, ${left.length} removed`);
  return 0;
}

const words = process.argv.slice(2);
const unknown = words.find((word) => !['--check', '--help', '-h'].includes(word));
if (unknown !== undefined) {
  say(`"${unknown}" is no option of this command\n\n${USAGE}`);
  process.exitCode = 2;
} else if (words.includes('--help') || words.includes('-h')) say(USAGE);
else process.exitCode = run(process.cwd(), { isCheck: words.includes('--check') });
