import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Folders of tests/ that need more than Node: each is a project of its own, and a tier of `npm test`. */
const REAL = ['judges', 'apiserver', 'live', 'package'] as const;

/** Tests against real servers: one file at a time on the machine's two cores, and no second try that would hide a failure. */
const real = (name: (typeof REAL)[number]): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    fileParallelism: false,
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});

const NOT_PURE = [...configDefaults.exclude, ...[...REAL, 'simulation'].map((name) => `tests/${name}/**`)];

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    projects: [
      // One set of modules for all files: they are pure, and loading them once a file took most of the time.
      { test: { name: 'pure', include: ['tests/**/*.test.ts'], exclude: NOT_PURE, isolate: false } },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['tests/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
        },
      },
      // Pure as well, but thousands of runs each: on one Node only. One file at a time leaves a core to the others.
      {
        test: {
          name: 'simulation',
          include: ['tests/simulation/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
        },
      },
      ...REAL.map(real),
    ],
  },
});
