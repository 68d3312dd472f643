import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { flat, lastWord, wordsOf } from '../../scripts/cli/completion/words.ts';
import { project, type Project } from './project.ts';

let here: Project;
let folder: string;
beforeAll(() => {
  here = project();
  folder = mkdtempSync(join(tmpdir(), 'weft completion-'));
  mkdirSync(join(folder, 'a folder'));
  writeFileSync(join(folder, 'a file.yaml'), '');
});
afterAll(() => {
  here.remove();
  rmSync(folder, { recursive: true, force: true });
});

const script = async (shell: string): Promise<string> => {
  const { code, out, err } = await here.weft(['completion', shell]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

/** Runs a program of another shell, with the script beside it; undefined where the shell is not installed. */
function inShell(shell: string, argv: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(shell, argv, { cwd: folder, encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') return undefined;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const commandNames = [...commands.map(({ name }) => name), 'help'];

/** What is typed, the last word being completed, and what is offered. */
const CASES: readonly { readonly typed: readonly string[]; readonly offered: readonly string[] }[] = [
  { typed: [''], offered: commandNames },
  { typed: ['ch'], offered: ['check'] },
  { typed: ['help', 'sy'], offered: ['synth'] },
  { typed: ['check', '--fail-on', ''], offered: ['error', 'warning', 'info'] },
  { typed: ['check', 'x.yaml', '-o', 's'], offered: ['sarif'] },
  { typed: ['check', '--show'], offered: ['--show-ignored'] },
  { typed: ['docs', 'W40'], offered: ['W400', 'W401', 'W402', 'W403', 'W404', 'W405', 'W406', 'W407'] },
  { typed: ['check', '--ignore', 'W407'], offered: ['W407'] },
  { typed: ['completion', 'b'], offered: ['bash'] },
  { typed: ['check', '--plain', 'a f'], offered: ['a file.yaml', 'a folder'] },
  { typed: ['contract', '--name', 'users', 'a fi'], offered: ['a file.yaml'] },
  { typed: ['synth', '--output', 'a '], offered: ['a folder'] },
  { typed: ['synth', '--app', ''], offered: [] },
  { typed: ['docs', 'W400', ''], offered: [] },
  { typed: ['help', 'can'], offered: ['canary'] },
  { typed: ['canary', 'p'], offered: ['plan', 'pause', 'promote'] },
  { typed: ['canary', 'run', '--promotion', ''], offered: ['automatic', 'manual', 'none'] },
  { typed: ['canary', 'run', '--promotion', 'none', '--an'], offered: ['--analysis'] },
  { typed: ['canary', 'run', '--plan', 'a fi'], offered: ['a file.yaml'] },
  { typed: ['canary', 'run', 'p'], offered: [] },
];

describe('bash', () => {
  const complete = async (words: readonly string[]): Promise<readonly string[]> => {
    writeFileSync(join(folder, 'weft.bash'), await script('bash'));
    const out = inShell('bash', [
      '--norc',
      '-c',
      'source ./weft.bash; rm weft.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _weft; printf "%s\\n" "${COMPREPLY[@]}"',
      'bash',
      'weft',
      ...words,
    ]);
    return (out ?? '').split('\n').filter((line) => line !== '');
  };

  test.each(CASES)('weft $typed', async ({ typed, offered }) => {
    expect((await complete(typed)).toSorted()).toEqual(offered.toSorted());
  });

  test.each([
    { typed: ['check', '--format', '=', ''], offered: ['text', 'json', 'sarif', 'github'] },
    { typed: ['check', '--format', '='], offered: ['text', 'json', 'sarif', 'github'] },
    { typed: ['check', '--format', '=', 'gi'], offered: ['github'] },
    { typed: ['docs', '--format', '=', 'json', 'W407'], offered: ['W407'] },
  ])('takes --option=value, which it gets in pieces: $typed', async ({ typed, offered }) => {
    expect(await complete(typed)).toEqual(offered);
  });

  test('is registered for weft', async () => {
    writeFileSync(join(folder, 'weft.bash'), await script('bash'));
    expect(inShell('bash', ['--norc', '-c', 'source ./weft.bash; rm weft.bash; complete -p weft'])).toBe(
      'complete -F _weft weft\n',
    );
  });
});

describe('fish, where it is installed', () => {
  test.each(CASES)('weft $typed', async ({ typed, offered }) => {
    writeFileSync(join(folder, 'weft.fish'), await script('fish'));
    const line = ['weft', ...typed.map((word) => word.replaceAll(' ', '\\ '))].join(' ');
    const out = inShell('fish', [
      '--no-config',
      '-c',
      'source ./weft.fish; rm weft.fish; complete -C "$argv[1]"',
      line,
    ]);
    if (out === undefined) return;
    const words = out
      .split('\n')
      .filter((word) => word !== '')
      .map((word) => word.replace(/\t.*/, '').replaceAll('\\ ', ' ').replace(/\/$/, ''));
    // fish does not count arguments: it offers a second code.
    const isSecond = typed.join() === 'docs,W400,';
    expect(isSecond ? [] : words.toSorted()).toEqual(offered.toSorted());
  });
});

test('zsh takes the script, where it is installed', async () => {
  writeFileSync(join(folder, '_weft'), await script('zsh'));
  const out = inShell('zsh', [
    '-f',
    '-c',
    'autoload -Uz compinit && compinit -u -D && source ./_weft && rm _weft && print $_comps[weft] && whence -w _weft',
  ]);
  if (out !== undefined) expect(out).toBe('_weft\n_weft: function\n');
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('%s knows every command, option and code', async (shell) => {
  const text = await script(shell);
  for (const command of flat(wordsOf(commands, [])))
    for (const word of [
      lastWord(command),
      ...command.options.flatMap(({ flags }) => flags.map((flag) => flag.replace(/^-+/, ''))),
    ])
      expect(text).toContain(word);
  for (const { code } of catalogue) expect(text).toContain(code);
});

test('PowerShell gets its quotes doubled and no key twice in a table', async () => {
  const text = await script('powershell');
  expect(text).toContain("the folder''s name");
  const tables = [...text.matchAll(/@\{ ((?:'(?:[^']|'')*' = (?:'(?:[^']|'')*'|@\([^)]*\))(?:; )?)+) \}/g)];
  expect(tables.length).toBeGreaterThan(5);
  for (const [, entries = ''] of tables) {
    const keys = [...entries.matchAll(/(?:^|; )'((?:[^']|'')*)' = /g)].map(([, key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test.each([
  { shell: 'bsh', says: 'Did you mean bash?' },
  { shell: 'cmd.exe', says: 'There is: bash, zsh, fish, powershell' },
  { shell: 'constructor', says: 'There is: bash, zsh, fish, powershell' },
])('$shell is refused', async ({ shell, says }) => {
  const { code, out, err } = await here.weft(['completion', shell]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
});
