import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { rabbitMqOf, startMonolith, startServices, type Monolith, type ServiceShop } from './topologies.ts';
import { SERVICES } from './shop.ts';
import { newShopper, ok } from './shopper.ts';

/** How often a start is tried: the best one shows what the service takes. */
const STARTS = 5;

let shop: ServiceShop;
let monolith: Monolith | undefined;

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
  const started = async (): Promise<number> => {
    await shop.processes[service].restart();
    return shop.processes[service].startMs;
  };
  expect(await bestStart(1_000, started)).toBeLessThan(1_000);
});

test('the monolith with its embedded database is ready within 3 seconds', async () => {
  const started = async (): Promise<number> => {
    if (monolith === undefined) monolith = await startMonolith({ bundles: inject('bundles') });
    else await monolith.process.restart();
    return monolith.process.startMs;
  };
  expect(await bestStart(3_000, started)).toBeLessThan(3_000);
});

/** The best of some starts, in milliseconds of a machine with nothing else to do. */
async function bestStart(enough: number, started: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let start = 0; start < STARTS && best >= enough; start++) {
    const before = slowness();
    const took = await started();
    best = Math.min(best, took / ((before + slowness()) / 2));
  }
  return best;
}

/** What Node takes to do nothing on two free cores of the slow kind. */
const IDLE_MS = 90;

/** How many times slower this machine is now, with all that runs beside this: 1 when it is free. */
function slowness(): number {
  const begun = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return Math.max(1, (performance.now() - begun) / IDLE_MS);
}
