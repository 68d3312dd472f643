import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { inject } from 'vitest';
import { serverPool } from '../../apps/shared/database/connection.ts';
import { openDatabase, type Database as ShopDatabase } from '../../apps/shared/database/database.ts';
import type { ShopEvent } from '../../apps/shared/events/catalogue.ts';
import { createServer } from '../../apps/shared/http/server.ts';
import type { Module, World } from '../../apps/shared/module.ts';
import { createMetrics } from '../../apps/shared/runtime/metrics.ts';
import { migrateAll } from '../../apps/shared/runtime/run.ts';
import { createDatabase, query, type Database } from '../support/postgres.ts';

const log = pino({ level: 'silent' });

/** A module on a PostgreSQL of its own, once for each process that there would be. */
export interface ModuleOnPostgres {
  readonly modules: readonly [Module, ...Module[]];
  readonly databases: readonly ShopDatabase[];
  /** Gives an event to one of the processes. */
  readonly handle: (event: ShopEvent, process?: number) => Promise<void>;
  readonly query: <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Events that wait to leave, in their order. */
  readonly told: () => Promise<ShopEvent[]>;
  /** Asks the API, as this user if any. */
  readonly ask: (
    method: 'GET' | 'PUT',
    path: string,
    options?: { readonly as?: { readonly userId: string; readonly roles?: readonly string[] }; readonly body?: object },
  ) => Promise<{ readonly status: number; readonly body: unknown }>;
  readonly close: () => Promise<void>;
}

/** A token that the API below takes for this user. */
const tokenOf = (identity: object): string =>
  `x.${Buffer.from(JSON.stringify({ roles: [], ...identity })).toString('base64url')}.x`;

export async function moduleOnPostgres(
  compose: (world: World) => Module,
  { processes = 2 }: { readonly processes?: number } = {},
): Promise<ModuleOnPostgres> {
  const database: Database = await createDatabase(inject('postgres'), `module_${randomUUID().slice(0, 8)}`);
  const lanes = [{ name: 'all', takes: () => true }];
  const clock = (): Date => new Date();
  const databases = Array.from({ length: processes }, () =>
    openDatabase(serverPool(database, { maxConnections: 8 }), { lanes, clock }),
  );
  const [first, ...others] = databases.map((opened) => compose({ database: opened, clock, log }));
  if (first === undefined) throw new Error('there must be a process');
  await migrateAll([first]);
  const app = createServer({
    version: 'v1',
    log,
    metrics: createMetrics(),
    routes: first.routes,
    verify: async (token) => ({
      ...(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
        userId: string;
        roles: string[]; // made by tokenOf
      }),
      token,
    }),
    checksAnswers: true,
  });
  const run = <Row>(sql: string, values?: readonly unknown[]): Promise<Row[]> => query<Row>(database, sql, values);
  const modules = [first, ...others] as const;
  return {
    modules,
    databases,
    handle: async (event, process = 0) => {
      for (const { types, handle } of modules[process % modules.length]?.subscriptions ?? [])
        if (types.includes(event.event_type)) await handle(event);
    },
    query: run,
    told: async () =>
      (await run<{ event: ShopEvent }>(`select event from ${first.name}.outbox order by position`)).map(
        ({ event }) => event,
      ),
    ask: async (method, path, { as, body } = {}) => {
      const answer = await app.inject({
        method,
        url: `/api${path}`,
        headers: as === undefined ? {} : { authorization: `Bearer ${tokenOf(as)}` },
        ...(body !== undefined && { payload: body }),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    close: async () => {
      await app.close();
      await Promise.all(databases.map((opened) => opened.close()));
    },
  };
}

/** The same in another order, which a seed decides. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const rest = [...items];
  const result: Item[] = [];
  let state = seed;
  while (rest.length > 0) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    result.push(...rest.splice(state % rest.length, 1));
  }
  return result;
}
