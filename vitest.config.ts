import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Folders of tests/ that need more than Node: each is a project of its own, and a tier of `npm test`. */
const REAL = ['judges', 'apiserver', 'services', 'live', 'package'] as const;

/** Property tests try values that the runner can name. */
const SEEDED = ['tests/support/property-seed.ts'];

/** Tests against real servers: one file at a time on the machine's two cores, and no second try that would hide a failure. */
const real = (name: (typeof REAL)[number]): TestProjectInlineConfiguration => ({
  test: {
    name,
    setupFiles: SEEDED,
    include: [`tests/${name}/**/*.test.ts`],
    fileParallelism: false,
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});

/** Every file has a server of its own, or its own part of one, so files run side by side. */
const sideBySide = { fileParallelism: true, maxWorkers: 2 };

const apiserver: TestProjectInlineConfiguration = { test: { ...real('apiserver').test, ...sideBySide } };

const services: TestProjectInlineConfiguration = {
  test: { ...real('services').test, ...sideBySide, globalSetup: ['tests/services/global-setup.ts'] },
};

/** Pure as well, but thousands of runs each: on one Node only. */
const simulation: TestProjectInlineConfiguration = {
  test: {
    name: 'simulation',
    setupFiles: SEEDED,
    include: ['tests/simulation/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 900_000,
  },
};

const NOT_PURE = [...configDefaults.exclude, ...[...REAL, 'simulation'].map((name) => `tests/${name}/**`)];

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    // The tiers have most modules in common, and each would turn all of them from TypeScript to JavaScript anew.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'build/vitest' },
    projects: [
      // One set of modules for all files: they are pure, and loading them once a file took most of the time.
      // Whichever test first needs a command waits until its code is compiled, beside all other files: seconds, on a slow machine.
      {
        test: {
          name: 'pure',
          setupFiles: SEEDED,
          include: ['tests/**/*.test.ts'],
          exclude: NOT_PURE,
          isolate: false,
          maxWorkers: '100%', // vitest leaves a core free, and CI has two
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['tests/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
        },
      },
      simulation,
      real('judges'),
      apiserver,
      services,
      real('live'),
      real('package'),
    ],
  },
});
