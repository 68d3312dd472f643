import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../provision/locate.ts';
import { readTools } from '../provision/tools-file.ts';
import { command, type Ended } from './command.ts';
import { together, type Outcome } from './outcome.ts';

interface StaticStep {
  /** The npm script, so that a contributor can run the same by hand. */
  readonly script: string;
  /** Says why a step that ended well has shown nothing all the same. */
  readonly lookedAtNothing?: (output: string) => string | undefined;
}

const STEPS: readonly StaticStep[] = [
  { script: 'typecheck' },
  { script: 'lint' },
  { script: 'format:check' },
  {
    script: 'lint:imports',
    lookedAtNothing: (output) => {
      const modules = /\((\d+) modules?, \d+ dependenc/.exec(output)?.[1];
      return modules === undefined || Number(modules) === 0
        ? 'dependency-cruiser did not say that it read modules'
        : undefined;
    },
  },
];

const TIMEOUT_MS = 5 * 60_000;

const failure = (name: string, why: string): Outcome => ({ passed: 0, failed: [{ name, why }], skipped: [] });

const PASSED: Outcome = { passed: 1, failed: [], skipped: [] };

const verdict = (name: string, ended: Ended, lookedAtNothing?: string): Outcome => {
  if (ended.timedOut) return failure(name, `did not end within ${TIMEOUT_MS / 1000} s`);
  if (ended.code !== 0) return failure(name, `ended with code ${ended.code}; its output is above`);
  return lookedAtNothing === undefined ? PASSED : failure(name, lookedAtNothing);
};

const runStep = async (
  { script, lookedAtNothing }: StaticStep,
  scripts: Readonly<Record<string, string>>,
): Promise<Outcome> => {
  if (scripts[script] === undefined) return failure(`npm run ${script}`, `package.json has no script "${script}"`);
  const ended = await command('npm', ['run', '--silent', script], { timeoutMs: TIMEOUT_MS, capture: true });
  process.stdout.write(`\n> npm run ${script}\n${ended.output}`);
  return verdict(`npm run ${script}`, ended, lookedAtNothing?.(ended.output));
};

const isShellScript = (path: string): boolean => {
  if (path.endsWith('.sh')) return true;
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(32);
    readSync(file, start, 0, start.length, 0);
    return /^#!\s*\S*[/ ](ba|da)?sh\b/.test(start.toString('latin1'));
  } finally {
    closeSync(file);
  }
};

const shellScripts = (): readonly string[] =>
  ['.ci', 'scripts', 'tests', 'apps']
    .map((folder) => join(ROOT, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/node_modules/') && isShellScript(path))
    .map((path) => relative(ROOT, path));

const runShellcheck = async (): Promise<Outcome> => {
  const tool = readTools()('shellcheck');
  const files = shellScripts();
  if ('missing' in tool) {
    return { passed: 0, failed: [], skipped: [{ name: 'shellcheck', why: `${tool.missing}. Run: ${tool.help}` }] };
  }
  if (files.length === 0) return failure('shellcheck', 'no shell script found, not even .ci/run');
  process.stdout.write(`\n> shellcheck (${files.length} scripts)\n`);
  return verdict(
    'shellcheck',
    await command(tool.path, ['--external-sources', '--source-path=SCRIPTDIR', ...files], { timeoutMs: TIMEOUT_MS }),
  );
};

/** Types, lint, format, imports and shell scripts: what is judged without running it. */
export const runStatic = async (): Promise<Outcome> => {
  // npm itself has read this file before we got here, so it is a JSON object.
  const { scripts = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts?: Readonly<Record<string, string>>;
  };
  const outcomes = await Promise.all(STEPS.map((step) => runStep(step, scripts)));
  return together(...outcomes, await runShellcheck());
};
