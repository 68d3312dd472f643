import { readFileSync } from 'node:fs';
import { disk } from './disk.ts';
import { exitCode } from './exit-code.ts';
import { isTerminal, print, STDERR, STDOUT } from './print.ts';
import { run } from './program.ts';
import { takesColour, type World } from './world.ts';

/** As in package.json, which lies two folders above this file in the source and in the build. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version; // our own package.json has one
}

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  let stopped: number | undefined;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => (): void => {
    // The second time the user means it.
    if (stopped !== undefined) process.exit(stopped);
    stopped = signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    stop.abort();
  };
  process.on('SIGINT', onSignal('SIGINT'));
  process.on('SIGTERM', onSignal('SIGTERM'));
  const code = await run(argv, world(stop.signal), version());
  return stopped ?? code;
}

const world = (signal: AbortSignal): World => ({
  out: (text) => print(STDOUT, text),
  err: (text) => print(STDERR, text),
  ...disk(process.cwd()),
  stdin: async () => (await process.stdin.setEncoding('utf8').toArray()).join(''),
  stdinBytes: async () => Buffer.concat(await process.stdin.toArray()),
  cwd: process.cwd(),
  env: process.env,
  now: () => process.uptime() * 1000, // `performance` is a part of Node that would be loaded for it
  signal,
  hasColour: takesColour(process.env, isTerminal(STDERR)),
  hasColourOut: takesColour(process.env, isTerminal(STDOUT)),
});

// No top-level await: the build makes a CommonJS bundle of it, whose compiled form can be kept.
void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
