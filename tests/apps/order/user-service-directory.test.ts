import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { userServiceDirectory } from '../../../apps/order/user-service-directory.ts';
import { withContext } from '../../../apps/shared/runtime/context.ts';

const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';
const CALLER = { userId: USER, roles: [], token: 'of.a.user' };

let server: Server;
let url: string;
/** What user-service answers: a status and a body; nothing, and the connection is closed; or never anything. */
let answer: { readonly status: number; readonly body: string } | 'closes' | 'waits';
const asked: { readonly path: string | undefined; readonly headers: NodeJS.Dict<string | string[]> }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url, headers: request.headers });
    if (answer === 'waits') return;
    if (answer === 'closes') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was listened on');
  url = `http://127.0.0.1:${address.port}/api`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const user = (status: string) => JSON.stringify({ user_id: USER, status });

test.each([
  [{ status: 200, body: user('active') }, 'active'],
  [{ status: 200, body: user('inactive') }, 'inactive'],
  [{ status: 200, body: user('asleep') }, 'nonsense'],
  [{ status: 200, body: '{}' }, 'nonsense'],
  [{ status: 200, body: 'null' }, 'nonsense'],
  [{ status: 200, body: '<html>' }, 'nonsense'],
  [{ status: 302, body: '' }, 'nonsense'],
  [{ status: 401, body: '{}' }, 'token refused'],
  [{ status: 403, body: '{}' }, 'forbidden'],
  [{ status: 404, body: '{}' }, 'unknown'],
  [{ status: 429, body: '{}' }, 'away'],
  [{ status: 500, body: '{}' }, 'nonsense'],
  [{ status: 502, body: '{}' }, 'away'],
  [{ status: 503, body: '{}' }, 'away'],
  [{ status: 504, body: '{}' }, 'too slow'],
  ['closes', 'away'],
] as const)('%j is: %s', async (said, meaning) => {
  answer = said;
  expect(await userServiceDirectory(url).statusOf(USER, CALLER)).toBe(meaning);
});

test('nobody listens: away', async () => {
  expect(await userServiceDirectory('http://127.0.0.1:9/api').statusOf(USER, CALLER)).toBe('away');
});

test('no answer in time: too slow', async () => {
  answer = 'waits';
  const begun = performance.now();
  expect(await userServiceDirectory(url).statusOf(USER, CALLER)).toBe('too slow');
  // The mesh, which answers 504 after 2 s, comes first.
  expect(performance.now() - begun).toBeGreaterThan(2_000);
  expect(performance.now() - begun).toBeLessThan(4_000);
});

test('it is asked for this user, on behalf of the caller, within the trace', async () => {
  answer = { status: 200, body: user('active') };
  asked.length = 0;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await withContext({ requestId: 'request-1', traceparent }, () => userServiceDirectory(url).statusOf(USER, CALLER));
  expect(asked).toMatchObject([
    {
      path: `/api/users/${USER}`,
      headers: { authorization: 'Bearer of.a.user', traceparent, 'x-request-id': 'request-1' },
    },
  ]);
});
