import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, query, startPostgres, type PostgresServer } from '../../support/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server?.stop());

test('it is PostgreSQL 15, and a user gets into the database of its own only', async () => {
  const [orders, users] = [await createDatabase(server, 'orders'), await createDatabase(server, 'users')];
  const [row] = await query<{ server_version: string }>(orders, 'SHOW server_version');
  expect(row?.server_version).toMatch(/^15\./);
  await expect(query({ ...orders, database: users.database }, 'SELECT 1')).rejects.toThrow('permission denied');
  await expect(query({ ...orders, password: 'guess' }, 'SELECT 1')).rejects.toThrow('password authentication');
});

test('what was committed survives kill -9', async () => {
  const database = await createDatabase(server, 'killed');
  await query(database, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
  const open = new pg.Client({ ...database });
  open.on('error', () => undefined);
  await open.connect();
  await server.kill();
  await expect(query(database, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  await server.restart();
  const [row] = await query<{ count: string }>(database, 'SELECT count(*) FROM kept');
  expect(row?.count).toBe('1000');
});
