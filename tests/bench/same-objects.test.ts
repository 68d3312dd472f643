import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contenders, objectsOf, withoutReasons, type Contenders } from './contenders.ts';

let work = '';
let all: Contenders;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  all = contenders(resolve('.'), work);
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('the benchmark compares programs that write the same objects', { timeout: 120_000 }, () => {
  const [kit, ...others] = all.five.map((contender) => ({
    name: contender.name,
    objects: objectsOf(contender, 3, join(work, contender.name)).map(withoutReasons),
  }));
  expect(kit?.objects).toHaveLength(15);
  expect(others.length).toBeGreaterThan(0);
  for (const { name, objects } of others) expect(objects, name).toEqual(kit?.objects);
});
