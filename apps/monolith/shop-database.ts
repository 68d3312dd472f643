import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresPool } from 'kysely';
import { embeddedPool, serverPool } from '../shared/database/connection.ts';
import { openEmbedded } from '../shared/database/embedded.ts';
import { ConfigError } from '../shared/runtime/config.ts';
import { DUMP } from './dump.ts';

/** A PostgreSQL server where there is one; else the embedded one, in a folder or in memory. */
export async function shopPool(where: {
  readonly url?: string | undefined;
  readonly folder?: string | undefined;
}): Promise<PostgresPool> {
  const { url, folder } = where;
  if (url !== undefined) return serverPool({ url }, { maxConnections: 20 });
  const isNew = folder === undefined || !existsSync(join(folder, 'PG_VERSION'));
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    claim(folder);
  }
  return embeddedPool(
    await openEmbedded({
      ...(folder !== undefined && { folder }),
      ...(isNew && existsSync(DUMP) && { dump: new Blob([readFileSync(DUMP)]) }),
    }),
  );
}

/**
 * Makes a folder this process's own. The embedded database does not see that another process has its files open, and two
 * that write them destroy them.
 * @throws ConfigError while another process has it
 */
function claim(folder: string): void {
  const file = join(folder, 'weft-shop.pid');
  for (;;)
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      process.once('exit', () => rmSync(file, { force: true }));
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = Number(existsSync(file) ? readFileSync(file, 'utf8') : '');
      if (isAnother(holder))
        throw new ConfigError([
          `DATA_FOLDER: process ${holder} has ${folder} open, and two would destroy what is in it; stop that one first, or give both a server by DATABASE_URL`,
        ]);
      rmSync(file, { force: true }); // of a process that was killed
    }
}

function isAnother(pid: number): boolean {
  // In a container each process has the number of the one before.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
