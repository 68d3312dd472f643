import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meshText } from '../diff/small-mesh.ts';
import { ODD_MESH } from '../picture/odd-mesh.ts';
import { wellFormed } from '../picture/well-formed.ts';
import { project, type Project } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

let here: Project;
beforeAll(() => {
  here = project();
  for (const folder of ['mesh', 'empty', 'other']) mkdirSync(join(here.folder, folder));
  here.file('mesh/mesh.yaml', ODD_MESH.join('\n---\n'));
  here.file('other/mesh.yaml', meshText());
  here.file('empty/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
});
afterAll(() => {
  here.remove();
});

describe('weft graph', () => {
  test.each([
    { format: 'tree', begins: 'web/edge  HTTP :80  ⚠ every host  ⚠ plain HTTP\n└─→ web/front' },
    { format: 'mermaid', begins: 'flowchart LR\n' },
    { format: 'dot', begins: 'digraph mesh {\n' },
    { format: 'json', begins: '{\n  "schemaVersion": 1,\n  "kind": "MeshPicture"' },
    { format: 'svg', begins: '<svg xmlns="http://www.w3.org/2000/svg"' },
  ])('-o $format', async ({ format, begins }) => {
    const { code, out, err } = await here.weft(['graph', 'mesh', '-o', format]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.slice(0, begins.length)).toBe(begins);
  });

  test.each(['light', 'dark', 'auto'])('--theme %s is XML', async (theme) => {
    const { out } = await here.weft(['graph', 'mesh', '-o', 'svg', '--theme', theme]);
    expect(wellFormed(out)).toEqual([]);
  });

  test('-o json fits its schema, also folded and compared', async () => {
    for (const more of [[], ['--fold'], ['--diff', 'other'], ['--focus', 'cart']]) {
      const { out } = await here.weft(['graph', 'mesh', '-o', 'json', ...more]);
      expect(schemaErrors('mesh-picture', JSON.parse(out))).toEqual([]);
    }
  });

  test('--diff marks what changes, also from a commit that is not there', async () => {
    expect((await here.weft(['graph', 'mesh', '--diff', 'other'])).out).toContain('- shop/users');
    expect(await here.weft(['graph', 'mesh', '--diff', 'nowhere'])).toMatchObject({ code: 2, out: '' });
  });

  test('- is stdin', async () => {
    const { out } = await here.weft(['graph', '-'], { stdin: () => Promise.resolve(meshText()) });
    expect(out).toContain('shop/public');
  });

  test.each([
    {
      name: 'a document behind its mark',
      text: '--- {apiVersion: v1, kind: Service, metadata: {name: late}}\n',
      says: ': ',
    },
    { name: 'more dashes', text: '----\napiVersion: v1\nkind: Service\nmetadata: {name: late}\n', says: ': ' },
    { name: 'a key twice', text: 'apiVersion: v1\nkind: Service\nkind: Service\nmetadata: {name: late}\n', says: ': ' },
    {
      name: 'nothing that is YAML',
      text: 'apiVersion: v1\nkind: Service\nmetadata: {name: late}\n---\n{\n',
      says: ' was left out: ',
    },
  ])('only what is not read is said to be left out: $name', async ({ text, says }) => {
    const { out, err } = await here.weft(['graph', '-'], { stdin: () => Promise.resolve(text) });
    expect(out).toContain('late');
    expect(err).toMatch(new RegExp(`^note: \\S+:\\d+${says}.*\n$`));
  });

  test.each([
    { args: ['mesh', '--focus', 'crat'], says: 'there is no service "crat" in these manifests. Did you mean cart?' },
    { args: ['mesh', '-n', 'cor'], says: 'there is no namespace "cor" in these manifests. Did you mean core?' },
    { args: ['mesh', '--focus', 'cart', '--depth', 'two'], says: '--depth two is no whole number' },
    { args: ['mesh', '--focus', 'cart', '--depth=-1'], says: '--depth -1 is no whole number' },
    { args: ['mesh', '--fold', '--unfolded'], says: '--fold and --unfolded exclude each other' },
    { args: ['nowhere'], says: 'there is no file or folder nowhere' },
    { args: ['empty'], says: 'there are no services in empty' },
    { args: ['mesh', '-o', 'png'], says: 'svg' },
  ])('$args is refused with one message', async ({ args, says }) => {
    const { code, out, err } = await here.weft(['graph', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });

  test('several meshes in dist', async () => {
    for (const name of ['dev', 'prod']) {
      mkdirSync(join(here.folder, 'dist', name), { recursive: true });
      here.file(`dist/${name}/mesh.yaml`, meshText());
    }
    const { code, err } = await here.weft(['graph']);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('weft graph dist/dev, or: weft graph dist/prod') as string,
    });
  });
});

test('the example of its document fits the schema', () => {
  expect(schemaErrors('mesh-picture', readSchemaFile('examples/mesh-picture.json'))).toEqual([]);
});
