import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { CONTRACTS_FOLDER, IMPORT_COMMAND, shopContracts } from '../../scripts/dev/import-contracts/shop-contracts.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { ROOT } from './documents.ts';

const { files, problems, notes } = shopContracts(ROOT);
const PRETTIER = { parser: 'typescript', singleQuote: true, printWidth: 120 } as const;

test('the documents of the sample have no problem, and nothing to note', () => {
  expect(problems).toEqual([]);
  expect(notes).toEqual([]);
});

test.each([...files])('%s is what its document says', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8'), `stale: run \`${IMPORT_COMMAND}\``).toBe(text);
});

test('there is a module for each service, and nothing else beside them', () => {
  expect(files.size).toBe(6);
  expect(
    readdirSync(join(ROOT, CONTRACTS_FOLDER)).map((name) => `${CONTRACTS_FOLDER}/${name}`),
    `run \`${IMPORT_COMMAND}\``,
  ).toEqual([...files.keys()].sort());
});

test('every contract below apps/ is imported', () => {
  const withContract = readdirSync(join(ROOT, 'apps')).filter((folder) => {
    try {
      return readdirSync(join(ROOT, 'apps', folder, 'contract')).includes('openapi.yaml');
    } catch {
      return false;
    }
  });
  expect(withContract.sort()).toEqual(Object.keys(SERVICES).sort());
});

test.each([...files])('%s is formatted as Prettier would', async (_, text) => {
  expect(await format(text, PRETTIER)).toBe(text);
});
