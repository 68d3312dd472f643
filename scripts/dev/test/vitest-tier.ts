import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../provision/locate.ts';
import { command } from './command.ts';
import { together, type NotPassed, type Outcome } from './outcome.ts';
import { propertySeed } from './property-seed.ts';
import { REPORT_FILE } from './vitest-report.ts';

/** Folder of build/ with a report a tier. */
export const RESULTS_FOLDER = join(ROOT, 'build', 'test-results');

/** A run of vitest: which of its projects, on which Node. */
export interface VitestRun {
  readonly tier: string;
  readonly projects: readonly string[];
  readonly node: string;
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs vitest and gives its counts. A run that ended badly counts as a failure, even if no test did. */
export const runVitest = async ({ tier, projects, node, timeoutMs, env }: VitestRun): Promise<Outcome> => {
  const report = join(RESULTS_FOLDER, `${tier}.json`);
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  rmSync(report, { force: true });
  const seed = propertySeed(tier);
  const ended = await command(
    node,
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      '--reporter=default',
      '--reporter=./scripts/dev/test/vitest-report.ts',
    ],
    {
      timeoutMs,
      env: { ...env, [REPORT_FILE]: report, ...(seed !== undefined && { WEFT_PROPERTY_SEED: String(seed) }) },
    },
  );
  const broken = (why: string): Outcome => ({
    passed: 0,
    failed: [{ name: `vitest ${projects.join(', ')}`, why }],
    skipped: [],
  });
  // The reporter of this repository wrote it.
  const outcome = existsSync(report)
    ? (JSON.parse(readFileSync(report, 'utf8')) as Outcome)
    : broken('it wrote no report');
  if (ended.timedOut) return together(outcome, broken(`it did not end within ${timeoutMs / 1000} s`));
  if (ended.code !== 0 && outcome.failed.length === 0)
    return together(outcome, broken(`it ended with code ${ended.code}`));
  return outcome;
};

const REAL_FOLDERS = ['judges', 'apiserver', 'services', 'live', 'package'];

/** The test files of a project, to say what was not run. */
export const testFiles = (project: string): readonly string[] => {
  const tests = join(ROOT, 'tests');
  if (!existsSync(tests)) return [];
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => {
      const folder = path.split('/')[0] ?? '';
      return project === 'pure' ? !REAL_FOLDERS.includes(folder) : folder === project;
    })
    .map((path) => `tests/${path}`)
    .sort();
};

/** A tier that cannot run: all of its files, with the reason. */
export const notRun = (files: readonly string[], tier: string, why: string): readonly NotPassed[] =>
  (files.length > 0 ? files : [tier]).map((name) => ({ name, why }));
