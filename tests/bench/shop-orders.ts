import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { Pool } from 'undici';
import { bundle, type Bundle } from '../../scripts/dev/bundle/bundle.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { MODULES, type ModuleName } from '../services/shop.ts';
import { newShopper, type Shopper } from '../services/shopper.ts';
import { rabbitMqOf, startMonolith, startServices, type ServiceShop } from '../services/topologies.ts';
import { createDatabase, query, startPostgres, type Database } from '../support/postgres.ts';
import { IMAGE_VARIABLES } from '../support/image-variables.ts';
import { startRabbitMq } from '../support/rabbitmq.ts';
import { serverFolder, type ServerFolder } from '../support/server-folder.ts';
import { startService, type ServiceProcess } from '../support/service-process.ts';

/** What it costs to take an order, in one way to take it. */
export interface OrdersRow {
  readonly name: string;
  /** In one round. */
  readonly orders: number;
  readonly rounds: number;
  /** Middle of the rounds. CPU of the processes that are named, from the first order until no event waits any more. */
  readonly ordersPerCpuSecond: number;
  readonly ordersPerSecond: number;
  /** Of orders per CPU second, to the bare insert. */
  readonly ratio: number;
}

/** Somebody who takes orders. */
interface Taker {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly userId: string;
  /** Whose CPU counts. */
  readonly processes: readonly ServiceProcess[];
  /** Where orders leave traces that show whether all is done: nothing waits in an outbox. */
  readonly isDone: () => Promise<boolean>;
}

const CONNECTIONS = 16;
/** Before the first round, so that what is measured is compiled. */
const WARM_UP = 2_000;

const DEEP_STOCK = 1_000_000_000;
const PRODUCT = 'coffee-beans-1kg';

