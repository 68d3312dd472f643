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
