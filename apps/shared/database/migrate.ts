import { DEFAULT_MIGRATION_TABLE, Migrator, sql, type Kysely, type Migration } from 'kysely';
import { kernelMigrations } from './kernel-tables.ts';
import type { KernelStore } from './database.ts';

/** A module's own migrations, in the order of their names: `0001_orders`. Never changed once released. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Brings a module's schema up to date. Several at a time wait for each other. @returns what was done */
export async function migrate(store: KernelStore, own: Migrations): Promise<readonly string[]> {
  const db = store.kernel as Kysely<unknown>; // migrations see tables that no type knows yet
  const migrations = { ...kernelMigrations, ...own };
  if (await isDone(store, Object.keys(migrations))) return [];
  await db.transaction().execute(async (tx) => {
    // Two at the same time would both see that it is not there.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`schema ${store.schema}`}, 0))`.execute(tx);
    await sql`create schema if not exists ${sql.id(store.schema)}`.execute(tx);
  });
  const { error, results = [] } = await new Migrator({
    db,
    migrationTableSchema: store.schema,
    provider: { getMigrations: async () => migrations },
    // What every module has may become more when a module has its own already: neither builds on the other.
    allowUnorderedMigrations: true,
  }).migrateToLatest();
  if (error !== undefined) throw error;
  return results.map(({ migrationName }) => migrationName);
}

/** Whether there is nothing to do. The migrator finds out too, but looks at all tables of the database for it. */
async function isDone({ schema, kernel }: KernelStore, names: readonly string[]): Promise<boolean> {
  const table = `${schema}.${DEFAULT_MIGRATION_TABLE}`;
  const { rows } = await sql<{ there: boolean }>`select to_regclass(${table}) is not null as there`.execute(kernel);
  if (rows[0]?.there !== true) return false;
  const done = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(kernel);
  return names.every((name) => done.rows.some((row) => row.name === name));
}
