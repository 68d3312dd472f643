// What `weft` starts once it is built: the bundle of main.ts, in the compiled form that an earlier run has kept. Loading
// and compiling it anew takes longer than judging forty objects does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { CodeCache } from './code-cache.ts';
import { optimiseLater } from './optimise-later.ts';

/** Fingerprint of the bundle's text, put in by scripts/dev/build.mjs. */
declare const BUNDLE_HASH: string;

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Asked by completions and scripts all the time: nothing else is loaded for it.
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  process.stdout.write(`${(JSON.parse(text) as { readonly version: string }).version}\n`); // our own package.json has one
} else {
  start();
}

function start(): void {
  void process.stdout; // loads those parts of Node that every command uses
  optimiseLater();
  const filename = join(__dirname, 'weft.cjs');
  const cache = new CodeCache(process.env, { bundle: BUNDLE_HASH, command: argv[0] ?? '' });
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
