import type { Database } from '../support/postgres.ts';

/** The services of the shop, by the names that the kit's charts give them. */
export const SERVICES = [
  'api-gateway',
  'order-service',
  'user-service',
  'payment-service',
  'inventory-service',
  'notification-service',
] as const;

export type ServiceName = (typeof SERVICES)[number];

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
