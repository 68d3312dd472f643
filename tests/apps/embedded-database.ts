import { embeddedPool } from '../../apps/shared/database/connection.ts';
import { openDatabase, type Database } from '../../apps/shared/database/database.ts';
import { openEmbedded } from '../../apps/shared/database/embedded.ts';

let opened: Promise<Database> | undefined;

/** The embedded PostgreSQL, one for all files of a run: it takes seconds to start. Events go into the lane `here`. */
export const embeddedDatabase = (): Promise<Database> =>
  (opened ??= openEmbedded().then((embedded) =>
    openDatabase(embeddedPool(embedded), { lanes: [{ name: 'here', takes: () => true }], clock: () => new Date() }),
  ));
