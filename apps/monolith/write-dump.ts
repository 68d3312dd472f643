import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import { embeddedPool } from '../shared/database/connection.ts';
import { openDatabase } from '../shared/database/database.ts';
import { openEmbedded } from '../shared/database/embedded.ts';
import { migrateAll } from '../shared/runtime/run.ts';
import { DUMP } from './dump.ts';
import { shopModules } from './shop-modules.ts';

// Making an embedded database takes seconds, opening a dump of one a part of that: so scripts/dev/shop-database.mjs has it made once.
const embedded = await openEmbedded();
const clock = (): Date => new Date();
const database = openDatabase(embeddedPool(embedded), { lanes: [], clock });
const never = async (): Promise<never> => {
  throw new Error('a dump is only written');
};
await migrateAll(shopModules({ database, clock, log: pino({ level: 'silent' }), sign: never, mailer: never }));
mkdirSync(dirname(DUMP), { recursive: true });
writeFileSync(DUMP, new Uint8Array(await (await embedded.dumpDataDir('none')).arrayBuffer()));
await database.close();
