import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { sql } from 'kysely';
import { counted } from '../bus/counted.ts';
import type { EventBus } from '../bus/event-bus.ts';
import type { Database, KernelStore, Lane } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { housekeeping } from '../database/housekeeping.ts';
import { replayParked } from '../events/inbox.ts';
import { relay } from '../events/relay.ts';
import { faultInjection } from '../http/faults.ts';
import { operationalEndpoints } from '../http/operational-endpoints.ts';
import { createServer } from '../http/server.ts';
import type { Module } from '../module.ts';
import { keyFile } from '../security/key-file.ts';
import { keySet } from '../security/key-set.ts';
import { tokenVerifier, type TokenVerifier } from '../security/token.ts';
import { createMetrics } from './metrics.ts';
import { ConfigError } from './config.ts';
import { keysAnew, type ProcessSettings } from './settings.ts';
import { supervise } from './supervise.ts';
import { startTelemetry } from './telemetry.ts';

/** A bus, and the way that leads to it out of the database. */
export interface Connection {
  readonly lane: Lane;
  readonly bus: EventBus;
}

/** What a composition root decides: which modules, on which database, joined by which buses. */
export interface Composition {
  readonly settings: ProcessSettings;
  readonly log: Logger;
  readonly modules: readonly Module[];
  /** Absent where no module keeps anything. */
  readonly database?: Database;
  readonly connections?: readonly Connection[];
  /** Adds to the server what no contract has. */
  readonly extend?: (app: FastifyInstance, verify: TokenVerifier) => void;
}

export interface Running {
  readonly app: FastifyInstance;
  readonly address: string;
  /** Loses no request and no event: first nobody is sent here any more, then what is here is finished, then all is closed. */
  readonly stop: () => Promise<void>;
}

/** Brings the tables of all modules up to date. */
export async function migrateAll(modules: readonly Module[]): Promise<readonly string[]> {
  const done: string[] = [];
  for (const { name, store, migrations } of modules)
    if (store !== undefined && migrations !== undefined)
      done.push(...(await migrate(store, migrations)).map((migration) => `${name}: ${migration}`));
  return done;
}

/** What is asked for by a word instead of by serving: `migrate`, `replay`, `replay QUEUE`. @returns what was done */
export async function carryOut(
  [command, queue]: readonly string[],
  modules: readonly Module[],
): Promise<readonly string[]> {
  if (command === 'migrate') return migrateAll(modules);
  if (command === 'replay') return replay(modules, queue);
  const said: string[] = [];
  for (const { commands = {} } of modules) said.push(...((await commands[command ?? '']?.()) ?? []));
  if (said.length > 0) return said;
  throw new ConfigError([`"${command}" is no command; there are migrate, replay and what a module adds`]);
}

/** Tries again what modules put aside, from one queue or from all. */
async function replay(modules: readonly Module[], queue: string | undefined): Promise<readonly string[]> {
  const queues = modules.flatMap(({ subscriptions }) => subscriptions.map((one) => one.queue));
  if (queue !== undefined && !queues.includes(queue))
    throw new ConfigError([`replay ${queue}: there is no such queue here; there are ${queues.join(', ') || 'none'}`]);
  const said: string[] = [];
  for (const { name, store, subscriptions } of modules) {
    if (store === undefined || (queue !== undefined && !subscriptions.some((one) => one.queue === queue))) continue;
    const { done, failures } = await replayParked(store, subscriptions, queue);
    said.push(`${name}: ${done} done, ${failures.length} failed`, ...failures);
  }
  return said;
}

/** Starts modules as one process. */
export async function run(composition: Composition): Promise<Running> {
  const { settings, log, modules, database, connections = [], extend } = composition;
  const { SERVICE_NAME: name, SERVICE_VERSION: version } = settings;
  const metrics = createMetrics();
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const stopTelemetry = endpoint === undefined ? async () => {} : await startTelemetry({ name, version, endpoint });
  const keys = keySet(settings.JWT_KEYS);
  const verify = tokenVerifier({ issuer: settings.JWT_ISSUER, audience: settings.JWT_AUDIENCE, keys });

  const app = createServer({
    version,
    log,
    metrics,
    routes: modules.flatMap(({ routes }) => routes),
    verify,
    trustedProxies: settings.TRUSTED_PROXIES,
  });
  const readiness = operationalEndpoints(app, { name, version, metrics, check: async () => database?.ping() });
  if (settings.FAULT_INJECTION === 'on') faultInjection(app);
  extend?.(app, verify);

  const stores = modules.flatMap(({ store }) => (store === undefined ? [] : [store]));
  metrics.outboxDepth(async () => Object.fromEntries(await Promise.all(stores.map(outboxDepth))));
  const subscriptions = modules.flatMap((module) => module.subscriptions.map((one) => counted(one, metrics)));
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal); // each worker listens
  const workers = supervise(
    [
      ...connections.map(({ lane, bus }) => ({
        // A broker that is away at the start is waited for; the API works without it.
        name: `deliveries from ${lane.name}`,
        run: async (signal: AbortSignal) => {
          await bus.subscribe(subscriptions);
          const sent = (count: number): void => metrics.eventsPublished(lane.name, count);
          await supervise(
            stores.map((store) => relay({ store, lane: lane.name, bus, sent })),
            log,
            signal,
          );
        },
      })),
      ...stores.map(housekeeping),
      ...(settings.JWT_KEYS_FILE === undefined ? [] : [keyFile({ read: () => keysAnew(settings), keys, log })]),
      ...modules.flatMap((module) => module.workers),
    ],
    log,
    stopped.signal,
  );
  const address = await app.listen({
    host: settings.HOST,
    port: settings.PORT,
    listenTextResolver: (where) => `listening at ${where}`,
  });

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    readiness.turnOff();
    await sleep(settings.SHUTDOWN_DELAY_MS);
    await app.close();
    await Promise.all(connections.map(({ bus }) => bus.stopConsuming()));
    stopped.abort();
    await workers;
    await Promise.all(connections.map(({ bus }) => bus.close()));
    await database?.close();
    await stopTelemetry();
    log.info('stopped');
  };
  return { app, address, stop: () => (stopping ??= stop()) };
}

async function outboxDepth({ schema, kernel }: KernelStore): Promise<[string, number]> {
  const { count } = await kernel
    .selectFrom('outbox')
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return [schema, count];
}
