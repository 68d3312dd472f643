import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodeCache } from '../../scripts/cli/code-cache.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weft-code-cache-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const TEXT = '(() => { const answer = () => 42; return answer(); })()';

/** One run of a program: what it found kept, and what came out of it. */
function run(
  options: {
    readonly command?: string;
    readonly bundle?: string;
    readonly exitCode?: number;
    readonly env?: NodeJS.ProcessEnv;
    readonly text?: string;
  } = {},
) {
  const { command = 'check', bundle = 'b1', exitCode = 0, env = {}, text = TEXT } = options;
  const cache = new CodeCache({ XDG_CACHE_HOME: home, ...env }, { bundle, command });
  const script = new Script(text, { cachedData: cache.data });
  const answer: unknown = script.runInThisContext();
  cache.keep(script, exitCode);
  return { hadCache: cache.data !== undefined, isRejected: script.cachedDataRejected, answer };
}

const kept = (): readonly string[] =>
  readdirSync(home, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
const theFile = (): string => {
  expect(kept()).toHaveLength(1);
  return kept()[0] ?? '';
};

describe('compiled code', () => {
  test('is kept by one run, and taken by the next', () => {
    expect(run()).toEqual({ hadCache: false, isRejected: undefined, answer: 42 });
    expect(run()).toEqual({ hadCache: true, isRejected: false, answer: 42 });
    expect(statSync(theFile()).mode & 0o777).toBe(0o600);
  });

  test('is kept for each command and each bundle', () => {
    run();
    expect(run({ command: 'explain' }).hadCache).toBe(false);
    expect(run({ bundle: 'b2' }).hadCache).toBe(false);
    expect(kept()).toHaveLength(3);
  });

  test('is kept of the 24 newest bundles', () => {
    for (let bundle = 1; bundle <= 26; bundle++) {
      run({ bundle: `b${bundle}` });
      const folder = dirname(kept().find((file) => file.includes(`/b${bundle}-`)) ?? '');
      utimesSync(folder, bundle, bundle); // each a second after the one before
    }
    const bundles = kept().map((file) => Number(/\/b(\d+)-/.exec(file)?.[1]));
    expect(bundles.sort((one, other) => one - other)).toEqual(Array.from({ length: 24 }, (_, index) => index + 3));
  });

  test('grows in a few runs, and then stays', () => {
    const times = Array.from({ length: 6 }, () => {
      run();
      return readFileSync(theFile())[0];
    });
    expect(times).toEqual([1, 2, 3, 4, 4, 4]);
  });

  test('is not kept after a failure', () => {
    run({ exitCode: 2 });
    expect(kept()).toEqual([]);
  });

  test('is neither kept nor taken when Node is told so', () => {
    run();
    expect(run({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } }).hadCache).toBe(false);
  });

  test('is compiled anew, and replaced, when what is kept is of another text', () => {
    run();
    const text = `${TEXT};;`;
    expect(run({ text })).toMatchObject({ isRejected: true, answer: 42 });
    expect(run({ text })).toMatchObject({ isRejected: false, answer: 42 });
  });

  test.skipIf(process.platform === 'win32')('is not taken from a file that others may write', () => {
    run();
    chmodSync(theFile(), 0o622);
    expect(run().hadCache).toBe(false);
  });

  test('is done without where it cannot be kept', () => {
    writeFileSync(join(home, 'weft'), 'a file where the folder should be');
    expect(run().answer).toBe(42);
    expect(run()).toMatchObject({ hadCache: false, answer: 42 });
  });
});