const place = async ({ url, headers, userId }: Taker, count: number): Promise<void> => {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const body = JSON.stringify({ user_id: userId, items: [{ product_id: PRODUCT, quantity: 1 }] });
  let left = count;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({
        ...{ method: 'POST', path: '/api/orders', body },
        headers: { 'content-type': 'application/json', ...headers },
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 201) throw new Error(`${url}: ${answer.statusCode} ${text}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
  } finally {
    await pool.close();
  }
};

const settled = async (taker: Taker): Promise<void> => {
  while (!(await taker.isDone())) await sleep(50);
};

const cpuSeconds = ({ processes }: Taker): number =>
  processes.reduce((sum, process) => sum + process.cpuMs(), 0) / 1_000;

/** One round: orders as fast as they are taken by so many at once, and what they set off. */
const round = async (taker: Taker, count: number) => {
  const [cpu, start] = [cpuSeconds(taker), performance.now()];
  await place(taker, count);
  const seconds = (performance.now() - start) / 1_000;
  await settled(taker);
  return { perCpu: count / (cpuSeconds(taker) - cpu), perSecond: count / seconds };
};

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const stockUp = (database: Database): Promise<unknown> =>
  query(database, 'update inventory.products set quantity = $1', [DEEP_STOCK]);

const isEmpty = async (database: Database, schema: string): Promise<boolean> =>
  (await query(database, `select from ${schema}.outbox limit 1`)).length === 0;

/** Whether nothing waits any more for a broker, nor in the views of orders. */
const hasToldAll = async (databaseOf: (module: ModuleName) => Database, modules: readonly ModuleName[]) => {
  const empty = await Promise.all(modules.map((module) => isEmpty(databaseOf(module), module)));
  if (empty.includes(false)) return false;
  const orders = databaseOf('orders');
  const [row] = await query<{ behind: boolean }>(
    orders,
    'select (select count(*) from orders.user_orders_read_model) < (select count(*) from orders.orders_read_model) as behind',
  );
  return row?.behind === false;
};

/** Whether each order is paid and has its goods, or is cancelled. */
const hasSettledAll = async (orders: Database): Promise<boolean> =>
  (await query(orders, "select from orders.orders_read_model where status = 'created' limit 1")).length === 0;

const caller = ({ userId, token }: Shopper) => ({ userId, headers: { authorization: `Bearer ${token}` } });

/** Runs what is given for as long as some shops run. */
const withTakers = async (work: (takers: readonly Taker[]) => Promise<OrdersRow[]>): Promise<OrdersRow[]> => {
  const [postgres, rabbitMq, folder] = [await startPostgres(), await startRabbitMq(), serverFolder('bench')];
  const running: { stop(): Promise<unknown> }[] = [postgres, rabbitMq, folder];
  try {
    const bundles = join(folder.path, 'bundles');
    for (const name of [...Object.keys(SERVICES), 'monolith']) await bundle(name as Bundle, join(bundles, name)); // each is one
    const bare = await startBare(folder, await createDatabase(postgres, 'bare'));
    const shopOf = async (name: string): Promise<ServiceShop> => {
      const shop = await startServices({ bundles, postgres, broker: await rabbitMqOf(rabbitMq, name), name });
      running.unshift(shop);
      return shop;
    };

    const alone = await shopOf('alone');
    const itsUser = caller(await newShopper(alone));
    for (const service of SERVICES_BEHIND) await alone.processes[service].stop();

    const chain = await shopOf('chain');
    await stockUp(chain.databases.inventory);

    const database = await createDatabase(postgres, 'monolith');
    const monolith = await startMonolith({ bundles, database });
    running.unshift(monolith);
    await stockUp(database);

    return await work([
      bare,
      {
        name: 'order-service alone',
        url: alone.serviceUrl('order-service'),
        ...itsUser,
        processes: [alone.processes['order-service']],
        isDone: () => hasToldAll((module) => alone.databases[module], ['orders']),
      },
      {
        name: 'monolith',
        url: monolith.url,
        ...caller(await newShopper(monolith)),
        processes: [monolith.process],
        isDone: async () => (await hasToldAll(() => database, MODULES)) && (await hasSettledAll(database)),
      },
      {
        name: 'gateway, services, broker',
        url: chain.url,
        ...caller(await newShopper(chain)),
        processes: Object.values(chain.processes),
        isDone: async () =>
          (await hasToldAll((module) => chain.databases[module], MODULES)) &&
          (await hasSettledAll(chain.databases.orders)),
      },
    ]);
  } finally {
    for (const one of running) await one.stop();
  }
};

/** Those that order-service needs for nothing but what comes after an order. */
const SERVICES_BEHIND = ['api-gateway', 'payment-service', 'inventory-service', 'notification-service'] as const;

const startBare = async (folder: ServerFolder, database: Database): Promise<Taker> => {
  const program = join(folder.path, 'bare-insert.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'programs/bare-insert.ts')],
    outfile: program,
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    banner: { js: "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);" },
  });
  const { host, port, user, password } = database;
  const service = await startService(folder, {
    name: 'bare',
    program: [program],
    env: {
      ...IMAGE_VARIABLES,
      DATABASE_URL: `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database.database}`,
    },
  });
  return {
    name: BARE,
    url: service.url,
    headers: {},
    userId: randomUUID(),
    processes: [service],
    isDone: async () => true,
  };
};

const BARE = 'fastify + pg insert';

/** What an order costs each of them, in turn, so that what else the machine does meets them alike. */
export const raceForOrders = (isQuick: boolean): Promise<readonly OrdersRow[]> =>
  withTakers(async (takers) => {
    const [rounds, count] = isQuick ? [3, 1_000] : [5, 2_000];
    const results = new Map<string, { perCpu: number; perSecond: number }[]>(takers.map(({ name }) => [name, []]));
    for (const taker of takers) {
      await place(taker, WARM_UP);
      await settled(taker);
    }
    for (let turn = 0; turn < rounds; turn += 1)
      for (const taker of takers) results.get(taker.name)?.push(await round(taker, count));
    const middle = (name: string, of: 'perCpu' | 'perSecond') =>
      median((results.get(name) ?? []).map((one) => one[of]));
    return takers.map(({ name }) => ({
      name,
      orders: count,
      rounds,
      ordersPerCpuSecond: middle(name, 'perCpu'),
      ordersPerSecond: middle(name, 'perSecond'),
      ratio: middle(name, 'perCpu') / middle(BARE, 'perCpu'),
    }));
  });
