import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { DUMP } from '../../apps/monolith/dump.ts';
import { describeShop } from './acceptance.ts';
import { startMonolith, type Monolith } from './topologies.ts';

let shop: Monolith;

beforeAll(async () => {
  shop = await startMonolith({ bundles: inject('bundles') });
});

afterAll(() => shop?.stop());

describeShop('the monolith with its embedded database', () => shop);

test('its image brings a database with tables, so that it starts sooner', () => {
  expect(existsSync(join(inject('bundles'), 'monolith', DUMP))).toBe(true);
});
