import { createHmac } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { exportSPKI, generateKeyPair } from 'jose';
import type { InjectOptions } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { operationsOf, readContract } from '../../../apps/shared/http/contract.ts';
import {
  answers,
  AUDIENCE,
  ISSUER,
  OTHER_USER,
  startGateway,
  USER,
  type GatewayWithUpstream,
} from './gateway-with-upstream.ts';

const ORDER = '3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10';
const NEW_ORDER = { user_id: USER, items: [{ product_id: 'coffee-beans-1kg', quantity: 2 }] };
const ORDERS = `/api/orders?user_id=${USER}`;

const running = new Map<string, GatewayWithUpstream>();
/** A gateway before a service that answers so; those of one kind are one, because each has a contract to compile. */
const start = async (
  answer: RequestListener | null = answers.json(200, {}),
  options: { readonly timeoutMs?: number } = {},
): Promise<GatewayWithUpstream> => {
  const kind = answer === null ? 'away' : String(options.timeoutMs);
  const gateway = running.get(kind) ?? (await startGateway(answer, options));
  running.set(kind, gateway);
  if (answer !== null) gateway.answerWith(answer);
  return gateway;
};
afterAll(async () => {
  for (const { stop } of running.values()) await stop();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a request that the contract has', () => {
  const operations = operationsOf(readContract('gateway')).map((one) => ({ ...one, id: one.operation.operationId }));

  test.each(operations)('$id reaches its service as it is', async ({ method, path, parameters, operation }) => {
    const body = operation.requestBody?.content['application/json']?.example as object | undefined; // an example of a body is one
    const status = Number(Object.keys(operation.responses).find((code) => code.startsWith('2')));
    const example = operation.responses[status]?.content?.['application/json']?.example;
    const { app, asked, token } = await start(answers.json(status, example));
    const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
      String(parameters.find((one) => one.name === name)?.example),
    );
    const query = new URLSearchParams(
      parameters
        .filter((one) => one.in === 'query')
        .map(({ name, example: value }): [string, string] => [name, String(value)]),
    );
    const answer = await app.inject({
      method,
      url: `/api${filled}?${query}`,
      headers: bearer(await token()),
      ...(body !== undefined && { payload: body }),
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual(example);
    expect(asked).toHaveLength(1);
    const [seen] = asked;
    expect(seen?.method).toBe(method);
    const url = new URL(seen?.url ?? '', 'http://service');
    expect(url.pathname).toBe(`/api${filled}`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject(Object.fromEntries(query));
    expect(seen?.body === '' ? undefined : JSON.parse(seen?.body ?? '')).toEqual(body);
  });

  test('carries token, idempotency key and trace, and nothing that the caller made up', async () => {
    const { app, asked, token } = await start(answers.json(201, {}));
    const valid = await token();
    await app.inject({
      method: 'POST',
      url: '/api/orders',
      payload: NEW_ORDER,
      headers: {
        ...bearer(valid),
        'idempotency-key': '0d1f6f0c-53c1-4d0e-a3a7-9c6fd7ce5b10',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'vendor=1',
        'x-request-id': 'request-1',
        'x-user-id': OTHER_USER,
        'x-user-roles': 'staff',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-host': 'evil.example',
        'x-envoy-upstream-rq-timeout-ms': '1',
        'x-http-method-override': 'DELETE',
        forwarded: 'for=10.0.0.1',
        cookie: 'session=1',
        te: 'trailers',
        'proxy-authorization': 'Basic eDp5',
        'keep-alive': 'timeout=5',
      },
    });
    expect(asked[0]?.headers).toEqual({
      host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      connection: 'keep-alive',
      accept: 'application/json',
      authorization: `Bearer ${valid}`,
      'content-type': 'application/json',
      'content-length': expect.any(String),
      'idempotency-key': '0d1f6f0c-53c1-4d0e-a3a7-9c6fd7ce5b10',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=1',
      'x-request-id': 'request-1',
      'x-b3-traceid': '0af7651916cd43dd8448eb211c80319c',
      'x-b3-spanid': 'b7ad6b7169203331',
      'x-b3-sampled': '1',
    });
  });

  test('that needs no token takes none along', async () => {
    const { app, asked, token } = await start(answers.json(200, {}));
    await app.inject({ url: '/api/products', headers: bearer(await token()) });
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  test('is answered with what the contract has, without what the service tells of itself', async () => {
    const { app, token } = await start(
      answers.json(
        201,
        { order_id: ORDER },
        {
          location: `/api/orders/${ORDER}`,
          'estimated-delivery': '2026-05-07',
          'x-service-version': 'v2',
          server: 'inside',
          'set-cookie': 'a=b',
          'x-powered-by': 'secret',
          'access-control-allow-origin': '*',
        },
      ),
    );
    const answer = await app.inject({
      method: 'POST',
      url: '/api/orders',
      payload: NEW_ORDER,
      headers: bearer(await token()),
    });
    expect(Object.keys(answer.headers).sort()).toEqual(
      [
        ...['connection', 'content-length', 'content-type', 'date'],
        ...['location', 'estimated-delivery', 'x-service-version'],
      ].sort(),
    );
    expect(answer.headers).toMatchObject({
      location: `/api/orders/${ORDER}`,
      'estimated-delivery': '2026-05-07',
      'x-service-version': 'v2',
    });
  });
});

describe('a request that the contract does not have', () => {
  const cases: readonly (readonly [string, InjectOptions, number])[] = [
    ['another path', { url: '/api/secrets' }, 404],
    ['an operation for staff', { url: '/api/orders/shipping' }, 400],
    ['what is not below /api', { url: '/orders' }, 404],
    ['two slashes', { url: '//api/products' }, 404],
    ['another method', { method: 'DELETE', url: '/api/orders' }, 405],
    ['a parameter that nobody described', { url: `${ORDERS}&admin=true` }, 400],
    ['a parameter with a wrong value', { url: `${ORDERS}&limit=1000` }, 400],
    ['an id that is none', { url: '/api/orders/1%20or%201=1' }, 400],
    ['a path that climbs', { url: '/api/orders/..%2f..%2fmetrics' }, 400],
    [
      'a body with more than it may have',
      { method: 'POST', url: '/api/orders', payload: { ...NEW_ORDER, price: 0 } },
      400,
    ],
    [
      'a body of another type',
      { method: 'POST', url: '/api/orders', payload: 'a=b', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    [
      'a body that is no JSON',
      { method: 'POST', url: '/api/orders', payload: '{', headers: { 'content-type': 'application/json' } },
      400,
    ],
    ['a body that is too large', { method: 'POST', url: '/api/orders', payload: { a: 'x'.repeat(70_000) } }, 413],
    [
      'a key that is none',
      { method: 'POST', url: '/api/orders', payload: NEW_ORDER, headers: { 'idempotency-key': 'x y' } },
      400,
    ],
  ];
  test.each(cases)('%s is refused here', async (_, request, status) => {
    const { app, asked, token } = await start();
    const answer = await app.inject({ ...request, headers: { ...bearer(await token()), ...request.headers } });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status });
    expect(asked).toEqual([]);
  });

  test('another method is told which there are', async () => {
    const { app } = await start();
    expect((await app.inject({ method: 'PATCH', url: `/api/orders/${ORDER}` })).headers.allow).toBe('GET');
  });
});

describe('a token', () => {
  const ask = async ({ app, asked }: GatewayWithUpstream, headers: Readonly<Record<string, string>>) => {
    const answer = await app.inject({ url: ORDERS, headers });
    return { status: answer.statusCode, reached: asked.length, challenge: answer.headers['www-authenticate'] };
  };
  const refused = { status: 401, reached: 0, challenge: expect.stringMatching(/^Bearer/) };
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: USER, exp: 4_000_000_000 };

  test('that is valid lets the request through', async () => {
    const gateway = await start();
    expect(await ask(gateway, bearer(await gateway.token()))).toMatchObject({ status: 200, reached: 1 });
  });

  test.each<[string, (gateway: GatewayWithUpstream) => Promise<string>]>([
    ['expired', ({ token }) => token({ exp: 1_000_000_000 })],
    ['for another audience', ({ token }) => token({ aud: 'bank' })],
    ['of another issuer', ({ token }) => token({ iss: 'https://evil.example' })],
    ['of nobody', ({ token }) => token({ sub: '' })],
    ['signed with another key', async ({ token }) => token({ signedBy: (await generateKeyPair('ES256')).privateKey })],
    ['unsigned', async () => `${encoded({ alg: 'none' })}.${encoded(claims)}.`],
    [
      'unsigned, with the signature of another',
      async ({ token }) => {
        const [, , signature = ''] = (await token()).split('.');
        return `${encoded({ alg: 'none', kid: 'test' })}.${encoded(claims)}.${signature}`;
      },
    ],
    [
      'signed with the public key as a password',
      async ({ publicKey }) => {
        const signed = `${encoded({ alg: 'HS256', kid: 'test' })}.${encoded(claims)}`;
        return `${signed}.${createHmac('sha256', await exportSPKI(publicKey))
          .update(signed)
          .digest('base64url')}`;
      },
    ],
    ['no token at all', async () => 'hello'],
  ])('that is %s does not', async (_, make) => {
    const gateway = await start();
    expect(await ask(gateway, bearer(await make(gateway)))).toEqual(refused);
  });

  test('is needed', async () => {
    expect(await ask(await start(), {})).toEqual(refused);
  });

  test('that is not valid is refused also where none is needed', async () => {
    const { app, asked } = await start();
    expect((await app.inject({ url: '/api/products', headers: bearer('a.b.c') })).statusCode).toBe(401);
    expect(asked).toEqual([]);
  });
});

describe('a service that does not answer as it should', () => {
  const text =
    (status: number, body: string, headers: Readonly<Record<string, string>> = {}): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
  const cases: readonly (readonly [string, RequestListener | null, number])[] = [
    ['is away', null, 503],
    ['hangs up', (_, response) => void response.destroy(), 502],
    ['speaks another protocol', ({ socket }) => void socket.end('SSH-2.0-OpenSSH\r\n'), 502],
    [
      'breaks off in the middle',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"orders":');
        setImmediate(() => response.destroy());
      },
      502,
    ],
    ['says nothing', () => undefined, 504],
    [
      'begins and never ends',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
      },
      504,
    ],
    ['answers more than any page', answers.json(200, { orders: 'x'.repeat(5_000_000) }), 502],
    [
      'fails',
      answers.json(500, { type: 'about:blank', title: 'Internal error', status: 500, detail: 'table orders' }),
      502,
    ],
    ['redirects', text(302, '', { location: 'http://evil.example' }), 502],
    ['answers with a page', text(200, '<html>', { 'content-type': 'text/html' }), 502],
    ['is hidden by the mesh', text(403, 'RBAC: access denied'), 502],
    ['is away, says the mesh', text(503, 'upstream connect error or disconnect/reset before headers'), 503],
    ['is late, says the mesh', text(504, 'upstream request timeout'), 504],
    ['is asked too often, says the mesh', text(429, 'local_rate_limited'), 429],
  ];
  test.each(cases)('%s', async (_, answer, status) => {
    const { app, token } = await start(answer, status === 504 ? { timeoutMs: 300 } : {});
    const seen = await app.inject({ url: ORDERS, headers: bearer(await token()) });
    expect(seen.statusCode).toBe(status);
    expect(seen.headers['content-type']).toBe('application/problem+json');
    expect(seen.json()).toMatchObject({ type: 'about:blank', status });
    expect(seen.body).not.toMatch(/127\.0\.0\.1|ECONN|upstream|table|RBAC|UND_ERR|html/);
    if (status === 503 || status === 429) expect(seen.headers['retry-after']).toBe('1');
  });

  test.each([
    [403, { type: '/problems/not-yours', title: 'Forbidden', status: 403 }],
    [422, { type: '/problems/user-unknown', title: 'Unprocessable content', status: 422 }],
    [503, { type: 'about:blank', title: 'Service unavailable', status: 503 }],
    [504, { type: 'about:blank', title: 'Gateway timeout', status: 504 }],
  ])('what it refuses with %i is said as it said it', async (status, problem) => {
    const { app, token } = await start(answers.json(status, problem, { 'retry-after': '7' }));
    const seen = await app.inject({
      method: 'POST',
      url: '/api/orders',
      payload: NEW_ORDER,
      headers: bearer(await token()),
    });
    expect(seen.statusCode).toBe(status);
    expect(seen.json()).toEqual(problem);
    expect(seen.headers['retry-after']).toBe('7');
  });

  test('a request is sent once, however it ends', async () => {
    const { app, asked, token } = await start((_, response) => void response.destroy());
    await app.inject({ url: ORDERS, headers: bearer(await token()) });
    expect(asked).toHaveLength(1);
  });
});

test('a gateway that stops finishes what it has begun', async () => {
  const waiting: ServerResponse[] = [];
  const { app, asked, token, stop } = await startGateway((_, response) => void waiting.push(response));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const begun = fetch(`${url}${ORDERS}`, { headers: bearer(await token()) });
  await expect.poll(() => asked.length).toBe(1);
  const stopped = stop();
  waiting[0]?.writeHead(200, { 'content-type': 'application/json' }).end('{"orders":[]}');
  expect((await begun).status).toBe(200);
  await stopped;
});
