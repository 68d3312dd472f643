import { connect } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../../../apps/shared/http/contract.ts';
import { operationalEndpoints } from '../../../apps/shared/http/operational-endpoints.ts';
import { createServer } from '../../../apps/shared/http/server.ts';
import { createMetrics } from '../../../apps/shared/runtime/metrics.ts';
import { keySet } from '../../../apps/shared/security/key-set.ts';
import { tokenVerifier } from '../../../apps/shared/security/token.ts';

const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';
const ITEMS = [{ product_id: 'coffee-beans-1kg', quantity: 2 }];
const { publicKey, privateKey } = await generateKeyPair('ES256');
const rules = { issuer: 'https://shop.test', audience: 'shop' };
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' }] };

const sign = (
  claims: { sub?: string; iss?: string; aud?: string; exp?: number; roles?: string[] } = {},
): Promise<string> =>
  new SignJWT({
    sub: USER,
    iss: rules.issuer,
    aud: rules.audience,
    exp: Math.floor(Date.now() / 1_000) + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'test' })
    .sign(privateKey);

const order = { order_id: USER, user_id: USER, status: 'created', created_at: '2026-01-01T00:00:00Z', items: ITEMS };
let failure: Error | undefined;
const handler = async () => {
  if (failure !== undefined) throw failure;
  return { status: 201, body: order };
};
const app = createServer({
  version: 'v1',
  log: pino({ level: 'silent' }),
  metrics: createMetrics(),
  verify: tokenVerifier({ ...rules, keys: keySet(keys) }),
  routes: [
    {
      contract: readContract('order'),
      handlers: {
        createOrder: handler,
        listOrders: async ({ query }) => ({ status: 200, body: { orders: [], next_cursor: JSON.stringify(query) } }),
        getOrder: handler,
        cancelOrder: handler,
        updateOrderStatus: handler,
        listOrdersForShipping: handler,
      },
    },
  ],
});
operationalEndpoints(app, { name: 'shop', version: 'v1', metrics: createMetrics(), check: async () => {} });
let port: number;
let token: string;
beforeAll(async () => {
  token = await sign();
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => app.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/api/orders',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
const good = { user_id: USER, items: ITEMS };

test('a request that keeps the contract is answered, by this version', async () => {
  const { statusCode, headers } = await post(good);
  expect({ statusCode, version: headers['x-service-version'] }).toEqual({ statusCode: 201, version: 'v1' });
});

describe('what the contract does not describe is refused, as a problem', () => {
  const deep = `{"user_id":"${USER}","items":${'['.repeat(500)}${']'.repeat(500)}}`;
  test.each([
    { name: 'no body', body: '', status: 400 },
    { name: 'no JSON', body: '{', status: 400 },
    { name: 'a number as text', body: { ...good, items: [{ ...ITEMS[0], quantity: '1' }] }, status: 400 },
    { name: 'an unknown field', body: { ...good, total: 1 }, status: 400 },
    { name: 'a missing field', body: { user_id: USER }, status: 400 },
    { name: 'a prototype', body: `{"user_id":"${USER}","items":[],"__proto__":{}}`, status: 400 },
    { name: 'deep JSON', body: deep, status: 400 },
    { name: 'a huge body', body: { ...good, pad: 'x'.repeat(70_000) }, status: 413 },
    { name: 'plain text', body: good, headers: { 'content-type': 'text/plain' }, status: 415 },
    { name: 'a form', body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415 },
    { name: 'a compressed body', body: good, headers: { 'content-encoding': 'gzip' }, status: 415 },
    { name: 'a bad Idempotency-Key', body: good, headers: { 'idempotency-key': 'é' }, status: 400 },
    { name: 'a token that is none', body: good, headers: { authorization: 'Basic eDp5' }, status: 401 },
  ])('$name: $status', async ({ body, headers, status }) => {
    const answer = await post(body, headers);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect({ at: answer.statusCode, said: answer.json().status }).toEqual({ at: status, said: status });
  });

  test.each([
    { method: 'DELETE', url: '/api/orders', status: 405 },
    { method: 'PATCH', url: `/api/orders/${USER}`, status: 405 },
    ...['/livez', '/readyz', '/version', '/metrics'].map((url) => ({ method: 'POST' as const, url, status: 405 })),
    { method: 'GET', url: '/api/nothing', status: 404 },
    { method: 'GET', url: '/api/orders/%zz', status: 400 },
    { method: 'GET', url: '/api/orders?user_id=7', status: 400 },
    { method: 'GET', url: `/api/orders?user_id=${USER}&limit=0`, status: 400 },
    { method: 'GET', url: `/api/orders?user_id=${USER}&colour=red`, status: 400 },
  ] as const)('$method $url: $status', async ({ method, url, status }) => {
    const answer = await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status });
    expect(answer.statusCode).toBe(status);
    if (status === 405) expect(answer.headers.allow).toMatch(/GET/);
  });

  test('a method that nobody has is refused before its body is looked at', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
    const answer = await app.inject({ method: 'PATCH', url: '/api/orders', headers, payload: '{' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, POST']);
    const query = await fetch(`http://127.0.0.1:${port}/api/orders`, { method: 'QUERY' });
    expect(query.status).toBe(405);
  });

  test('headers without end: 431', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /api/orders HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    const chunks: string[] = [];
    for await (const chunk of socket) chunks.push(String(chunk));
    expect(chunks.join('')).toMatch(/^HTTP\/1.1 431 [\s\S]*application\/problem\+json[\s\S]*"status":431/);
  });

  test('an expectation that nobody understands: 417', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /api/orders HTTP/1.1\r\nhost: x\r\nexpect: a-miracle\r\ncontent-length: 2\r\n\r\n{}');
    const chunks: string[] = [];
    for await (const chunk of socket) chunks.push(String(chunk));
    expect(chunks.join('')).toMatch(/^HTTP\/1.1 417 [\s\S]*application\/problem\+json[\s\S]*"status":417/);
  });

  test('no host: 400', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n');
    const chunks: string[] = [];
    for await (const chunk of socket) chunks.push(String(chunk));
    expect(chunks.join('')).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json/);
  });
});

