import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isGroup, runnable } from '../../scripts/cli/command.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { synth } from '../../scripts/cli/commands/synth.ts';
import { takesColour } from '../../scripts/cli/world.ts';
import { canaryExample } from './canary-example.ts';
import { project, repository, TWO_TOPOLOGIES, type Project } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

let here: Project;
beforeAll(() => {
  here = project();
  here.app(TWO_TOPOLOGIES);
  here.file(
    'openapi.yaml',
    'openapi: 3.1.0\ninfo: { title: orders }\npaths: { /orders: { get: { operationId: listOrders } } }\n',
  );
  // What examples name.
  for (const environment of ['staging', 'prod'])
    cpSync(join(repository, 'dist/microservices', environment), join(here.folder, environment), { recursive: true });
  for (const args of [
    ['init', '-q'],
    ['add', 'prod'],
    ['-c', 'user.name=weft', '-c', 'user.email=weft@example.com', 'commit', '-qm', 'feat(shop): prod'],
  ])
    execFileSync('git', args, { cwd: here.folder });
  here.file('openapi.yaml', readFileSync(join(repository, 'apps/order/contract/openapi.yaml'), 'utf8'));
});
afterAll(() => {
  here.remove();
});

/** Help is wrapped at its width. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

describe('help', () => {
  test.each([[[]], [['--help']], [['help']]])(
    'of weft %j lists the commands and exit codes on stdout',
    async (argv) => {
      const { code, out, err } = await here.weft(argv);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('Usage: weft');
      expect(out).toContain('Exit codes: 0 fine; 1 the answer is no; 2 wrong usage');
      for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} .*${summary}$`, 'm'));
    },
  );

  test.each(runnable(commands))(
    'of weft $name has options, examples, exit codes and what is next',
    async ({ name, command }) => {
      const { code, out } = await here.weft([...name.split(' '), '--help']);
      expect(code).toBe(0);
      for (const part of [
        command.description,
        ...Object.values(command.options).map(({ says }) => says),
        ...command.examples.map(({ line }) => line),
        'Exit codes:',
        `Next: ${command.next}`,
      ])
        expect(oneLine(out)).toContain(oneLine(part));
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
      if (!name.includes(' ')) expect(await here.weft(['help', name])).toEqual({ code, out, err: '' });
    },
  );

  test.each(commands.filter(isGroup))(
    'of the group weft $name lists what is in it',
    async ({ name, summary, ...group }) => {
      for (const argv of [[name, '--help'], ['help', name], [name]]) {
        const { code, out, err } = await here.weft(argv);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(oneLine(out)).toContain(oneLine(group.description));
        for (const command of group.commands)
          expect(out).toMatch(new RegExp(`^  ${command.name} .*${command.summary}$`, 'm'));
        expect(out).toContain(`More about a command: weft ${name} <command> --help`);
      }
      expect((await here.weft(['--help'])).out).toContain(summary);
    },
  );

  test.each(runnable(commands).flatMap(({ command }) => command.examples))(
    'example `$line` runs',
    async ({ line }) => {
      const [program, ...argv] = line.split(' ');
      expect(program).toBe('weft');
      if (argv[0] === 'canary') return expect((await canaryExample(here, argv)).err).not.toContain('error:');
      const stdin = (): Promise<string> => Promise.resolve('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
      expect((await here.weft(argv, { stdin })).err).not.toContain('error:');
    },
    30_000,
  );

  test('every command lies in a file of its name', () => {
    const files = readdirSync(join(repository, 'scripts/cli/commands'), { recursive: true, encoding: 'utf8' });
    const names = [...commands.filter(isGroup), ...runnable(commands)].map(({ name }) => name);
    const expected = names.map((name) => `${name.replace(' ', '/')}.ts`);
    // What commands of a group share lies beside them.
    const shared = ['canary/command-on-run.ts', 'canary/options.ts'];
    expect(files.filter((file) => file.endsWith('.ts')).sort()).toEqual([...expected, ...shared].sort());
  });
});

describe('wrong usage is exit code 2, with a way out', () => {
  test.each([
    { argv: ['snyth'], says: 'Did you mean synth?' },
    { argv: ['synth', '--outptu', 'x'], says: 'Did you mean --output?' },
    { argv: ['synth', '-o', 'dist'], says: 'For an output folder use --output dist' },
    { argv: ['check', '-o', 'dist'], says: 'What there is: weft --help' },
    { argv: ['synth', '--app'], says: 'argument missing' },
    { argv: ['synth', 'dist'], says: 'too many arguments' },
    { argv: ['--nothing'], says: 'weft --help' },
    { argv: ['canary', 'rnu'], says: 'Did you mean run?' },
    { argv: ['canary', 'set', 'order-service'], says: "missing required argument 'weights'" },
    { argv: ['canary', 'status', '--wach'], says: 'Did you mean --watch?' },
  ])('$argv', async ({ argv, says }) => {
    const { code, out, err } = await here.weft(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: /);
    expect(err).toContain(says);
  });

  test.each([['-o', 'json'], ['-ojson'], ['--format', 'json'], ['--format=json']])(
    'in JSON, asked by %s %s',
    async (...format) => {
      const { code, out } = await here.weft(['synth', '--nothing', ...format.filter(Boolean)]);
      expect(code).toBe(2);
      expect(schemaErrors('failure', JSON.parse(out))).toEqual([]);
      expect(JSON.parse(out)).toMatchObject({ kind: 'Failure', command: 'synth', exitCode: 2 });
    },
  );
});

describe('a bug of ours', () => {
  const broken = async (argv: readonly string[], env = {}): Promise<Awaited<ReturnType<Project['weft']>>> => {
    const spy = vi.spyOn(synth, 'run').mockRejectedValue(new TypeError('x is not a function'));
    try {
      return await here.weft(argv, { env });
    } finally {
      spy.mockRestore();
    }
  };

  test('is exit code 4 and asks for a report, without a trace', async () => {
    const { code, out, err } = await broken(['synth']);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('this is a bug in weft, not in what you wrote: x is not a function');
    expect(err).toContain('Please report it');
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('shows the trace with WEFT_DEBUG=1, and is JSON when asked', async () => {
    const { out, err } = await broken(['synth', '-o', 'json'], { WEFT_DEBUG: '1' });
    expect(err).toMatch(/^\s+at /m);
    expect(schemaErrors('failure', JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ exitCode: 4 });
  });
});

describe('colour', () => {
  test.each([
    { env: {}, isTerminal: true, takes: true },
    { env: {}, isTerminal: false, takes: false },
    { env: { NO_COLOR: '1' }, isTerminal: true, takes: false },
    { env: { NO_COLOR: '' }, isTerminal: true, takes: true },
    { env: { TERM: 'dumb' }, isTerminal: true, takes: false },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, isTerminal: false, takes: true },
    { env: { FORCE_COLOR: '0' }, isTerminal: true, takes: false },
  ])('$env on a terminal: $isTerminal', ({ env, isTerminal, takes }) => {
    expect(takesColour(env, isTerminal)).toBe(takes);
  });

  test('marks the word error, on stderr only', async () => {
    const { err } = await here.weft(['snyth'], { hasColour: true });
    expect(err.startsWith('\u001b[31merror:\u001b[39m ')).toBe(true);
  });
});

test.each(['synth-report', 'failure'])('docs/schemas/examples/%s.json fits its schema', (name) => {
  const example = readSchemaFile(`examples/${name}.json`);
  expect(schemaErrors(name, example)).toEqual([]);
  expect(schemaErrors(name, { ...(example as object), schemaVersion: 2 })).not.toEqual([]);
});
