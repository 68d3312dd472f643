import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Hook } from '../../charts-src/canary/plan.ts';
import type { HookContext } from '../../charts-src/canary/ports/hooks.ts';
import { liveHooks } from '../../scripts/cli/canary/live-hooks.ts';
import { faultyServer, type FaultyServer } from '../metrics/faulty-server.ts';

const CONTEXT: HookContext = {
  ...{ key: 'r1/0/gate', run: 'r1', hook: 'gate', phase: 'Progressing', namespace: 'shop', host: 'orders' },
  ...{ stable: 'v1', canary: 'v2', step: 0, weight: 10 },
};
const hooks = liveHooks({ cwd: process.cwd(), env: process.env });
const call = (hook: Hook['call']) => hooks.call(hook, CONTEXT, new AbortController().signal);

const servers: FaultyServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function web(answer: RequestListener, { address = (url: string) => url, timeoutMs = 2_000 } = {}) {
  const server = await faultyServer(answer);
  servers.push(server);
  return call({ type: 'web', url: address(server.url.href), headers: { 'x-team': 'shop' }, timeoutMs });
}

test('a web hook is told of the run, and its status is the answer', async () => {
  const seen: unknown[] = [];
  const answer = await web((request, response) => {
    const { headers, method } = request;
    seen.push(method, headers['idempotency-key'], headers['x-team'], headers.authorization);
    request.on('data', (chunk: Buffer) => seen.push(JSON.parse(chunk.toString())));
    request.on('end', () => response.end('all is well'));
  });
  expect(answer).toEqual({ ok: true, value: { answer: 'yes', said: 'all is well' } });
  expect(seen).toEqual(['POST', 'r1/0/gate', 'shop', undefined, CONTEXT]);
  expect(await web((_, response) => response.writeHead(503).end('not\n yet'))).toEqual({
    ok: true,
    value: { answer: 'no', said: '503: not yet' },
  });
});

test('a password in its address is sent, and nowhere said', async () => {
  const address = (url: string): string => `${url.replace('://', '://us%40er:hu%3Ash@')}gate?token=secret`;
  let sent = '';
  const answer = await web(
    ({ headers, url }, response) => {
      sent = `${headers.authorization} ${url}`;
      response.end();
    },
    { address },
  );
  expect(answer).toMatchObject({ ok: true, value: { answer: 'yes' } });
  expect(sent).toBe(`Basic ${Buffer.from('us@er:hu:sh').toString('base64')} /gate?token=secret`);
  for (const bad of [
    await web(({ socket }) => void socket.destroy(), { address }),
    await web(() => undefined, { address, timeoutMs: 100 }),
  ]) {
    expect(bad).toMatchObject({ ok: false });
    const message = bad.ok ? '' : bad.failure.message;
    expect(message).toMatch(/^hook gate: .*http:\/\/127\.0\.0\.1:\d+\/gate/);
    expect(message).not.toMatch(/sh@|hu:|secret/);
  }
});

test.each([
  {
    what: 'that says yes',
    script: 'echo "$WEFT_HOOK at $WEFT_WEIGHT"',
    gives: { ok: true, value: { answer: 'yes', said: 'gate at 10' } },
  },
  {
    what: 'that says no',
    script: 'echo not yet; exit 3',
    gives: { ok: true, value: { answer: 'no', said: 'not yet' } },
  },
  { what: 'that hangs', script: 'sleep 60', gives: { ok: false, failure: { type: 'timed-out' } } },
])('a program $what', async ({ script, gives }) => {
  expect(await call({ type: 'command', command: ['sh', '-c', script], timeoutMs: 300 })).toMatchObject(gives);
});

test('a program that is not there', async () => {
  expect(await call({ type: 'command', command: ['./no-such-program'], timeoutMs: 300 })).toMatchObject({
    ok: false,
    failure: { type: 'rejected', message: expect.stringContaining('there is no such program') as unknown },
  });
});
