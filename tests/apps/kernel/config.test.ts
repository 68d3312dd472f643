import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig, type Variables } from '../../../apps/shared/runtime/config.ts';
import {
  serviceProblems,
  serviceSettings,
  settingProblems,
  signingSettings,
} from '../../../apps/shared/runtime/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const DEV_KEY = 'environments/INSECURE-dev-signing-key.json';
const devKey = JSON.parse(readFileSync(DEV_KEY, 'utf8'));
const { d: _private, comment: _comment, ...devPublic } = devKey;
const other = { ...devPublic, kid: 'prod-1', x: '1TVeQe-yjwUyNmlju2T8CdMAHwUuSwBH1Wes6HTamE4' };
const jwks = (...keys: object[]): string => JSON.stringify({ keys });

const good: Variables = {
  SERVICE_NAME: 'order-service',
  ENVIRONMENT: 'prod',
  JWT_ISSUER: 'https://shop.example.com',
  JWT_AUDIENCE: 'shop',
  JWT_KEYS: jwks(other),
  DATABASE_HOST: 'orders-db',
  DATABASE_NAME: 'orders',
  DATABASE_USER: 'orders',
  DATABASE_PASSWORD_FILE: file('password', 's3cret\n'),
  RABBITMQ_HOST: 'rabbitmq',
  RABBITMQ_PASSWORD_FILE: file('rabbit', 'hare'),
};
const read = (variables: Variables) => readConfig(serviceSettings, variables, serviceProblems);
const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test('values come from variables and from files, defaults from nobody', () => {
  expect(read(good)).toMatchObject({
    PORT: 8080,
    DATABASE_PASSWORD: 's3cret',
    RABBITMQ_PASSWORD: 'hare',
    FAULT_INJECTION: 'off',
  });
});

test('all problems are said at once, and no value of them', () => {
  const problems = problemsOf(() =>
    read({
      ...good,
      SERVICE_NAME: '',
      PORT: 'eighty',
      JWT_KEYS: '{"secret',
      DATABASE_PASSWORD_FILE: '/nowhere/password',
    }),
  );
  expect(problems).toEqual([
    'DATABASE_PASSWORD_FILE: cannot read /nowhere/password (ENOENT)',
    'SERVICE_NAME: is not set (nor is SERVICE_NAME_FILE)',
    expect.stringMatching(/^PORT: /),
    'JWT_KEYS: is not JSON',
  ]);
  expect(problems.join()).not.toMatch(/eighty|secret/);
});

describe('a configuration that only looks right', () => {
  test.each<{ name: string; change: Variables; said: RegExp }>([
    { name: 'the key of dev in prod', change: { JWT_KEYS: jwks(devPublic) }, said: /JWT_KEYS: holds the key of dev/ },
    {
      name: 'the key of dev under another name',
      change: { JWT_KEYS: jwks({ ...devPublic, kid: 'x' }) },
      said: /key of dev/,
    },
    {
      name: 'the key of dev where nothing is said',
      change: { ENVIRONMENT: '', JWT_KEYS: jwks(devPublic) },
      said: /key of dev/,
    },
    {
      name: 'the key of dev in staging',
      change: { ENVIRONMENT: 'staging', JWT_KEYS: jwks(devPublic) },
      said: /key of dev/,
    },
    { name: 'a private key among public ones', change: { JWT_KEYS: jwks({ ...other, d: 'x' }) }, said: /private key/ },
    { name: 'a key of another kind', change: { JWT_KEYS: jwks({ ...other, crv: 'P-384' }) }, said: /ES256/ },
    { name: 'faults in prod', change: { FAULT_INJECTION: 'on' }, said: /FAULT_INJECTION: is refused in prod/ },
    { name: 'no broker', change: { RABBITMQ_HOST: '' }, said: /RABBITMQ_HOST: is not set/ },
    { name: 'no database', change: { DATABASE_HOST: '' }, said: /DATABASE_HOST: is not set/ },
    { name: 'too few connections', change: { DATABASE_CONNECTIONS: '4' }, said: /DATABASE_CONNECTIONS: .*>=6/ },
    { name: 'a secret twice', change: { RABBITMQ_PASSWORD: 'x' }, said: /not both/ },
  ])('$name', ({ change, said }) => {
    const problems = problemsOf(() => read({ ...good, ...change }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(said);
  });

  test('dev may use the key of dev, and inject faults', () => {
    const dev = { ...good, ENVIRONMENT: 'dev', JWT_KEYS: jwks(devPublic), FAULT_INJECTION: 'on' };
    expect(read(dev).FAULT_INJECTION).toBe('on');
  });

  test('user-service signs with a key that the others know, and never with that of dev outside of dev', () => {
    const sign = (change: Variables) =>
      readConfig(
        { ...serviceSettings, ...signingSettings },
        { ...good, JWT_PRIVATE_KEY_FILE: DEV_KEY, ...change },
        settingProblems,
      );
    expect(problemsOf(() => sign({}))).toEqual([
      expect.stringMatching(/JWT_PRIVATE_KEY: is the key of dev/),
      expect.stringMatching(/nobody would accept/),
    ]);
    expect(problemsOf(() => sign({ ENVIRONMENT: 'dev', JWT_KEYS: jwks(devPublic) }))).toEqual([]);
  });
});
