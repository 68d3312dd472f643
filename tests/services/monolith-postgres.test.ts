import { afterAll, beforeAll, inject } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { describeShop } from './acceptance.ts';
import { startMonolith, type Monolith } from './topologies.ts';

let shop: Monolith;

beforeAll(async () => {
  shop = await startMonolith({
    bundles: inject('bundles'),
    database: await createDatabase(inject('postgres'), 'shop'),
  });
});

afterAll(() => shop?.stop());

describeShop('the monolith on PostgreSQL', () => shop);
