import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changed, meshText } from '../diff/small-mesh.ts';
import { project, type Project } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

let here: Project;
beforeEach(() => {
  here = project();
  for (const folder of ['old', 'new']) mkdirSync(join(here.folder, folder));
  here.file('old/mesh.yaml', meshText());
  here.file(
    'new/mesh.yaml',
    meshText({ policy: changed('policy', ['[GET]', '[GET, POST]']), route: changed('route', ['3s', '1s']) }),
  );
});
afterEach(() => {
  here.remove();
});

describe('weft diff', () => {
  test('says what a change does, security first, and ends with 0', async () => {
    const { code, out, err } = await here.weft(['diff', 'old', 'new']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const titles = out.split('\n').filter((line) => /^[A-Z]+$/.test(line));
    expect(titles).toEqual(['SECURITY', 'TRAFFIC', 'ROLLOUT', 'OBJECTS']);
    expect(out).toContain(
      '✖ broader  Deployment shop/users-v1, Deployment shop/users-v2: lets in cluster.local/ns/shop/sa/orders with token of https://id.example.com/*: POST /api/users/* port 8080  (new/mesh.yaml:',
    );
    expect(out).toContain(
      '~  shop/orders-v1 and 2 more → users.shop: path prefix "/api": timeout 3s → 1s  (new/mesh.yaml:',
    );
    expect(out).toContain('[~]  AuthorizationPolicy shop/users  spec.rules[0].to[0].operation.methods[1]');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      '1 broader; 0 narrower; 1 in traffic; 0 in rollout; objects: 0 added, 2 changed, 0 removed, 15 same',
    );
  });

  test.each([
    { args: ['--exit-code'], code: 1 },
    { args: ['--fail-on', 'broader'], code: 1 },
    { args: [], code: 0 },
  ])('$args ends with $code', async ({ args, code }) => {
    expect((await here.weft(['diff', 'old', 'new', ...args])).code).toBe(code);
  });

  test('the reverse is narrower and passes --fail-on broader', async () => {
    expect((await here.weft(['diff', 'new', 'old', '--fail-on', 'broader'])).code).toBe(0);
    expect((await here.weft(['diff', 'new', 'old', '--exit-code'])).code).toBe(1);
  });

  test('formatting only is one line, and no difference', async () => {
    here.file('new/mesh.yaml', `# moved\n${meshText().split('\n---\n').toReversed().join('\n---\n')}\n`);
    expect(await here.weft(['diff', 'old', 'new', '--exit-code'])).toEqual({
      code: 0,
      err: '',
      out: 'only the formatting differs: 17 objects say the same in old and new\n',
    });
    expect((await here.weft(['diff', 'old', 'old'])).out).toBe(
      'no difference: 17 objects say the same in old and old\n',
    );
  });

  test('-o json fits its schema, also when there is nothing', async () => {
    for (const other of ['new', 'old']) {
      const { out } = await here.weft(['diff', 'old', other, '-o', 'json']);
      expect(schemaErrors('mesh-diff', JSON.parse(out))).toEqual([]);
    }
  });

  test('-o markdown is a table for each section', async () => {
    const { out } = await here.weft(['diff', 'old', 'new', '-o', 'markdown']);
    expect(out).toMatch(/^### ✖ Somebody may do more in the mesh\n\n\*\*Security\*\*\n\n\| \| \| \| \|\n/);
    expect(out).toContain('/api/users/\\*');
    expect(out).toContain('<details><summary><b>Objects</b>: 2</summary>');
  });

  test('--fields tells every field', async () => {
    expect((await here.weft(['diff', 'old', 'new', '--fields'])).out).toContain('spec.http[0].timeout: "3s" → "1s"');
  });

  test('- is stdin', async () => {
    const ran = await here.weft(['diff', 'old', '-'], { stdin: () => Promise.resolve(meshText({ strict: null })) });
    expect(ran.out).toContain('mutual TLS STRICT becomes PERMISSIVE');
  });
});

describe('git:REF', () => {
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args],
      { cwd: here.folder, encoding: 'utf8' },
    );
  beforeEach(() => {
    git('init', '-q');
    git('add', 'old');
    git('commit', '-q', '-m', 'first');
    git('tag', 'v1');
    git('branch', 'side');
    here.file('old/mesh.yaml', meshText({ strict: null }));
  });

  test('a branch, a tag, a hash and HEAD mean the commit', async () => {
    for (const ref of ['HEAD', 'side', 'v1', git('rev-parse', 'HEAD').trim()]) {
      const { code, out, err } = await here.weft(['diff', `git:${ref}`, 'old', '--fail-on', 'broader']);
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(out).toContain('mutual TLS STRICT becomes PERMISSIVE');
    }
  });

  test('two commits, with --path', async () => {
    git('commit', '-q', '-a', '-m', 'second');
    const { out } = await here.weft(['diff', 'git:v1', 'git:HEAD', '--path', 'old']);
    expect(out).toContain('[-]  PeerAuthentication shop/default');
    expect((await here.weft(['diff', 'git:HEAD', 'old'])).out).toMatch(/^no difference/);
  });

  test.each([
    { args: ['git:nowhere', 'old'], says: 'git:nowhere: there is no such commit. Write a branch, a tag or a hash' },
    { args: ['git:--version', 'old'], says: 'git:--version names no commit' },
    { args: ['git:', 'old'], says: 'git: names no commit' },
    { args: ['git:HEAD', 'new'], says: 'git:HEAD has no manifests below new. Name another path with --path' },
    { args: ['git:HEAD', 'old', '--path', '../elsewhere'], says: 'git:HEAD has no manifests below ../elsewhere' },
  ])('$args is refused', async ({ args, says }) => {
    const { code, out, err } = await here.weft(['diff', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });

  test('outside of any repository', async () => {
    rmSync(join(here.folder, '.git'), { recursive: true });
    const { code, err } = await here.weft(['diff', 'git:HEAD', 'old'], {
      env: { ...process.env, GIT_CEILING_DIRECTORIES: '/' },
    });
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('git:HEAD: this folder is in no git repository') as string,
    });
  });
});

test.each([
  { args: ['old'], says: 'say what old is compared with' },
  { args: ['-', '-'], says: '- is named twice' },
  { args: ['old', 'nowhere'], says: 'there is no file or folder nowhere' },
  { args: ['old', 'package.json'], says: 'holds no Kubernetes object' },
  { args: ['old', 'new', '--fail-on', 'narrower'], says: 'broader' },
])('$args is refused with one message', async ({ args, says }) => {
  const { code, out, err } = await here.weft(['diff', ...args]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
});

test('the example of its document fits the schema', () => {
  expect(schemaErrors('mesh-diff', readSchemaFile('examples/mesh-diff.json'))).toEqual([]);
});
