import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyProject, filesBelow, freshClone, pack, remove, run, scratchFolder, succeed } from './user-machine.ts';

let scratch: string;
let project: string;

/** `npx weft create`, as somebody does who has the package in some project; then `npm install` in the new one. */
beforeAll(() => {
  scratch = scratchFolder();
  freshClone(join(scratch, 'clone'));
  const tarball = pack(join(scratch, 'clone'), join(scratch, 'packed'));
  const first = join(scratch, 'first');
  emptyProject(first, {});
  succeed(first, 'npm', ['install', tarball]);
  const { err } = succeed(first, 'npx', ['--no-install', 'weft', 'create', '../my-shop']);
  expect(err).toBe('Next: cd ../my-shop && npm install && npx weft synth (README.md says more)\n');
  remove(join(scratch, 'clone'));
  remove(first);
  project = join(scratch, 'my-shop');
  // Until it is published the package comes from the tarball.
  succeed(project, 'npm', ['pkg', 'set', `dependencies.weftmesh=file:${tarball}`]);
  succeed(project, 'npm', ['install']);
});
afterAll(() => {
  remove(scratch);
});

describe('the project that weft create writes', () => {
  test('synthesises', () => {
    const { out } = succeed(project, 'npx', ['--no-install', 'weft', 'synth']);
    expect(out).toContain('8 files in dist: 8 written, 0 unchanged, 0 removed');
    expect(filesBelow(join(project, 'dist')).map((file) => file.split('/')[0])).toEqual([
      ...Array<string>(4).fill('dev'),
      ...Array<string>(4).fill('prod'),
    ]);
  });

  test('passes its own tests, types included, and in CI too', () => {
    const { out } = succeed(project, 'npm', ['test'], { CI: 'true', NO_COLOR: '1' });
    expect(out).toMatch(/Tests {2}10 passed \(10\)/);
  });

  test('has tests that fail when dist is stale, and pass again after weft synth', () => {
    const shop = readFileSync(join(project, 'shop.ts'), 'utf8');
    writeFileSync(join(project, 'shop.ts'), shop.replace('timeout: seconds(2)', 'timeout: seconds(3)'));
    const { code, out, err } = run(project, 'npm', ['test'], { CI: 'true', NO_COLOR: '1' });
    expect(code).not.toBe(0);
    expect(`${out}${err}`).toContain('stale: run `npx weft synth`');
    expect(`${out}${err}`).toContain('dist/prod/orders.k8s.yaml is up to date');
    succeed(project, 'npx', ['--no-install', 'weft', 'synth']);
    succeed(project, 'npm', ['test'], { CI: 'true' });
  });

  test('does not compile when the weights do not total 100', () => {
    const shop = readFileSync(join(project, 'shop.ts'), 'utf8');
    writeFileSync(join(project, 'shop.ts'), shop.replace('v1: 90, v2: 10', 'v1: 90, v2: 20'));
    const { code, out } = run(project, 'npx', ['--no-install', 'tsc']);
    writeFileSync(join(project, 'shop.ts'), shop);
    expect(code).not.toBe(0);
    expect(out).toMatch(/^shop\.ts\(\d+,\d+\): error TS2322: [^]*these weights do not total 100/);
  });

  test('writes its contract from its document anew', () => {
    const contract = readFileSync(join(project, 'contracts/orders.ts'), 'utf8');
    writeFileSync(join(project, 'contracts/orders.ts'), '');
    succeed(project, 'npm', ['run', 'contracts']);
    expect(readFileSync(join(project, 'contracts/orders.ts'), 'utf8')).toBe(contract);
  });

  test('keeps what npm installs out of version control, and says what to do next', () => {
    expect(readFileSync(join(project, '.gitignore'), 'utf8')).toContain('node_modules/\n');
    const readme = readFileSync(join(project, 'README.md'), 'utf8');
    for (const command of ['npm install', 'npx weft synth', 'npm test', 'kubectl apply --server-side -f dist/dev'])
      expect(readme).toContain(command);
    const named = [...readme.matchAll(/`([\w/-]+(?:\.\w+)+|[\w-]+\/)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(project, path)))).toEqual([]);
  });
});
