import { randomUUID } from 'node:crypto';
import type { Middleware } from 'openapi-fetch';
import { apiGatewayClient } from '../../apps/gateway/contract/client.ts';
import { inventoryServiceClient } from '../../apps/inventory/contract/client.ts';
import { orderServiceClient } from '../../apps/order/contract/client.ts';
import { userServiceClient } from '../../apps/user/contract/client.ts';
import type { Shop } from './shop.ts';

interface Call<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer that went well.
 * @throws Error with the problem when it did not */
export const ok = async <Data>(call: Promise<Call<Data>>): Promise<NonNullable<Data>> => {
  const { data, error, response } = await call;
  if (data !== undefined && data !== null) return data;
  throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
};

/** Status and kind of a refusal: `409 /problems/user-inactive`.
 * @throws Error when it is none, or not said as the contracts say it */
export const refusal = async (call: Promise<Call<unknown>>): Promise<string> => {
  const { error, response } = await call;
  const type = response.headers.get('content-type') ?? '';
  const isProblem = typeof error === 'object' && error !== null && 'type' in error && 'status' in error;
  if (!isProblem || error.status !== response.status || !type.startsWith('application/problem+json')) {
    throw new Error(`${response.url}: ${response.status} ${type} is no problem: ${JSON.stringify(error)}`);
  }
  return `${response.status} ${String(error.type)}`;
};

const withToken = <Client extends { use(...middleware: Middleware[]): void }>(
  client: Client,
  token: string,
): Client => {
  const middleware: Middleware = {
    onRequest: ({ request }) => request.headers.set('authorization', `Bearer ${token}`),
  };
  client.use(middleware);
  return client;
};

/** The shop as the public sees it, without a token. */
export const stranger = (shop: Pick<Shop, 'url'>) => apiGatewayClient({ baseUrl: `${shop.url}/api` });

/** The shop as a user with this token sees it. */
export const shopWith = (shop: Pick<Shop, 'url'>, token: string) => withToken(stranger(shop), token);

/** A user who has just registered. */
export interface Shopper {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  /** The shop with the user's token. */
  readonly api: ReturnType<typeof shopWith>;
}

/** Registers a new user and gets a token, as a person would. */
export const newShopper = async (shop: Pick<Shop, 'url'>): Promise<Shopper> => {
  const [email, password] = [`${randomUUID()}@example.com`, 'correct horse battery'];
  const open = stranger(shop);
  const user = await ok(open.POST('/users', { body: { email, name: 'Ada Lovelace', password } }));
  const { access_token: token } = await ok(open.POST('/tokens', { body: { email, password } }));
  return { userId: user.user_id, email, password, token, api: shopWith(shop, token) };
};

/** What staff inside the mesh may do, at the services themselves. */
export const staffOf = async (shop: Shop) => {
  const token = await shop.sign({ userId: randomUUID(), roles: ['staff'] });
  return {
    orders: withToken(orderServiceClient({ baseUrl: `${shop.serviceUrl('order-service')}/api` }), token),
    inventory: withToken(inventoryServiceClient({ baseUrl: `${shop.serviceUrl('inventory-service')}/api` }), token),
    users: withToken(userServiceClient({ baseUrl: `${shop.serviceUrl('user-service')}/api` }), token),
  };
};
