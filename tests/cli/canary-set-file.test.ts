import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { project, repository, type Project, type Ran } from './project.ts';
import { schemaErrors } from './schemas.ts';

let here: Project;
beforeEach(() => {
  here = project();
  here.file('prod.yaml', readFileSync(join(repository, 'environments/prod.yaml'), 'utf8'));
});
afterEach(() => {
  here.remove();
});

const text = (file = 'prod.yaml'): string => readFileSync(join(here.folder, file), 'utf8');
const set = (...argv: readonly string[]): Promise<Ran> => here.weft(['canary', 'set', 'order-service', ...argv]);

test('weights in a data file are edited, and nothing else, without a cluster', async () => {
  const before = text();
  const { code, out, err } = await set('v2=25', '--file', 'prod.yaml');
  expect({ code, out }).toEqual({
    code: 0,
    out: 'prod.yaml:19  order-service v1: 90 → 75\nprod.yaml:19  order-service v2: 10 → 25\n',
  });
  expect(err).toBe('Next: weft synth, then apply what it wrote\n');
  expect(text()).toBe(before.replace('{ v1: 90, v2: 10 }', '{ v1: 75, v2: 25 }'));
});

test.each([
  {
    name: 'comments, blank lines and quotes',
    yaml: '# why\nweights: # shares\n  order-service:\n    "v1": 90 # old\n\n    v2: 10   # new\nx: [1,  2]\n',
    becomes: '# why\nweights: # shares\n  order-service:\n    "v1": 99.5 # old\n\n    v2: 0.5   # new\nx: [1,  2]\n',
  },
  {
    name: 'line ends of Windows',
    yaml: 'weights:\r\n  order-service: {v1: 90, v2: 10}\r\n',
    becomes: 'weights:\r\n  order-service: {v1: 99.5, v2: 0.5}\r\n',
  },
  {
    name: 'a third version',
    yaml: 'weights: { order-service: { v1: 90, v2: 10, v3: 0 } }\n',
    becomes: 'weights: { order-service: { v1: 99.5, v2: 0.5, v3: 0 } }\n',
  },
])('keeps $name', async ({ yaml, becomes, name }) => {
  here.file('data.yaml', yaml);
  const more = name === 'a third version' ? ['v1=99.5'] : [];
  expect((await set('v2=0.5', ...more, '--file', 'data.yaml')).code).toBe(0);
  expect(text('data.yaml')).toBe(becomes);
});

test('what is so already is not written again', async () => {
  const { mtimeMs } = statSync(join(here.folder, 'prod.yaml'));
  const { code, out, err } = await set('v2=10', '--file', 'prod.yaml');
  expect({ code, out, err }).toEqual({ code: 0, out: 'prod.yaml says so already\n', err: '' });
  expect(statSync(join(here.folder, 'prod.yaml')).mtimeMs).toBe(mtimeMs);
});

test('mode and link stay', async () => {
  chmodSync(join(here.folder, 'prod.yaml'), 0o640);
  symlinkSync('prod.yaml', join(here.folder, 'link.yaml'));
  expect((await set('v2=25', '--file', 'link.yaml')).code).toBe(0);
  expect(lstatSync(join(here.folder, 'link.yaml')).isSymbolicLink()).toBe(true);
  expect(statSync(join(here.folder, 'prod.yaml')).mode & 0o777).toBe(0o640);
  expect(parse(text())).toMatchObject({ weights: { 'order-service': { v1: 75, v2: 25 } } });
});

test('a dry run writes nothing and says what it would do, also in JSON', async () => {
  const before = text();
  const dry = await set('v2=25', '--file', 'prod.yaml', '--dry-run=client', '-o', 'json');
  expect(schemaErrors('canary-set-report', JSON.parse(dry.out))).toEqual([]);
  expect(JSON.parse(dry.out)).toMatchObject({
    dryRun: true,
    file: { path: 'prod.yaml', changes: [{ version: 'v1', from: 90, to: 75, line: 19 }, { version: 'v2' }] },
    live: null,
  });
  expect(text()).toBe(before);
});

describe('what is wrong is exit code 2, and the file is as it was', () => {
  test.each([
    { argv: ['v2'], says: 'is no weight: write version=per cent, such as v2=25' },
    { argv: ['v2=x'], says: '"x" is no number: write per cent, such as v2=25' },
    { argv: ['v2=101'], says: '101 is more than all requests' },
    { argv: ['v2=0.125'], says: '0.125 has more than two decimals: write v2=0.13' },
    { argv: ['v2=5', 'v2=6'], says: 'v2 is named twice' },
    { argv: ['v1=50', 'v2=60'], says: 'v1=50 v2=60 is 110 per cent, and must be 100' },
    { argv: ['v1=50', 'v2=40'], says: 'v1=50 v2=40 is 90 per cent, and must be 100' },
    { argv: ['v3=5'], says: 'There is: v1, v2' },
    { argv: ['v2=25', '--file', 'nothing.yaml'], says: '--file nothing.yaml: there is no such file' },
    { argv: ['v2=25', '--file', 'main.txt'], says: 'main.txt is no YAML' },
    {
      argv: ['v2=25', '--file', 'other.yaml'],
      says: 'other.yaml has no weights for order-service, only for user-service',
    },
    {
      argv: ['v2=25', '--file', 'three.yaml'],
      says: 'has 3 versions: say also what v1 and v3 get, 75 per cent together',
    },
    { argv: ['v2=25', '--file', 'text.yaml'], says: 'weights.order-service.v1 is no plain number' },
    { argv: ['v2=25', '--file', 'prod.yaml', '--dry-run=server'], says: '--file alone needs none' },
    { argv: ['v2=25', '--live'], says: '--live goes with --file' },
  ])('$argv', async ({ argv, says }) => {
    here.file('main.txt', 'a: [\n');
    here.file('other.yaml', 'weights: { user-service: { v1: 100 } }\n');
    here.file('three.yaml', 'weights: { order-service: { v1: 50, v2: 25, v3: 25 } }\n');
    here.file('text.yaml', 'weights: { order-service: { v1: "90", v2: 10 } }\n');
    const before = here.files('.');
    const { code, out, err } = await set(
      ...argv,
      ...(argv.includes('--file') || argv.includes('--live') ? [] : ['--file', 'prod.yaml']),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
    expect(here.files('.')).toEqual(before);
  });
});
