import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LEASE_MS } from '../../../apps/notification/business/postman.ts';
import { chanceOf, type Chance } from '../../load/chance.ts';
import type { PostgresServer } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { ok, staffOf } from '../shopper.ts';
import type { ServiceName } from '../shop.ts';
import type { ServiceShop } from '../topologies.ts';
import { auditBooks, unfinished } from './books.ts';
import { newCustomers, shopping } from './customers.ts';
import type { Mischief } from './mischief.ts';

/** What is killed and started again. */
interface Victim {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Consumers and the queues that they read. */
const CONSUMERS = {
  'order-service': 'order_service_queue',
  'payment-service': 'payment_service_queue',
  'inventory-service': 'inventory_service_queue',
  'notification-service': 'notification_service_queue',
} as const satisfies Partial<Record<ServiceName, string>>;

type Consumer = keyof typeof CONSUMERS;

/** Stock at the start: of the mug there is less than is wanted. */
export const STOCK = { 'coffee-beans-1kg': 100_000, 'espresso-machine': 100_000, 'mug-white': 120 } as const;

export interface ChaosOptions {
  readonly shop: ServiceShop;
  readonly postgres: PostgresServer;
  readonly broker: Victim;
  readonly mischief: (chance: Chance) => Mischief;
  readonly seed: number;
  readonly orders: number;
  readonly perSecond: number;
}

/** What a run of chaos did, and what was wrong afterwards. */
export interface ChaosReport {
  readonly faults: readonly string[];
  /** How often things were done, for whoever reads the log; and for the test, that they were done at all. */
  readonly done: Readonly<Record<'brokerKills' | 'databaseKills' | 'doubled' | 'reordered', number>> & {
    readonly consumerKills: Readonly<Record<Consumer, number>>;
  };
  readonly story: string;
}

/** Customers order while broker, database and services are killed and messages are played with; then the books are read. */
export const runChaos = async ({
  shop,
  postgres,
  broker,
  mischief: makeMischief,
  seed,
  orders: count,
  perSecond,
}: ChaosOptions): Promise<ChaosReport> => {
  const chance = chanceOf(seed);
  const { inventory } = await staffOf(shop);
  for (const [product, quantity] of Object.entries(STOCK))
    await ok(
      inventory.PUT('/products/{product_id}/stock', { params: { path: { product_id: product } }, body: { quantity } }),
    );
  const customers = await newCustomers(shop, 8);
  const mischief = makeMischief(chanceOf(seed + 1));
  const lastsMs = (count / perSecond) * 1_000;
  const consumerKills: Record<Consumer, number> = {
    'order-service': 0,
    'payment-service': 0,
    'inventory-service': 0,
    'notification-service': 0,
  };
  let [brokerKills, databaseKills] = [0, 0];
  const faults: string[] = [];

  /** Moments within a share of the time in which customers order. */
  const at = (from: number, to: number): Promise<void> => sleep((from + chance() * (to - from)) * lastsMs);
  const killBroker = async (): Promise<void> => {
    await broker.kill();
    await sleep(chance() * 1_500);
    await broker.restart();
    brokerKills += 1;
  };
  const killDatabase = async (): Promise<void> => {
    await postgres.kill();
    await sleep(chance() * 1_500);
    await postgres.restart();
    databaseKills += 1;
  };
  const killConsumer = async (name: Consumer): Promise<void> => {
    const service = shop.processes[name];
    if (service.hasEnded()) faults.push(`${name} ended by itself:\n${service.log().slice(-3_000)}`);
    await service.kill();
    await sleep(200 + chance() * 800);
    await mischief.shuffle(CONSUMERS[name]).catch(() => undefined); // the broker may be down as well
    await service.restart();
    consumerKills[name] += 1;
  };
  const trouble = Promise.all([
    at(0.1, 0.25)
      .then(killBroker)
      .then(() => at(0.2, 0.35))
      .then(killBroker),
    at(0.3, 0.5).then(killDatabase),
    ...Object.keys(CONSUMERS).map(async (name) => {
      for (let round = 0; round < 3; round += 1) {
        await at(0.05, 0.25);
        await killConsumer(name as Consumer); // a key of it
      }
    }),
  ]);
  const [sales] = await Promise.all([
    shopping(shop, { customers, count, perSecond, cancelShare: 0.1, chance: chanceOf(seed + 2) }),
    trouble,
  ]);

  let left = {};
  await until(
    'all is settled',
    // A postman who was killed with mails in his hands keeps them for as long as his lease lasts.
    { timeoutMs: LEASE_MS + 60_000, everyMs: 500, details: () => `${JSON.stringify(left)}\n${shop.endOfLogs()}` },
    async () => {
      left = await unfinished(shop.databases);
      return Object.values(left).every((number) => number === 0);
    },
  );
  // What was sent twice must have had its time to do harm.
  await sleep(4_000);
  await mischief.stop();
  for (const [name, service] of Object.entries(shop.processes))
    if (service.hasEnded()) faults.push(`${name} ended by itself`);

  const books = await auditBooks(shop.databases, sales.orders, STOCK);
  const mails = readdirSync(shop.mailFolder).length;
  return {
    faults: [...faults, ...books.faults],
    done: { brokerKills, databaseKills, consumerKills, ...mischief.counts },
    story: `seed ${seed}: ${JSON.stringify(sales.answers)}; ${JSON.stringify(books.counts)}; ${mails} mails; ${JSON.stringify({ brokerKills, databaseKills, consumerKills, ...mischief.counts })}`,
  };
};
