import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sendRaw } from '../../services/send-raw.ts';
import { OTHER_USER, startGateway, USER, type GatewayWithUpstream } from './gateway-with-upstream.ts';

const NOW = new Date('2026-05-04T09:30:00Z');
const LIMIT = { requests: 3, seconds: 10 };

// Only the clock stands still: timers of sockets go on.
beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }));
const running: GatewayWithUpstream[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { stop } of running.splice(0)) await stop();
});

const start = async (trustedProxies = 0) => {
  const gateway = await startGateway(undefined, { limit: LIMIT, trustedProxies });
  running.push(gateway);
  const statuses = async (requests: readonly InjectOptions[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const request of requests) seen.push((await gateway.app.inject(request)).statusCode);
    return seen;
  };
  return { ...gateway, statuses };
};
const products = (over: InjectOptions = {}): InjectOptions => ({ url: '/api/products', ...over });
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe('a caller that asks too often', () => {
  test('is told when to come again, and may then', async () => {
    const { app, statuses, asked } = await start();
    expect(await statuses(times(3, products()))).toEqual([200, 200, 200]);
    vi.setSystemTime(NOW.getTime() + 4_000);
    const answer = await app.inject(products());
    expect(answer.statusCode).toBe(429);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '6' });
    expect(answer.json()).toMatchObject({ type: 'about:blank', status: 429, detail: 'Try again in 6 seconds.' });
    expect(asked).toHaveLength(3);
    vi.setSystemTime(NOW.getTime() + 10_001);
    expect(await statuses([products()])).toEqual([200]);
  });

  test.each(['/%61pi/products', '/ap%69/products', 'http://shop.example/api/products', '/api/nothing', '/nothing'])(
    'is counted however the path is spelled: %s',
    async (path) => {
      const { app } = await start();
      const address = await app.listen({ host: '127.0.0.1', port: 0 });
      const seen: number[] = [];
      for (let asked = 0; asked < 4; asked += 1) seen.push((await sendRaw(address, { method: 'GET', path })).status);
      expect(seen[3], seen.join()).toBe(429);
    },
  );

  test('is a user, whatever the address', async () => {
    const { statuses, token } = await start();
    const request = async (userId: string, remoteAddress: string) => ({
      url: `/api/orders?user_id=${USER}`,
      remoteAddress,
      headers: { authorization: `Bearer ${await token({ sub: userId })}` },
    });
    const mine = await Promise.all(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((from) => request(USER, from)));
    expect(await statuses(mine)).toEqual([200, 200, 200, 429]);
    expect(await statuses([await request(OTHER_USER, '10.0.0.1')])).toEqual([200]);
  });

  test('is an address without a token, and one address does not slow another', async () => {
    const { statuses } = await start();
    expect(await statuses(times(4, products({ remoteAddress: '10.0.0.1' })))).toEqual([200, 200, 200, 429]);
    expect(await statuses([products({ remoteAddress: '10.0.0.2' })])).toEqual([200]);
  });

  test('is a network with IPv6, where addresses cost nothing', async () => {
    const { statuses } = await start();
    const addresses = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4'];
    expect(await statuses(addresses.map((remoteAddress) => products({ remoteAddress })))).toEqual([200, 200, 200, 429]);
    expect(await statuses([products({ remoteAddress: '2001:db8:0:1::1' })])).toEqual([200]);
  });

  test('does not become another one by tokens that it makes up', async () => {
    const { statuses, asked } = await start();
    const requests = ['a.b.c', 'd.e.f', 'g.h.i', 'j.k.l'].map((token) =>
      products({ headers: { authorization: `Bearer ${token}` } }),
    );
    expect(await statuses(requests)).toEqual([401, 401, 401, 429]);
    expect(asked).toEqual([]);
  });

  test('is counted for what the contract does not have, too', async () => {
    const { statuses } = await start();
    expect(await statuses(times(4, { url: '/api/secrets' }))).toEqual([404, 404, 404, 429]);
  });

  test('never keeps the mesh from asking how we are', async () => {
    const { app, statuses } = await start();
    await statuses(times(4, products()));
    for (const url of times(5, ['/livez', '/readyz', '/version']).flat())
      expect((await app.inject({ url })).statusCode).toBe(200);
  });
});

describe('X-Forwarded-For', () => {
  const from = (forwarded: string) =>
    products({ remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': forwarded } });

  test('means nothing where no proxy is in front', async () => {
    const { statuses } = await start(0);
    expect(await statuses(['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'].map(from))).toEqual([200, 200, 200, 429]);
  });

  test('means its last address behind one proxy: what stands before it, the caller has made up', async () => {
    const { statuses } = await start(1);
    const spoofed = ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'].map((made) => from(`${made}, 9.9.9.9`));
    expect(await statuses(spoofed)).toEqual([200, 200, 200, 429]);
    expect(await statuses([from('9.9.9.9, 8.8.8.8')])).toEqual([200]);
  });
});
