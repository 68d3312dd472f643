import { Pool } from 'undici';
import type { paths } from './contract/openapi.d.ts';

/** First part of a path of the contract: `orders` of `/orders/{order_id}`. */
export type Collection = keyof paths extends infer Path
  ? Path extends `/${infer Head}/${string}`
    ? Head
    : Path extends `/${infer Head}`
      ? Head
      : never
  : never;

/** A service behind the gateway: who it is, and how long an answer may take. */
export interface Upstream<Variable extends string = `${string}_SERVICE_URL`> {
  /** Variable that says where it is, `/api` included; the mesh's ConfigMap has one for each service that is called. */
  readonly variable: Variable;
  /** Above what the mesh gives this call, so that the mesh, which knows more, speaks first; below what it gives the gateway. */
  readonly timeoutMs: number;
}

const users = { variable: 'USER_SERVICE_URL', timeoutMs: 6_000 } as const satisfies Upstream;

/** Which service has which part of the contract. A path that nobody has does not compile. */
export const UPSTREAMS = {
  orders: { variable: 'ORDER_SERVICE_URL', timeoutMs: 10_000 },
  users,
  tokens: users,
  payments: { variable: 'PAYMENT_SERVICE_URL', timeoutMs: 4_000 },
  products: { variable: 'INVENTORY_SERVICE_URL', timeoutMs: 3_000 },
  notifications: { variable: 'NOTIFICATION_SERVICE_URL', timeoutMs: 4_000 },
} as const satisfies Record<Collection, Upstream>;

/** Name of a variable with the address of a service. */
export type UrlVariable = (typeof UPSTREAMS)[Collection]['variable'];

const CONNECT_TIMEOUT_MS = 1_000;
/** Connections to one service; further requests wait for one. */
const CONNECTIONS = 100;
/** Far above any page of the contract. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Connections to a service, kept between requests. */
export interface Connections {
  readonly pool: Pool;
  /** Path of the service's API on its host, without an ending slash. */
  readonly basePath: string;
}

/** Opens no connection yet: the first request does. */
export function connectionsTo(url: string): Connections {
  const { origin, pathname } = new URL(url);
  return {
    pool: new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxResponseSize: MAX_ANSWER_BYTES,
    }),
    basePath: pathname.replace(/\/$/, ''),
  };
}
