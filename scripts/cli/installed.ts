// What `weft` starts once it is built: a bundle of main.ts, in the compiled form that an earlier run has kept. Loading
// and compiling it anew takes longer than judging forty objects does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { CodeCache } from './code-cache.ts';
import { mayBeTerminal, STDERR, STDOUT } from './print.ts';
import { optimiseLater } from './optimise-later.ts';

/**
 * Fingerprints of the bundles' texts, by their names, put in by scripts/dev/build.mjs: `weft` has all commands, others have
 * just the one that they are called by.
 */
declare const BUNDLES: Readonly<Record<string, string>>;

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Asked by completions and scripts all the time: nothing else is loaded for it.
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  process.stdout.write(`${(JSON.parse(text) as { readonly version: string }).version}\n`); // our own package.json has one
} else {
  start();
}

function start(): void {
  // Parts of Node that are loaded later are compiled anew: a terminal needs some.
  if (mayBeTerminal(STDOUT) || mayBeTerminal(STDERR)) void [process.stdout, process.stderr];
  optimiseLater();
  const [command = ''] = argv;
  // Whoever looks for a bug wants the names of functions, which only the bundle of all commands has.
  const isQuick = Object.hasOwn(BUNDLES, command) && process.env['WEFT_DEBUG'] !== '1';
  const bundle = isQuick ? command : 'weft';
  const filename = join(__dirname, `${bundle}.cjs`);
  const cache = new CodeCache(process.env, { bundle: BUNDLES[bundle] ?? '', command });
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: cache.data,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  process.once('exit', (code) => cache.keep(script, code));
  // The build makes that text one function.
  const load = script.runInThisContext() as (require: NodeJS.Require, filename: string, dirname: string) => void;
  load(createRequire(filename), filename, __dirname);
}
