import { SERVICES as NAMES } from '../../scripts/dev/shop-services.ts';
import type { Database } from '../support/postgres.ts';

/** A service of the shop, by the name that the kit's charts give it. */
export type ServiceName = (typeof NAMES)[keyof typeof NAMES];

/** All of them. */
export const SERVICES: readonly ServiceName[] = Object.values(NAMES);

/** The folder of a service below `apps/`.
 * @throws Error for a name that is none */
export const folderOf = (service: ServiceName): string => {
  const found = Object.entries(NAMES).find(([, name]) => name === service)?.[0];
  if (found === undefined) throw new Error(`${service} has no folder`);
  return found;
};

/** What a token says. */
export interface Claims {
  readonly userId: string;
  readonly roles?: readonly string[];
}

/** A shop that runs, in whatever shape. */
export interface Shop {
  /** Where the public reaches it: the gateway, or the monolith. */
  readonly url: string;
  /** Where a service itself is reached from inside; in the monolith they are all at one place. */
  serviceUrl(service: ServiceName): string;
  /** A token that the shop takes for its own. */
  sign(claims: Claims): Promise<string>;
  /** The database that a module keeps its schema in. */
  databaseOf(module: ModuleName): Database | undefined;
  stop(): Promise<void>;
}

/** Modules that keep something, by the names of their schemas. */
export const MODULES = ['orders', 'users', 'payments', 'inventory', 'notifications'] as const;

export type ModuleName = (typeof MODULES)[number];
