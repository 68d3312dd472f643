import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { rabbitMqOf, startMonolith, startServices, type Monolith, type ServiceShop } from './topologies.ts';
import { SERVICES } from './shop.ts';
import { newShopper, ok } from './shopper.ts';

/** How often a start is tried: the machine does other things too, and the best start shows what the service takes. */
const STARTS = 5;

let shop: ServiceShop;
let monolith: Monolith;

beforeAll(async () => {
  const broker = await rabbitMqOf(inject('rabbitMq'), 'footprint');
  shop = await startServices({ bundles: inject('bundles'), postgres: inject('postgres'), broker, name: 'footprint' });
});

afterAll(() => Promise.all([shop?.stop(), monolith?.stop()]));

test('each service stays under 120 MB while it works', async () => {
  const ada = await newShopper(shop);
  for (let count = 0; count < 300; count += 10)
    await Promise.all(
      Array.from({ length: 10 }, () =>
        ok(
          ada.api.POST('/orders', {
            params: { header: {} },
            body: { user_id: ada.userId, items: [{ product_id: 'tea-green-100g', quantity: 1 }] },
          }),
        ),
      ),
    );
  const used = Object.fromEntries(
    SERVICES.map((service) => [service, Math.round(shop.processes[service].memoryMiB())]),
  );
  process.stdout.write(`memory in MiB: ${JSON.stringify(used)}\n`);
  expect(Object.entries(used).filter(([, mebibytes]) => mebibytes * 1.048576 >= 120)).toEqual([]);
});

test.each(SERVICES)('%s is ready within a second of its start', async (service) => {
  const times: number[] = [];
  while (times.length < STARTS && Math.min(...times, Number.POSITIVE_INFINITY) > 1_000) {
    await shop.processes[service].restart();
    times.push(shop.processes[service].startMs);
  }
  expect(Math.min(...times)).toBeLessThan(1_000);
});

test('the monolith with its embedded database is ready within 3 seconds', async () => {
  monolith = await startMonolith({ bundles: inject('bundles') });
  const times = [monolith.process.startMs];
  while (times.length < STARTS && Math.min(...times) > 3_000) {
    await monolith.process.restart();
    times.push(monolith.process.startMs);
  }
  expect(Math.min(...times)).toBeLessThan(3_000);
});
