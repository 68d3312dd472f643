import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shopPool } from '../../../apps/monolith/shop-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the folder of the embedded database is for one process, until that one is gone', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  writeFileSync(join(folder, 'weft-shop.pid'), String(other.pid));
  await expect(shopPool({ folder })).rejects.toThrow(`DATA_FOLDER: process ${other.pid} has ${folder} open`);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const pool = await shopPool({ folder });
  await pool.end();
}, 60_000);
