import { afterAll, beforeAll, inject } from 'vitest';
import { describeShop } from './acceptance.ts';
import { startMonolith, type Monolith } from './topologies.ts';

let shop: Monolith;

beforeAll(async () => {
  shop = await startMonolith({ bundles: inject('bundles') });
});

afterAll(() => shop?.stop());

describeShop('the monolith with its embedded database', () => shop);
