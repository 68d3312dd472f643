import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CONTRACTS_FOLDER } from '../../scripts/dev/import-contracts/shop-contracts.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { ROOT } from './documents.ts';

// Each run is a process that compiles TypeScript: a second or two on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let project: string;
const documentOf = (folder: string): string => join(project, `apps/${folder}/contract/openapi.yaml`);
const moduleOf = (name: string): string => join(project, CONTRACTS_FOLDER, `${name}.ts`);

/** Runs the command in a copy of the project's documents and contracts. */
const run = (...words: string[]): { readonly status: number | null; readonly said: string[] } => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(ROOT, 'scripts/dev/import-contracts.ts'), ...words],
    { cwd: project, encoding: 'utf8' },
  );
  return { status, said: stderr.trim().split('\n') };
};

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'contracts-'));
  for (const folder of Object.keys(SERVICES))
    cpSync(join(ROOT, `apps/${folder}/contract`), join(project, `apps/${folder}/contract`), { recursive: true });
  cpSync(join(ROOT, CONTRACTS_FOLDER), join(project, CONTRACTS_FOLDER), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

test('writes what changed and removes what it once wrote, and nothing else', () => {
  writeFileSync(moduleOf('order-service'), 'stale');
  writeFileSync(moduleOf('old-service'), '// Generated from apps/old/contract/openapi.yaml\n');
  writeFileSync(moduleOf('notes'), '// mine\n');
  expect(run('--check')).toEqual({
    status: 1,
    said: ['order-service', 'old-service'].map(
      (name) =>
        `${CONTRACTS_FOLDER}/${name}.ts is not what the documents say: run \`npx tsx scripts/dev/import-contracts.ts\``,
    ),
  });
  expect(readFileSync(moduleOf('order-service'), 'utf8')).toBe('stale');
  expect(run()).toEqual({ status: 0, said: ['6 contracts, 1 written, 1 removed'] });
  expect(run()).toEqual({ status: 0, said: ['6 contracts, 0 written, 0 removed'] });
  expect(readdirSync(join(project, CONTRACTS_FOLDER)).sort()).toEqual(
    ['notes.ts', ...Object.values(SERVICES).map((name) => `${name}.ts`)].sort(),
  );
});

test('says all that is wrong with all documents, and writes nothing', () => {
  const order = readFileSync(documentOf('order'), 'utf8').replace('operationId: getOrder', 'operationId: listOrders');
  writeFileSync(documentOf('order'), order.replace('/shipping/orders:', '/shipping//orders:'));
  writeFileSync(documentOf('user'), 'openapi: 3.1.0\npaths: [\n');
  rmSync(documentOf('payment'));
  writeFileSync(moduleOf('gateway'), 'untouched');
  const { status, said } = run();
  expect(status).toBe(2);
  expect(said.filter((line) => !line.startsWith('  '))).toEqual([
    'apps/order/contract/openapi.yaml: paths["/shipping//orders"]: the path "/shipping//orders" has an empty segment',
    'apps/order/contract/openapi.yaml: paths["/orders/{order_id}"].get.operationId: "listOrders" is also the operationId of paths["/orders"].get',
    'apps/payment/contract/openapi.yaml: cannot be read (ENOENT)',
    expect.stringMatching(/^apps\/user\/contract\/openapi\.yaml:\d+:\d+: /),
  ]);
  expect(said.filter((line) => line.startsWith('  why: ') || line.startsWith('  fix: '))).toHaveLength(8);
  expect(readFileSync(moduleOf('gateway'), 'utf8')).toBe('untouched');
});

test('refuses an option that it does not have', () => {
  expect(run('--chek')).toMatchObject({
    status: 2,
    said: expect.arrayContaining(['"--chek" is no option of this command']),
  });
});
