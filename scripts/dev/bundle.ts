/** Writes what an image of a sample service holds: `npm run bundle -- order`. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from './provision/locate.ts';
import { BUNDLES, bundle, isBundle } from './bundle/bundle.ts';

const USAGE = `Writes what an image of a sample service holds: the service and all that it needs, ready for "node main.js".

  npm run bundle -- SERVICE [--output FOLDER]

  SERVICE          ${BUNDLES.join(', ')}
  --output FOLDER  where to (default: build/images/SERVICE); what is there is replaced

Services with a database also get migrate.js. apps/Dockerfile calls this; it works without a container engine.`;

async function run(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { output: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const [service, ...more] = positionals;
  if (service === undefined || !isBundle(service) || more.length > 0)
    throw new Error(`which service? One of ${BUNDLES.join(', ')}. See --help`);
  const folder = resolve(values.output ?? `${ROOT}/build/images/${service}`);
  const files = await bundle(service, folder);
  process.stdout.write(files.map(({ path, bytes }) => `${String(bytes).padStart(9)} ${path}\n`).join(''));
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bundle: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
