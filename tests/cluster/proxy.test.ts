import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiClient } from '../../scripts/cluster/api-client.ts';
import { environmentProxy } from '../../scripts/cluster/environment-proxy.ts';
import { loadKubeconfig } from '../../scripts/cluster/kubeconfig.ts';
import { faultyServer } from '../metrics/faulty-server.ts';

const PROXY = 'http://proxy:3128';

test.each([
  { server: 'https://api.example.com', env: {}, gives: undefined },
  { server: 'https://api.example.com', env: { HTTPS_PROXY: PROXY }, gives: PROXY },
  { server: 'https://api.example.com', env: { https_proxy: 'proxy:3128' }, gives: PROXY },
  { server: 'https://api.example.com', env: { HTTP_PROXY: PROXY }, gives: undefined },
  { server: 'http://api.example.com', env: { HTTP_PROXY: PROXY }, gives: PROXY },
  { server: 'https://localhost:6443', env: { HTTPS_PROXY: PROXY }, gives: undefined },
  { server: 'https://127.0.0.1:6443', env: { HTTPS_PROXY: PROXY }, gives: undefined },
  { server: 'https://[::1]:6443', env: { HTTPS_PROXY: PROXY }, gives: undefined },
])('$server with $env goes by $gives', ({ server, env, gives }) => {
  expect(environmentProxy(new URL(server), env)).toBe(gives);
});

test.each([
  { not: '*', host: 'api.example.com', isFree: true },
  { not: 'example.com', host: 'api.example.com', isFree: true },
  { not: 'example.com', host: 'example.com', isFree: true },
  { not: 'example.com', host: 'badexample.com', isFree: false },
  { not: '.example.com', host: 'api.example.com', isFree: true },
  { not: '.example.com', host: 'example.com', isFree: false },
  { not: '*.example.com', host: 'api.example.com', isFree: true },
  { not: 'other, API.example.com ', host: 'api.example.com', isFree: true },
  { not: 'api.example.com:6443', host: 'api.example.com:6443', isFree: true },
  { not: 'api.example.com:6443', host: 'api.example.com', isFree: false },
  { not: '10.0.0.0/8', host: '10.96.0.1', isFree: true },
  { not: '10.0.0.0/8', host: '11.0.0.1', isFree: false },
  { not: '10.0.0.0/99', host: '10.96.0.1', isFree: false },
  { not: '10.96.0.1', host: '10.96.0.1:6443', isFree: true },
  { not: 'fd00::/8', host: '[fd00::1]', isFree: true },
  { not: '[fd00::1]:443', host: '[fd00::1]', isFree: true },
  { not: '', host: 'api.example.com', isFree: false },
])('NO_PROXY=$not: $host is free of it: $isFree', ({ not, host, isFree }) => {
  const env = { HTTPS_PROXY: PROXY, NO_PROXY: not };
  expect(environmentProxy(new URL(`https://${host}`), env) === undefined).toBe(isFree);
});

test('an API server behind the proxy of the environment is reached through it', async () => {
  const server = await faultyServer((_, response) => response.end('{"major":"1"}'));
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, near) => {
    tunnels.push(url);
    // The name is known to the proxy alone.
    const far = connect(Number(server.url.port), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'weft-proxy-'));
  const file = join(folder, 'kubeconfig');
  const named = { cluster: 'away', user: 'me' };
  const content = {
    'current-context': 'away',
    contexts: [{ name: 'away', context: named }],
    users: [{ name: 'me', user: { token: 'secret' } }],
    clusters: [{ name: 'away', cluster: { server: 'http://api.nowhere.invalid' } }],
  };
  writeFileSync(file, JSON.stringify(content));
  const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }; // it listens on TCP
  const client = apiClient(loadKubeconfig({ file, env, cwd: '/' }));
  try {
    const answer = await client.call({
      ...{ method: 'GET', path: '/version', what: 'ask', verb: 'get', resource: 'version' },
      object: { kind: 'Version', namespace: '', name: '' },
      signal: new AbortController().signal,
    });
    expect(answer).toEqual({ ok: true, value: { major: '1' } });
    expect(tunnels).toEqual(['api.nowhere.invalid:80']);
  } finally {
    client.close();
    proxy.close();
    proxy.closeAllConnections();
    await server.close();
    rmSync(folder, { recursive: true });
  }
});
