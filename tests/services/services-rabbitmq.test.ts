import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { describeShop } from './acceptance.ts';
import { describeAuthorization } from './authorization.ts';
import { newShopper, shopWith, stranger } from './shopper.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

let shop: ServiceShop;

beforeAll(async () => {
  const broker = await rabbitMqOf(inject('rabbitMq'), 'acceptance');
  shop = await startServices({ bundles: inject('bundles'), postgres: inject('postgres'), broker, name: 'acceptance' });
});

afterAll(() => shop?.stop());

describeShop('services with PostgreSQL and RabbitMQ', () => shop);
describeAuthorization(() => shop);

test('the rate limit holds under load: a caller gets what is allowed, and takes nothing from others', async () => {
  const [limit, seconds] = [50, 30];
  const gateway = await shop.launch('api-gateway', {
    RATE_LIMIT_REQUESTS: String(limit),
    RATE_LIMIT_SECONDS: String(seconds),
  });
  await gateway.ready();
  const limited = { ...shop, url: gateway.url };
  const [ada, bob] = [await newShopper(shop), await newShopper(shop)];
  const asAda = shopWith(limited, ada.token);
  const answers = await Promise.all(Array.from({ length: 300 }, () => asAda.GET('/products', {})));
  const refused = answers.filter(({ response }) => response.status === 429);
  expect(answers.filter(({ response }) => response.status === 200)).toHaveLength(limit);
  expect(refused).toHaveLength(300 - limit);
  for (const { response, error } of refused) {
    expect(error).toMatchObject({ status: 429 });
    const wait = Number(response.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(seconds);
  }
  expect((await shopWith(limited, bob.token).GET('/products', {})).response.status).toBe(200);
  expect((await stranger(limited).GET('/products', {})).response.status).toBe(200);
  // A made-up token is nobody: it counts for the address, and does not open a new account of requests.
  const forged = await Promise.all(
    Array.from({ length: 2 * limit }, (_, index) =>
      shopWith(limited, `${ada.token.slice(0, -6)}${String(index).padStart(6, 'x')}`).GET('/products', {}),
    ),
  );
  expect(forged.filter(({ response }) => response.status === 401).length).toBeLessThan(limit);
  expect(forged.filter(({ response }) => ![401, 429].includes(response.status))).toEqual([]);
});
