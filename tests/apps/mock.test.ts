import { spawn, spawnSync } from 'node:child_process';
import type { FastifyInstance } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { operationsOf, readContract } from '../../apps/shared/http/contract.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { mockServer } from '../../scripts/dev/mock.ts';

const TOKEN = { authorization: 'Bearer any.to.ken' };
const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';
const ORDER = '3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10';

const running = new Map<string, FastifyInstance>();
/** One for each service, because each has a contract to compile. */
const mockOf = (service: string): FastifyInstance => {
  const app = running.get(service) ?? mockServer(readContract(service));
  running.set(service, app);
  return app;
};
afterAll(async () => {
  for (const app of running.values()) await app.close();
});

describe.each(Object.keys(SERVICES))('the mock of %s', (service) => {
  test('answers every operation as the contract says', async () => {
    const app = mockOf(service);
    const operations = operationsOf(readContract(service));
    for (const { method, basePath, path, operation, parameters } of operations) {
      const url = path.replace(/\{(\w+)\}/g, (_, name) => String(parameters.find((one) => one.name === name)?.example));
      const query = new URLSearchParams(
        parameters
          .filter((one) => one.in === 'query')
          .map(({ name, example }): [string, string] => [name, String(example)]),
      );
      const body = operation.requestBody?.content['application/json']?.example as object | undefined; // an object in each
      const answer = await app.inject({
        method,
        url: `${basePath}${url}?${query}`,
        headers: TOKEN,
        ...(body !== undefined && { payload: body }),
      });
      // An answer that is not as its schema says would be 500.
      expect(
        operation.responses[answer.statusCode]?.content?.['application/json']?.example,
        operation.operationId,
      ).toEqual(answer.json());
      expect(answer.statusCode).toBeLessThan(300);
    }
    expect(operations.length).toBeGreaterThan(0);
  }, 20_000);
});

describe('the mock of order', () => {
  test('tells where a new order is', async () => {
    const answer = await mockOf('order').inject({
      method: 'POST',
      url: '/api/orders',
      headers: TOKEN,
      payload: { user_id: USER, items: [{ product_id: 'tea', quantity: 1 }] },
    });
    expect(answer.headers.location).toBe(`/api/orders/${ORDER}`);
  });

  test.each([
    ['without a token', { url: `/api/orders/${ORDER}` }, 401],
    ['with an id that is none', { url: '/api/orders/7', headers: TOKEN }, 400],
    ['without items', { method: 'POST', url: '/api/orders', headers: TOKEN, payload: { user_id: USER } }, 400],
    ['at another path', { url: '/api/order', headers: TOKEN }, 404],
    ['with another method', { method: 'PATCH', url: '/api/orders', headers: TOKEN }, 405],
  ] as const)('refuses a request %s with a problem', async (_, request, status) => {
    const answer = await mockOf('order').inject(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status });
  });

  test('gives the other answers of the contract when they are asked for', async () => {
    const ask = (code: number) =>
      mockOf('order').inject({ url: `/api/orders/${ORDER}`, headers: { ...TOKEN, prefer: `code=${code}` } });
    const away = await ask(503);
    expect(away.statusCode).toBe(503);
    expect(away.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' });
    expect(away.json()).toMatchObject({ title: 'Service unavailable' });
    expect((await ask(418)).json()).toMatchObject({ status: 400, detail: expect.stringContaining('no answer 418') });
  });

  test('lets no page of another origin in', async () => {
    const { headers } = await mockOf('order').inject({
      url: `/api/orders/${ORDER}`,
      headers: { ...TOKEN, origin: 'http://evil.example' },
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('npm run mock', () => {
  const COMMAND = ['--import', 'tsx', 'scripts/dev/mock.ts'];

  test('says what it serves, serves it, and ends when it is told to', async () => {
    const child = spawn(process.execPath, [...COMMAND, 'order', '--port', '0'], { timeout: 30_000 });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await expect.poll(() => said, { timeout: 20_000 }).toContain('listOrdersForShipping');
    expect(said).toContain('POST   /api/orders  createOrder');
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    const answer = await fetch(`${address}/api/orders/${ORDER}`, { headers: { ...TOKEN, connection: 'close' } });
    expect(answer.status).toBe(200);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  }, 40_000);

  test.each([
    [['shipping'], 'which service?'],
    [[], 'which service?'],
    [['order', '--port', 'x'], '"x" is no port'],
  ])(
    '%j is wrong usage',
    (words, why) => {
      const { status, stderr } = spawnSync(process.execPath, [...COMMAND, ...words], { encoding: 'utf8' });
      expect(status).toBe(2);
      expect(stderr).toContain(why);
    },
    20_000,
  );
});
