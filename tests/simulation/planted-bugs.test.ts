import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';

const MAIN = `import { objection } from './tests/simulation/judged-suite.ts';
process.stdout.write((await objection()) ?? '');
process.exit(0);`;
// Inside the repository, so that the bundles find its packages.
const folder = mkdtempSync(join('build', 'planted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The suite as a program, with a mistake in the code that it is about. */
async function programWith(bug: PlantedBug | undefined, name: string): Promise<string> {
  const source = bug && readFileSync(bug.file, 'utf8');
  if (bug && source?.split(bug.from).length !== 2)
    throw new Error(`${bug.file} has not exactly one place to plant it: ${bug.from}`);
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: MAIN, resolveDir: resolve('.'), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'plant',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path }) =>
            bug && source && path === resolve(bug.file)
              ? // A function, because a dollar sign means something in a text.
                { loader: 'ts', contents: source.replace(bug.from, () => bug.to) }
              : undefined,
          );
        },
      },
    ],
  });
  return outfile;
}

/** Seconds of CPU after which a program does not end; the suite takes about one. A slow machine changes nothing. */
const LIMIT_S = 6;

/** What the suite objects to; empty: nothing. A program of its own, because a bug may turn on the spot for ever. */
const objectionOf = (program: string): Promise<string> =>
  new Promise((done) => {
    const limited = `ulimit -t ${LIMIT_S}; exec "$0" "$1"`;
    execFile('sh', ['-c', limited, process.execPath, program], (error, said, words) =>
      done(error === null ? said : error.signal ? 'it does not end' : `it breaks: ${words.slice(0, 300)}`),
    );
  });

let killed = 0;

test('the suite has nothing to say against the code as it is', async () => {
  const program = await programWith(undefined, 'as-it-is');
  expect(await objectionOf(program)).toBe('');
});

test.concurrent.each(PLANTED_BUGS.map((bug, index) => ({ ...bug, index })))(
  'kills: $does',
  async ({ index, ...bug }) => {
    const found = await objectionOf(await programWith(bug, String(index)));
    expect(found, `nobody sees that it ${bug.does}`).not.toBe('');
    killed += 1;
  },
);

test('at least 30 bugs were planted, and all of them are killed', () => {
  expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(30);
  expect(killed).toBe(PLANTED_BUGS.length);
});
