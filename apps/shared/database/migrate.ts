import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import { kernelMigration } from './kernel-tables.ts';
import type { KernelStore } from './database.ts';

/** A module's own migrations, in the order of their names: `0001_orders`. Never changed once released. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Brings a module's schema up to date. Several at a time wait for each other. @returns what was done */
export async function migrate(store: KernelStore, migrations: Migrations): Promise<readonly string[]> {
  const db = store.kernel as Kysely<unknown>; // migrations see tables that no type knows yet
  await sql`create schema if not exists ${sql.id(store.schema)}`.execute(db);
  const { error, results = [] } = await new Migrator({
    db,
    migrationTableSchema: store.schema,
    provider: { getMigrations: async () => ({ '0000_kernel': kernelMigration, ...migrations }) },
  }).migrateToLatest();
  if (error !== undefined) throw error;
  return results.map(({ migrationName }) => migrationName);
}
