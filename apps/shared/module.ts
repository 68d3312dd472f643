import type { Subscription } from './bus/event-bus.ts';
import type { Database, KernelStore } from './database/database.ts';
import type { Migrations } from './database/migrate.ts';
import type { Routes } from './http/routes.ts';
import type { Log } from './runtime/log.ts';

/** The present time. */
export type Clock = () => Date;

/** What every module is given. A module reads no environment, opens no connection and knows no address. */
export interface World {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** Work that goes on until it is told to stop. When it rejects it is started again after a while. */
export interface Worker {
  readonly name: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** One part of the shop, that runs beside others in one process or alone as a service. */
export interface Module {
  readonly name: string;
  /** Its own part of the database; a module without one keeps nothing. */
  readonly store?: KernelStore;
  readonly migrations?: Migrations;
  readonly routes: readonly Routes[];
  readonly subscriptions: readonly Subscription[];
  readonly workers: readonly Worker[];
  /** What an operator may ask for: `main.js <name>`. Each says what it did. */
  readonly commands?: Readonly<Record<string, () => Promise<readonly string[]>>>;
}
