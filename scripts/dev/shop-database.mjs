// Makes the embedded database of the sample shop with its tables, where there is none or the code that makes tables is
// newer: opening it takes a part of the time that making it takes. Runs before `npm run shop`, and for bundles.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** As apps/monolith/dump.ts names it. */
const DUMP = join(root, 'build/shop/database.tar');

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What the tables come from: the modules' code, the database itself. */
const sources = [
  ...readdirSync(join(root, 'apps'), { recursive: true })
    .filter((path) => /(?:[\\/]persistence|shared[\\/]database)[\\/].*\.ts$/.test(path))
    .map((path) => join(root, 'apps', path)),
  join(root, 'apps/monolith/write-dump.ts'),
  join(root, 'node_modules/@electric-sql/pglite/package.json'),
];

if (changedAt(DUMP) < Math.max(...sources.map(changedAt))) {
  process.stderr.write('making the embedded database of the shop, once: this takes some seconds\n');
  execFileSync(process.execPath, ['--import', 'tsx', 'apps/monolith/write-dump.ts'], { cwd: root, stdio: 'inherit' });
}