test('numbers in an address are numbers for the handler, with the default of the contract', async () => {
  const url = `/api/orders?user_id=${USER}`;
  const answer = await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
  expect(JSON.parse(answer.json().next_cursor)).toEqual({ user_id: USER, limit: 20 });
});

describe('an error from inside', () => {
  test.each([
    { error: new Error('password=hunter2 at /srv/db.ts'), status: 500 },
    { error: Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }), status: 503 },
    { error: Object.assign(new Error('invalid byte sequence'), { code: '22021' }), status: 422 },
  ])('$status tells nothing of it', async ({ error, status }) => {
    failure = error;
    const answer = await post(good);
    failure = undefined;
    expect(answer.statusCode).toBe(status);
    expect(answer.body).not.toMatch(/hunter2|srv|10\.0|byte/);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined);
  });
});

describe('tokens', () => {
  const past = Math.floor(Date.now() / 1_000) - 60;
  const unsigned = (): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part({ sub: USER, iss: rules.issuer, aud: 'shop', exp: 9_999_999_999 })}.x`;
  };
  test.each<[string, () => string | Promise<string>]>([
    ['expired', () => sign({ exp: past })],
    ['for another audience', () => sign({ aud: 'bank' })],
    ['of another issuer', () => sign({ iss: 'https://evil.test' })],
    ['without a user', () => sign({ sub: 'root' })],
    ['unsigned', unsigned],
    ['changed', async () => `${(await sign()).slice(0, -4)}AAAA`],
    [
      'signed by another key',
      async () => {
        const other = await generateKeyPair('ES256');
        return new SignJWT({ sub: USER, iss: rules.issuer, aud: 'shop', exp: 9_999_999_999 })
          .setProtectedHeader({ alg: 'ES256', kid: 'test' })
          .sign(other.privateKey);
      },
    ],
    [
      'signed with the public key as a secret',
      () =>
        new SignJWT({ sub: USER, iss: rules.issuer, aud: 'shop', exp: 9_999_999_999 })
          .setProtectedHeader({ alg: 'HS256', kid: 'test' })
          .sign(new TextEncoder().encode(JSON.stringify(keys.keys[0]))),
    ],
  ])('%s: 401', async (_, make) => {
    const answer = await post(good, { authorization: `Bearer ${await make()}` });
    expect({ status: answer.statusCode, asks: answer.headers['www-authenticate'] }).toEqual({
      status: 401,
      asks: 'Bearer error="invalid_token"',
    });
  });

  test('staff only: 403 without the role', async () => {
    const get = async (roles: string[]) => {
      const authorization = `Bearer ${await sign({ roles })}`;
      return (await app.inject({ method: 'GET', url: '/api/shipping/orders', headers: { authorization } })).statusCode;
    };
    expect([await get([]), await get(['staff'])]).toEqual([403, 201]);
  });

  test('one that was seen is refused once it has expired', async () => {
    let now = Date.now();
    const verify = tokenVerifier({ ...rules, keys: keySet(keys) }, () => now);
    await expect(verify(token)).resolves.toMatchObject({ userId: USER });
    now += 120_000;
    await expect(verify(token)).rejects.toMatchObject({ status: 401 });
  });
});

test('a problem names the request as the caller and the log do', async () => {
  const answer = await post({ ...good, total: 1 }, { 'x-request-id': 'caller-7' });
  expect(answer.json().instance).toBe('/requests/caller-7');
});
