import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { badTokens } from './bad-tokens.ts';
import { faultOf } from './hostile-requests.ts';
import { addressOf, contractOf, operationsOf, type DeclaredOperation } from './operations.ts';
import { sendRaw, type Answer } from './send-raw.ts';
import { SERVICES, type ServiceName, type Shop } from './shop.ts';
import { newShopper, ok, type Shopper } from './shopper.ts';
import type { Signer } from './topologies.ts';

/** Everything that a victim has and somebody else may want. */
interface Victim extends Shopper {
  readonly orderId: string;
  readonly paymentId: string;
}

const operations = SERVICES.flatMap((service) =>
  operationsOf(contractOf(service)).map((operation) => ({ service, operation, name: `${service} ${operation.id}` })),
);

/** Operations that say or change something about one user. */
const OF_A_USER = ['user_id', 'order_id', 'payment_id'];
const isAboutAUser = ({ parameters, example }: DeclaredOperation): boolean =>
  parameters.some(({ name }) => OF_A_USER.includes(name)) || (example !== undefined && 'user_id' in example);

/** Who may see and change what, in a shop that runs. */
export const describeAuthorization = (shopOf: () => Shop & { readonly signer: Signer }): void => {
  let victim: Victim;
  let thief: Shopper;

  /** All that the victim can see of what is theirs. */
  const belongings = async () => {
    const { api, userId, orderId } = victim;
    const [user, order, orders, payments] = await Promise.all([
      ok(api.GET('/users/{user_id}', { params: { path: { user_id: userId } } })),
      ok(api.GET('/orders/{order_id}', { params: { path: { order_id: orderId } } })),
      ok(api.GET('/orders', { params: { query: { user_id: userId } } })),
      ok(api.GET('/payments', { params: { query: { order_id: orderId } } })),
    ]);
    return { user, order, orders, payments };
  };

  const ask = (service: ServiceName, operation: DeclaredOperation, token: string | undefined): Promise<Answer> => {
    const own: Readonly<Record<string, string>> = {
      user_id: victim.userId,
      order_id: victim.orderId,
      payment_id: victim.paymentId,
      product_id: 'coffee-beans-1kg',
    };
    const { method, example } = operation;
    const body =
      example === undefined ? undefined : { ...example, ...('user_id' in example && { user_id: victim.userId }) };
    return sendRaw(shopOf().serviceUrl(service), {
      method,
      path: addressOf(operation, ({ name }) => own[name] ?? ''),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };

  beforeAll(async () => {
    const [shopper, other] = await Promise.all([newShopper(shopOf()), newShopper(shopOf())]);
    thief = other;
    const { order_id: orderId } = await ok(
      shopper.api.POST('/orders', {
        params: { header: {} },
        body: { user_id: shopper.userId, items: [{ product_id: 'coffee-beans-1kg', quantity: 1 }] },
      }),
    );
    const payments = async () =>
      (await ok(shopper.api.GET('/payments', { params: { query: { order_id: orderId } } }))).payments;
    await until('it is paid', { timeoutMs: 30_000 }, async () => (await payments()).length === 1);
    victim = { ...shopper, orderId, paymentId: (await payments())[0]?.payment_id ?? '' };
    await until('it is listed and pending', { timeoutMs: 30_000 }, async () => {
      const { orders, order } = await belongings();
      return order.status === 'pending' && orders.orders[0]?.status === 'pending';
    });
  });

  const aboutAUser = operations.filter(({ operation }) => isAboutAUser(operation));

  test('there is something to protect', () => {
    expect(aboutAUser.length).toBeGreaterThanOrEqual(20);
    expect(victim.paymentId).not.toBe('');
  });

  test.each(aboutAUser)('$name shows and changes nothing of another user', async ({ service, operation }) => {
    const before = await belongings();
    const answer = await ask(service, operation, thief.token);
    // A list about somebody else's order is empty; everything else is refused.
    const isEmptyList = answer.status === 200 && /^\{"\w+":\[\]\}$/.test(answer.text);
    if (!isEmptyList) expect(faultOf([403, 404], answer)).toBeUndefined();
    for (const secret of [victim.email, victim.paymentId, before.order.created_at, 'coffee-beans-1kg'])
      expect(answer.text).not.toContain(secret);
    expect(await belongings()).toEqual(before);
  });

  test.each(operations.filter(({ operation }) => operation.roles.length > 0))(
    '$name is for staff only',
    async ({ service, operation }) => {
      const answer = await ask(service, operation, victim.token);
      expect(faultOf([403], answer)).toBeUndefined();
    },
  );

  describe('a token that is not good', () => {
    test('is refused by every operation that takes one, and no operation does without', async () => {
      const tokens = await badTokens(shopOf().signer, victim.userId);
      const faults: string[] = [];
      let asked = 0;
      for (const { service, operation, name } of operations) {
        for (const bad of operation.isOpen ? tokens : [...tokens, { name: 'none at all', token: undefined }]) {
          const answer = await ask(service, operation, bad.token);
          asked += 1;
          const fault =
            faultOf([401], answer) ??
            (answer.headers['www-authenticate'] === undefined ? 'no WWW-Authenticate' : undefined);
          if (fault !== undefined) faults.push(`${name} with a token ${bad.name}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
      expect(asked).toBeGreaterThan(500);
    });

    test('is not good because a user of that name is there: roles come from the token only', async () => {
      const staff = await shopOf().sign({ userId: randomUUID(), roles: ['staff'] });
      const operation = operations.find(({ operation: { id } }) => id === 'getStock');
      if (operation === undefined) throw new Error('there is no getStock');
      expect((await ask('inventory-service', operation.operation, staff)).status).toBe(200);
      const almost = await shopOf().sign({ userId: randomUUID(), roles: ['Staff', 'staff ', 'user'] });
      expect((await ask('inventory-service', operation.operation, almost)).status).toBe(403);
    });
  });
};
