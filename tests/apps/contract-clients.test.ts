import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { userServiceClient } from '../../apps/user/contract/client.ts';
import { withContext } from '../../apps/shared/runtime/context.ts';
import { clientTypes } from '../../scripts/dev/import-clients.ts';

const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that answers every request alike, and remembers what it was asked. */
async function upstream(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  const asked: { readonly method?: string; readonly url?: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    if (status === 0) return;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return { asked, baseUrl: `http://127.0.0.1:${port}/api` };
}

test('the types of the clients are what the documents say', async () => {
  const files = await clientTypes(process.cwd());
  expect(files.size).toBe(6);
  for (const [path, text] of files)
    expect(readFileSync(path, 'utf8'), `${path} is stale: run npm run import:clients`).toBe(text);
}, 30_000);

test('a call goes to the path of the contract, once, with the trace of the request that it is part of', async () => {
  const { asked, baseUrl } = await upstream(200, JSON.stringify({ user_id: USER, status: 'active' }));
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { data } = await withContext({ requestId: 'request-1', traceparent }, () =>
    userServiceClient({ baseUrl }).GET('/users/{user_id}', { params: { path: { user_id: USER } } }),
  );
  expect(data?.status).toBe('active');
  expect(asked).toEqual([
    {
      method: 'GET',
      url: `/api/users/${USER}`,
      headers: expect.objectContaining({ traceparent, 'x-request-id': 'request-1' }),
    },
  ]);
});

test('a problem is a value, with what the contract says of it', async () => {
  const problem = { type: 'about:blank', title: 'Service unavailable', status: 503 };
  const { baseUrl, asked } = await upstream(503, JSON.stringify(problem), {
    'content-type': 'application/problem+json',
  });
  const { data, error, response } = await userServiceClient({ baseUrl }).GET('/users/{user_id}', {
    params: { path: { user_id: USER } },
  });
  expect(data).toBeUndefined();
  expect(response.status).toBe(503);
  expect(error).toEqual(problem);
  expect(asked).toHaveLength(1);
});

test('no answer in time is thrown, and so is none at all', async () => {
  const slow = await upstream(0, '');
  const call = (baseUrl: string, timeoutMs: number) =>
    userServiceClient({ baseUrl, timeoutMs }).GET('/users/{user_id}', { params: { path: { user_id: USER } } });
  await expect(call(slow.baseUrl, 100)).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect(call('http://127.0.0.1:1/api', 1_000)).rejects.toThrow('fetch failed');
});

test('a redirect is an answer, and not followed', async () => {
  const elsewhere = await upstream(200, '{}');
  const { baseUrl } = await upstream(302, '', { location: elsewhere.baseUrl });
  const { response } = await userServiceClient({ baseUrl }).GET('/users/{user_id}', {
    params: { path: { user_id: USER } },
  });
  expect(response.status).toBe(302);
  expect(elsewhere.asked).toEqual([]);
});
