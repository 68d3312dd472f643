import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceMap } from '../../charts-src/app/source-map.ts';
import { Failure, type Place, type Problem } from './failure.ts';
import type { World } from './world.ts';

/**
 * Runs the command of a cdk8s app, which writes its files into `outdir`. What it prints goes to stderr.
 *
 * @returns which TypeScript declared the objects, from each app that keeps such a map
 * @throws Failure with what the app died of: the problems of its declarations, or message and line
 */
export async function runApp(app: string, outdir: string, world: World): Promise<readonly SourceMap[]> {
  const failureFile = `${outdir}.failure.json`;
  const sourcesFile = `${outdir}.sources.jsonl`;
  try {
    const { ended, words } = await runShell(
      app,
      { ...appEnv(world), CDK8S_OUTDIR: outdir, WEFT_FAILURE_FILE: failureFile, WEFT_SOURCES_FILE: sourcesFile },
      world,
    );
    if (world.signal.aborted) throw new Failure('interrupted: nothing was written');
    if (ended !== 0) throw appFailure({ app, ended, error: await recorded(failureFile), words, world });
    return await sourceMaps(sourcesFile);
  } finally {
    await rm(failureFile, { force: true });
  }
}

/** A line for each app that ran; an app that is no MeshApp writes none. */
async function sourceMaps(file: string): Promise<readonly SourceMap[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SourceMap); // written by MeshApp just now
}

function appEnv({ env }: World): Record<string, string | undefined> {
  const hook = fileURLToPath(new URL('./record-failure.cjs', import.meta.url));
  const quoted = `"${hook.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return { ...env, NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --require=${quoted}`.trim() };
}

/** How a command ended. */
interface Ended {
  /** Exit code, or the signal. */
  readonly ended: number | NodeJS.Signals;
  /** The last of what it printed. */
  readonly words: string;
}

const WORDS_KEPT = 10_000;

function runShell(command: string, env: Record<string, string | undefined>, world: World): Promise<Ended> {
  return new Promise((resolved, failed) => {
    let words = '';
    // A group of its own, so that the shell and all that it started can be told to stop.
    const isGroup = process.platform !== 'win32';
    const child = spawn(command, {
      shell: true,
      cwd: world.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: isGroup,
    });
    const stop = (): void => {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      else child.kill();
    };
    world.signal.addEventListener('abort', stop, { once: true });
    if (world.signal.aborted) stop();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        world.err(text);
        words = (words + text).slice(-WORDS_KEPT);
      });
    child.once('error', failed);
    child.once('close', (code, signal) => {
      world.signal.removeEventListener('abort', stop);
      resolved({ ended: code ?? signal ?? 1, words });
    });
  });
}

interface Recorded {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly problems?: readonly Problem[];
}

async function recorded(file: string): Promise<Recorded | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Recorded; // written by record-failure.cjs just now
  } catch {
    return undefined; // not a Node program, or it printed its error and left
  }
}

function appFailure({
  app,
  ended,
  error,
  words,
  world,
}: Ended & {
  readonly app: string;
  readonly error: Recorded | undefined;
  readonly world: World;
}): Failure {
  if (error === undefined) {
    const how = typeof ended === 'number' ? `exited with code ${ended}` : `was ended by ${ended}`;
    const hint =
      ended === 127 ? '. There is no such command: is it installed (npm ci)?' : '; what it says stands above';
    return new Failure(`the app failed, nothing was written: \`${app}\` ${how}${hint}`);
  }
  if (error.name === 'SynthError' && error.problems) {
    const count = error.problems.length === 1 ? '1 problem' : `${error.problems.length} problems`;
    return new Failure(`${count}, nothing was written`, { problems: error.problems });
  }
  const place =
    placeOf(error, world.cwd) ??
    (error.name === 'SyntaxError' ? placeOf({ ...error, stack: words }, world.cwd) : undefined);
  return new Failure(
    `the app failed, nothing was written: ${error.name === 'Error' ? '' : `${error.name}: `}${error.message.trim()}`,
    { place },
  );
}

/** The innermost line of the user's own code: not of Node or a package, and in the project rather than elsewhere. */
function placeOf({ message, stack }: Recorded, cwd: string): Place | undefined {
  const places = `${message}\n${stack}`.split('\n').flatMap((line) => {
    // `at f (file:///a/b.ts:3:7)`, `at /a/b.ts:3:7`, `/a/b.ts:3:7: ERROR: …` of a compiler, `/a/b.mjs:3` of a parser
    const found = /(?:^|\(|\s)(?:file:\/\/)?(\/[^():]*|[A-Za-z]:[\\/][^():]*):(\d+)(?::\d+)?(?:\)|:\s|$)/.exec(line);
    const [, file, number] = found ?? [];
    if (file === undefined || number === undefined || /[\\/]node_modules[\\/]/.test(file)) return [];
    return [{ file: relative(cwd, decodeURI(file)), line: Number(number) }];
  });
  const isInside = ({ file }: Place): boolean => !file.startsWith('..') && !isAbsolute(file);
  const place = places.find(isInside) ?? places[0];
  return place && (isInside(place) ? place : { ...place, file: resolve(cwd, place.file) });
}
