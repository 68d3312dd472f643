import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Script } from 'node:vm';

/** What compiled code depends on besides Node itself. */
export interface CodeCacheKey {
  /** Fingerprint of the bundle's text. */
  readonly bundle: string;
  /** First word of the command line: each command keeps just what it runs. */
  readonly command: string;
}

/** Runs of a command that add to its cache: the second may meet rules and kinds that the first did not. */
const GENERATIONS = 4;
/** Bundles, each with a version of Node, of which something is kept: a version of weft has three. */
const MOST_BUNDLES = 24;
/** The generation stands in front, in as many bytes as keep what follows aligned for V8. */
const HEADER_BYTES = 8;

/**
 * The compiled form of the command line, kept from one run to the next as Node's own `module.enableCompileCache` would,
 * which Node 20 lacks and which keeps less on later versions. Whatever is wrong with it, the code is compiled anew.
 */
export class CodeCache {
  /** What an earlier run has kept.
   * @default - undefined: nothing, or nothing to trust */
  readonly data: Buffer | undefined;
  readonly #file: string | undefined;
  readonly #generation: number;

  constructor(env: NodeJS.ProcessEnv, { bundle, command }: CodeCacheKey) {
    const name = /^[a-z]+$/.test(command) ? command : 'weft';
    this.#file = isOff(env)
      ? undefined
      : join(folderOf(env), `${bundle}-${process.versions.v8}-${process.arch}`, `${name}.bin`);
    const kept = this.#file === undefined ? undefined : readOwn(this.#file);
    this.data = kept?.subarray(HEADER_BYTES);
    this.#generation = kept?.[0] ?? 0;
  }

  /** Keeps what this run has compiled, unless enough runs did. Never throws: a run needs no cache. */
  keep(script: Script, exitCode: number): void {
    const isRejected = script.cachedDataRejected === true;
    // 0 and 1 are answers; after a failure there is little to keep.
    if (this.#file === undefined || exitCode > 1 || (this.#generation >= GENERATIONS && !isRejected)) return;
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = isRejected ? 1 : this.#generation + 1;
    try {
      const folder = dirname(this.#file);
      if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) forgetOldest(dirname(folder));
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, Buffer.concat([header, script.createCachedData()]), { mode: 0o600 });
      renameSync(draft, this.#file); // whoever reads it meanwhile gets one of both
    } catch {
      // A home that is full or read-only costs time, and nothing else.
    }
  }
}

/** The variable is Node's own, for its own cache. */
const isOff = (env: NodeJS.ProcessEnv): boolean => env['NODE_DISABLE_COMPILE_CACHE'] === '1';

/** Source: XDG Base Directory Specification; on Windows, where applications keep what can be made again. */
const folderOf = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CACHE_HOME'] || env['LOCALAPPDATA'] || join(homedir(), '.cache'), 'weft', 'code');

/** Whoever updates weft, or has it in many projects, is not to find its old code for ever. */
function forgetOldest(folder: string): void {
  const bundles = readdirSync(folder).map((name) => {
    const path = join(folder, name);
    return { path, changedMs: statSync(path).mtimeMs };
  });
  bundles.sort((one, other) => other.changedMs - one.changedMs);
  for (const { path } of bundles.slice(MOST_BUNDLES)) rmSync(path, { recursive: true, force: true });
}

/** A file of this user that nobody else may write: V8 runs what it holds. */
function readOwn(file: string): Buffer | undefined {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    const { uid, mode, size } = fstatSync(opened);
    const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOurs && size > HEADER_BYTES ? readFileSync(opened) : undefined;
  } catch {
    return undefined; // nothing was kept
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
