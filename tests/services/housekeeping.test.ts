import { CompiledQuery, sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { paymentMigrations } from '../../apps/payment/persistence/payment-tables.ts';
import { serverPool } from '../../apps/shared/database/connection.ts';
import { openDatabase, type Database } from '../../apps/shared/database/database.ts';
import { outdated } from '../../apps/shared/database/housekeeping.ts';
import { migrate } from '../../apps/shared/database/migrate.ts';
import { createDatabase } from '../support/postgres.ts';

const ROWS = 200_000;
/** One in a thousand is old enough to be forgotten. */
const OLD = 1_000;

let database: Database;
beforeAll(async () => {
  const owner = await createDatabase(inject('postgres'), 'housekeeping');
  database = openDatabase(serverPool(owner, { maxConnections: 2 }), { lanes: [], clock: () => new Date() });
});
afterAll(() => database?.close());

test('a database of an earlier release gets the indexes, and what is old is found by them among 200,000 rows', async () => {
  const store = database.store('payments');
  const { kernel } = store;
  await migrate(store, paymentMigrations);
  // As it was: the module's own migrations are done, and of those that all modules have the first one only.
  await sql`drop index payments.inbox_by_age, payments.idempotency_by_age`.execute(kernel);
  await sql`delete from payments.kysely_migration where name = '0000_kernel_by_age'`.execute(kernel);
  const at = sql`now() - case when n % ${sql.lit(OLD)} = 0 then interval '30 days' else interval '1 second' end`;
  const numbers = sql`generate_series(1, ${sql.lit(ROWS)}) as n`;
  await sql`insert into payments.inbox select gen_random_uuid(), ${at} from ${numbers}`.execute(kernel);
  await sql`insert into payments.idempotency select 's', n::text, 'f', '{"status": 201}', ${at} from ${numbers}`.execute(
    kernel,
  );
  await sql`analyze payments.inbox, payments.idempotency`.execute(kernel);

  const plans = (): Promise<readonly string[]> =>
    Promise.all(
      outdated(kernel).map(async (forgetting) => {
        const { sql: text, parameters } = forgetting.compile();
        const explained = CompiledQuery.raw(`explain ${text}`, [...parameters]);
        return JSON.stringify((await kernel.executeQuery(explained)).rows);
      }),
    );
  for (const plan of await plans()) expect(plan).toContain('Seq Scan');
  const beganAt = performance.now();
  expect(await migrate(store, paymentMigrations)).toEqual(['0000_kernel_by_age']);
  expect(await migrate(store, paymentMigrations)).toEqual([]);
  console.info(`two indexes on ${ROWS} rows each: ${Math.round(performance.now() - beganAt)} ms`);
  const [keys = '', events = ''] = await plans();
  expect(keys).toContain('Index Scan using idempotency_by_age');
  expect(events).toContain('Index Scan using inbox_by_age');
  for (const forgetting of outdated(kernel)) {
    const [{ numDeletedRows } = { numDeletedRows: 0n }] = await forgetting.execute();
    expect(numDeletedRows).toBe(BigInt(ROWS / OLD));
  }
}, 60_000);
