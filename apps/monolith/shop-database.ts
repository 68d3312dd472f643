import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresPool } from 'kysely';
import { embeddedPool, serverPool } from '../shared/database/connection.ts';
import { openEmbedded } from '../shared/database/embedded.ts';
import { DUMP } from './dump.ts';

/** A PostgreSQL server where there is one; else the embedded one, in a folder or in memory. */
export async function shopPool(where: {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
}): Promise<PostgresPool> {
  const { url, folder } = where;
  if (url !== undefined) return serverPool({ url }, { maxConnections: 20 });
  const isNew = folder === undefined || !existsSync(join(folder, 'PG_VERSION'));
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  return embeddedPool(
    await openEmbedded({
      ...(folder !== undefined && { folder }),
      ...(isNew && existsSync(DUMP) && { dump: new Blob([readFileSync(DUMP)]) }),
    }),
  );
}
