import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readDefinitions } from '../../scripts/dev/import-istio/crd.ts';
import { findDefinitions } from '../../scripts/dev/import-istio/find-definitions.ts';
import { generate } from '../../scripts/dev/import-istio/generate.ts';

const FRESHEN = 'npx tsx scripts/dev/import-istio.ts';

test('the committed Istio modules are what the pinned definitions say', { timeout: 120_000 }, async (context) => {
  const definitions = await findDefinitions();
  if (definitions.kind === 'missing') {
    const why = `${definitions.reason}; ${definitions.remedy}`;
    // Where everything has to be there, nothing may be skipped.
    if (process.env.CI === 'true') throw new Error(why);
    return context.skip(why);
  }
  const modules = await generate(definitions.text);
  expect([...modules.keys()]).toHaveLength(3);
  for (const [path, text] of modules) {
    const committed = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(committed === text, `${path} is stale: run ${FRESHEN}`).toBe(true);
    expect(text.length, path).toBeGreaterThan(5_000);
  }
  // No sentence of the definitions may be copied.
  const types = modules.get('charts-src/imports/istio.ts') ?? '';
  const descriptions =
    definitions.text.match(/description: .{25,}/g)?.map((line) => line.slice('description: '.length, 60)) ?? [];
  expect(descriptions.length).toBeGreaterThan(500);
  expect(descriptions.filter((start) => types.includes(start.replace(/^['"]/, '')))).toEqual([]);
});

/** A CustomResourceDefinition with one field, whose schema is given. */
const definition = (field: object, later?: object) => {
  const version = (name: string, schema: object) => ({
    name,
    served: true,
    schema: { openAPIV3Schema: { properties: { spec: { type: 'object', properties: { field: schema } } } } },
  });
  const versions = [version('v1beta1', field), version('v1', later ?? field)];
  return JSON.stringify({ spec: { group: 'example.io', names: { kind: 'Thing' }, versions } });
};

const rule = (text: string) => ({ 'x-kubernetes-validations': [{ rule: text }] });

test('versions are listed from the newest', () => {
  const { kinds } = readDefinitions(definition({ type: 'string' }));
  expect(kinds).toEqual([
    {
      kind: 'Thing',
      apiVersions: ['example.io/v1', 'example.io/v1beta1'],
      spec: { type: 'object', fields: { field: 'string' } },
    },
  ]);
});

test.each([
  [
    'an old spelling',
    { type: 'object', properties: { a_b: { type: 'string' }, aB: { type: 'string' } } },
    ['Thing.spec.field.a_b'],
  ],
  [
    'a word of the description',
    { type: 'object', properties: { a: { type: 'string', description: 'Deprecated. x' } } },
    ['Thing.spec.field.a'],
  ],
  ['a field with only that spelling', { type: 'object', properties: { a_b: { type: 'string' } } }, []],
])('deprecated: %s', (_, schema, deprecated) => {
  expect([...readDefinitions(definition(schema)).deprecated]).toEqual(deprecated);
});

test.each([
  ['a new keyword', { type: 'string', default: 'x' }, 'Thing.spec.field: cannot read default of type string'],
  ['a new type', { type: 'null' }, 'Thing.spec.field: cannot read the type null'],
  [
    'a new rule',
    { type: 'string', ...rule('self.size() == 1') },
    'Thing.spec.field: this rule has no translation in rules.ts yet: self.size() == 1',
  ],
  ['a rule on another type', { type: 'boolean', ...rule('!self.contains("*")') }, 'this rule has no translation'],
  [
    'a oneOf of another form',
    { type: 'object', properties: { a: { type: 'string' } }, oneOf: [{ required: ['a'] }] },
    'Thing.spec.field: cannot read this oneOf',
  ],
  ['an object without fields', { type: 'object' }, 'Thing.spec.field: an object of which nothing is known'],
  [
    'null in a list',
    { type: 'array', items: { type: 'string', nullable: true } },
    'Thing.spec.field[]: only a field can be null',
  ],
])('what the schemas cannot say is an error: %s', (_, schema, message) => {
  expect(() => readDefinitions(definition(schema))).toThrow(message);
});

test('versions that differ are an error', () => {
  expect(() => readDefinitions(definition({ type: 'string' }, { type: 'boolean' }))).toThrow(
    'Thing: its served versions differ',
  );
});

test('a file without definitions is an error', () => {
  expect(() => readDefinitions('')).toThrow('the file holds no CustomResourceDefinition');
});
