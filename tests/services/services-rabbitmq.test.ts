import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { describeShop } from './acceptance.ts';
import { describeAuthorization } from './authorization.ts';
import { eventCatalogue, type EventType } from '../../apps/shared/events/catalogue.ts';
import { EVENT_TYPES, eventFaults } from '../support/event-faults.ts';
import { overhear } from './overheard.ts';
import { newShopper, shopWith, stranger } from './shopper.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

let shop: ServiceShop;
let heard: Awaited<ReturnType<typeof overhear>>;

beforeAll(async () => {
  const broker = await rabbitMqOf(inject('rabbitMq'), 'acceptance');
  heard = await overhear(broker.vhost);
  shop = await startServices({ bundles: inject('bundles'), postgres: inject('postgres'), broker, name: 'acceptance' });
});

afterAll(() => Promise.all([shop?.stop(), heard?.stop()]));

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

test('all that was published meanwhile is as the committed contract of the events says', () => {
  expect(heard.messages.flatMap(({ content }) => eventFaults(content))).toEqual([]);
  const ways = new Set(heard.messages.map(({ routingKey, type }) => `${routingKey} ${String(type)}`));
  // Each type there is was among them, by its own routing key.
  expect([...ways].sort()).toEqual(
    EVENT_TYPES.map((type) => `${eventCatalogue[type as EventType].routingKey} ${type}`).sort(), // the contract is made from the catalogue
  );
});
