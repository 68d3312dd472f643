import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { accounts } from '../../../apps/user/business/accounts.ts';
import { hashPassword, isPassword } from '../../../apps/user/business/password.ts';
import { evolve, type User, type UserEvent } from '../../../apps/user/business/user.ts';
import { userMigrations, userRepository, type UserTables } from '../../../apps/user/persistence/user-repository.ts';
import type { Store } from '../../../apps/shared/database/database.ts';
import { eventStore } from '../../../apps/shared/database/event-store.ts';
import { migrate } from '../../../apps/shared/database/migrate.ts';
import { embeddedDatabase } from '../embedded-database.ts';

// A password costs a third of a second, on purpose, and more where others are at work.
vi.setConfig({ testTimeout: 60_000 });

const PASSWORD = 'correct horse battery';
let store: Store<UserTables>;
const users = () =>
  accounts(userRepository(store), async ({ userId }) => ({ token: `token of ${userId}`, expiresInSeconds: 900 }));
const identity = (userId: string) => ({ userId, roles: [], token: 'token' });
const register = (email: string, key?: string) =>
  users().register(
    { email, name: 'Ada Lovelace', password: PASSWORD },
    key === undefined ? undefined : { scope: 'registerUser', key, body: { email } },
  );
const email = (): string => `${randomUUID()}@example.com`;

beforeAll(async () => {
  store = (await embeddedDatabase()).store<UserTables>('users');
  await migrate(store, userMigrations);
}, 120_000);

test('a user is what happened to them, and the others are told of it in the same order', async () => {
  const address = email();
  const { userId } = await register(address);
  const me = identity(userId);
  await users().change(userId, { kind: 'change email', email: `new.${address}` }, me);
  await users().change(userId, { kind: 'deactivate' }, me);
  await users().change(userId, { kind: 'deactivate' }, me);
  await users().change(userId, { kind: 'activate' }, me);
  const history = await eventStore<UserEvent>().history(store.db, [userId]);
  expect(history.map(({ event_type }) => event_type)).toEqual([
    'UserCreated',
    'UserEmailChanged',
    'UserDeactivated',
    'UserActivated',
  ]);
  expect(history.reduce<User | undefined>(evolve, undefined)).toEqual(await users().show(userId, me));
  const told = (await store.kernel.selectFrom('outbox').select('event').orderBy('position').execute())
    .map(({ event }) => event as { event_type: string; user_id: string }) // what was written
    .filter(({ user_id }) => user_id === userId);
  expect(told.map(({ event_type }) => event_type)).toEqual([
    'UserCreated',
    'UserRegistered',
    'UserEmailChanged',
    'UserDeactivated',
    'UserActivated',
  ]);
});

describe('an address belongs to one user', () => {
  test('however it is written', async () => {
    const address = email();
    await register(address);
    await expect(register(address.toUpperCase())).rejects.toMatchObject({ status: 409 });
    const other = await register(email());
    await expect(
      users().change(other.userId, { kind: 'change email', email: address }, identity(other.userId)),
    ).rejects.toMatchObject({ status: 409 });
  });

  test('but a registration that is sent again with its key is the same', async () => {
    const address = email();
    const first = await register(address, 'key-number-1');
    expect(await register(address, 'key-number-1')).toEqual(first);
    await expect(register(email(), 'key-number-1')).rejects.toMatchObject({ status: 422 });
  });
});

describe('tokens', () => {
  test('are for the right password of an active user', async () => {
    const address = email();
    const { userId } = await register(address);
    const login = (password: string, as = address) => users().token({ email: as, password });
    expect(await login(PASSWORD)).toMatchObject({ token: `token of ${userId}` });
    expect(await login(PASSWORD, address.toUpperCase())).toMatchObject({ token: `token of ${userId}` });
    const wrong = { status: 401, message: 'The address or the password is wrong.' };
    await expect(login(`${PASSWORD}!`)).rejects.toMatchObject(wrong);
    await expect(login(PASSWORD, email())).rejects.toMatchObject(wrong);
    await users().change(userId, { kind: 'deactivate' }, identity(userId));
    await expect(login(PASSWORD)).rejects.toMatchObject({ status: 403 });
  }, 20_000);

  test('no password is kept, and one typed on two keyboards is one', async () => {
    const hash = await hashPassword('Zoe\u0308 at the zoo');
    expect(hash).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    expect(await hashPassword('Zoe\u0308 at the zoo')).not.toBe(hash);
    expect(await isPassword('Zo\u00eb at the zoo', hash)).toBe(true);
    expect(await isPassword('Zoe at the zoo', hash)).toBe(false);
  }, 20_000);
});

test('nobody sees or changes another user', async () => {
  const { userId } = await register(email());
  const other = identity(randomUUID());
  await expect(users().show(userId, other)).rejects.toMatchObject({ status: 403 });
  await expect(users().change(userId, { kind: 'deactivate' }, other)).rejects.toMatchObject({ status: 403 });
  await expect(users().show(other.userId, other)).rejects.toMatchObject({ status: 404 });
});
