import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keysAnew, type ProcessSettings } from '../../../apps/shared/runtime/settings.ts';
import { supervise } from '../../../apps/shared/runtime/supervise.ts';
import { keyFile } from '../../../apps/shared/security/key-file.ts';
import { keySet } from '../../../apps/shared/security/key-set.ts';
import { tokenVerifier } from '../../../apps/shared/security/token.ts';
import { until } from '../../support/until.ts';

const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';
const RULES = { issuer: 'https://shop.test', audience: 'shop' };
const PATIENCE = { timeoutMs: 5_000, everyMs: 5 };

/** Somebody who signs, under a name of their own. */
async function signer(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  const sign = (): Promise<string> =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid })
      .setSubject(USER)
      .setIssuer(RULES.issuer)
      .setAudience(RULES.audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return { jwk, sign };
}
type Jwk = Awaited<ReturnType<typeof signer>>['jwk'];

let folder: string;
let path: string;
const stop: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-keys-'));
  path = join(folder, 'keys.json');
});
afterEach(async () => {
  for (const one of stop.splice(0)) await one();
  rmSync(folder, { recursive: true });
});

const write = (...keys: readonly (Jwk | object)[]): void => writeFileSync(path, JSON.stringify({ keys }));

/** A process that has begun with these keys, and what it said since. */
function running(...keys: readonly Jwk[]) {
  write(...keys);
  const settings = { ENVIRONMENT: 'prod', FAULT_INJECTION: 'off', JWT_KEYS_FILE: path } as unknown as ProcessSettings; // what is read of them
  const said: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(line) });
  const present = keySet({ keys: [...keys] });
  const ended = new AbortController();
  const worker = keyFile({ read: () => keysAnew(settings), keys: present, log, everyMs: 5 });
  const work = supervise([worker], log, ended.signal);
  stop.push(async () => {
    ended.abort();
    await work;
  });
  const verify = tokenVerifier({ ...RULES, keys: present });
  const accepts = (token: string): Promise<boolean> =>
    verify(token).then(
      () => true,
      () => false,
    );
  return { accepts, said };
}

test('a key that is added is taken, and one that is taken away is gone, with what it signed', async () => {
  const [old, next, evil] = [await signer('old'), await signer('next'), await signer('evil')];
  const { accepts, said } = running(old.jwk);
  const [seen, unseen] = [await old.sign(), await old.sign()];
  expect([await accepts(seen), await accepts(await next.sign())]).toEqual([true, false]);
  write(old.jwk, next.jwk);
  await until('the new key is known', PATIENCE, async () => accepts(await next.sign()));
  expect([await accepts(seen), await accepts(await evil.sign())]).toEqual([true, false]);
  write(next.jwk);
  await until('the old key is taken away', PATIENCE, () => said.some((line) => line.includes('"removed":["old"]')));
  expect([await accepts(seen), await accepts(unseen), await accepts(await next.sign())]).toEqual([false, false, true]);
});

test('another key under the same name takes the place of the first', async () => {
  const [one, other] = [await signer('a'), await signer('a')];
  const { accepts } = running(one.jwk);
  const seen = await one.sign();
  expect(await accepts(seen)).toBe(true);
  write(other.jwk);
  await until('the other key is known', PATIENCE, async () => accepts(await other.sign()));
  expect(await accepts(seen)).toBe(false);
});

test.each([
  { what: 'half a file', content: '{"keys": [', problem: 'is not JSON' },
  { what: 'no key at all', content: '{"keys": []}', problem: 'JWT_KEYS' },
  { what: 'a point beside the curve', content: undefined, problem: 'the key broken is none' },
])('$what changes nothing, is said once, and what comes after it counts', async ({ content, problem }) => {
  const [old, next] = [await signer('old'), await signer('next')];
  const { accepts, said } = running(old.jwk);
  if (content === undefined) write({ ...old.jwk, kid: 'broken', y: old.jwk.x });
  else writeFileSync(path, content);
  await until('the fault is said', PATIENCE, () => said.some((line) => line.includes(problem)));
  expect(await accepts(await old.sign())).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(said.filter((line) => line.includes('those before it stay'))).toHaveLength(1);
  write(old.jwk, next.jwk);
  await until('the new key is known', PATIENCE, async () => accepts(await next.sign()));
});
