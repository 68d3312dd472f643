import { hashPassword } from '../../apps/user/business/password.ts';
import { expect, test } from 'vitest';
import { query } from '../support/postgres.ts';
import { faultOf, hostileRequests } from './hostile-requests.ts';
import { contractOf } from './operations.ts';
import { judgeByContract } from './schemathesis.ts';
import { sendBytes, sendRaw } from './send-raw.ts';
import { SERVICES, type Shop } from './shop.ts';

/** The user whom the examples of the contracts are about. */
const EXAMPLE_USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';

/** Makes that user, so that examples get further than to a refusal. */
const makeExampleUser = async (shop: Shop): Promise<void> => {
  const users = shop.databaseOf('users');
  if (users === undefined) throw new Error('this shop has no database to put a user into');
  await query(
    users,
    `INSERT INTO users.accounts (user_id, email, name, status, created_at, version, password_hash)
     VALUES ($1, 'ada@lovelace.example', 'Ada Lovelace', 'active', now(), 1, $2) ON CONFLICT DO NOTHING`,
    [EXAMPLE_USER, await hashPassword('correct horse battery')],
  );
};

const SEED = 20_260_501;

/** Bytes that are no request, or none that anybody should answer. */
const BROKEN: readonly { readonly name: string; readonly bytes: string; readonly wanted: RegExp }[] = [
  { name: 'no HTTP', bytes: '\u0000\u0001\u0002 hello\r\n\r\n', wanted: /^HTTP\/1\.1 400 / },
  { name: 'TLS', bytes: '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n', wanted: /^HTTP\/1\.1 400 / },
  {
    name: 'two lengths',
    bytes: 'POST /api/x HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    wanted: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'a length and chunks',
    bytes: 'POST /api/x HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    wanted: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'chunks that are none',
    bytes: 'POST /api/x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    wanted: /^HTTP\/1\.1 40[045] /,
  },
  {
    name: 'a header with a line in it',
    bytes: 'GET /api/x HTTP/1.1\r\nhost: x\r\nx: a\rb\r\n\r\n',
    wanted: /^HTTP\/1\.1 400 /,
  },
  {
    name: 'a large header',
    bytes: `GET /api/x HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    wanted: /^HTTP\/1\.1 431 /,
  },
  {
    name: 'a flood of headers',
    bytes: `GET /api/x HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 5_000 }, (_, index) => `x-${index}: y\r\n`).join('')}\r\n`,
    wanted: /^HTTP\/1\.1 431 /,
  },
  { name: 'no host', bytes: 'GET /api/x HTTP/1.1\r\n\r\n', wanted: /^HTTP\/1\.1 400 / },
];

/** Every service keeps its contract, and whatever comes in is answered as the contract says. */
export const describeContracts = (shopOf: () => Shop): void => {
  test.each(SERVICES)('%s keeps its contract: schemathesis, all checks', async (service) => {
    await makeExampleUser(shopOf());
    const token = await shopOf().sign({ userId: EXAMPLE_USER, roles: ['staff'] });
    const verdict = await judgeByContract(service, {
      url: shopOf().serviceUrl(service),
      token,
      seed: SEED,
      examples: 15,
    });
    expect(verdict.failures === 0 ? '' : verdict.report).toBe('');
    expect(verdict.cases).toBeGreaterThan(40);
  });

  test.each(SERVICES)('%s refuses what nobody should send, and tells nothing from inside', async (service) => {
    const url = shopOf().serviceUrl(service);
    const token = await shopOf().sign({ userId: EXAMPLE_USER, roles: ['staff'] });
    const requests = hostileRequests(contractOf(service), { userId: EXAMPLE_USER, token });
    const faults: string[] = [];
    for (const request of requests) {
      const fault = await sendRaw(url, request).then(
        (answer) => faultOf(request.wanted, answer),
        (error: unknown) => String(error),
      );
      if (fault !== undefined) faults.push(`${request.name}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(requests.length).toBeGreaterThan(20);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test.each(SERVICES)('%s answers bytes that are no request, and closes', async (service) => {
    const url = shopOf().serviceUrl(service);
    const faults: string[] = [];
    for (const { name, bytes, wanted } of BROKEN) {
      const text = await sendBytes(url, bytes);
      if (!wanted.test(text) || !text.includes('application/problem+json'))
        faults.push(`${name}: ${text.slice(0, 200)}`);
    }
    expect(faults).toEqual([]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
};
