import fc, { type GeneratorValue } from 'fast-check';
import type { IstioKind } from '../../../charts-src/imports/istio.ts';
import { istioSchemas } from '../../../charts-src/imports/istio-schemas.ts';
import type { Path, Schema } from '../../../charts-src/model/schema.ts';
import { istioSpecs } from '../../fixtures/istio-specs.ts';

/** A spec that was right before something in it was changed. */
export interface Mutation {
  readonly kind: IstioKind;
  readonly spec: unknown;
}

type Json = { [field: string]: unknown };

const TEXTS = [
  '',
  'a',
  'v1',
  '*',
  '*.example.com',
  'a_b',
  '5s',
  '1500us',
  '0s',
  '-1s',
  '10',
  'x'.repeat(64),
  'x'.repeat(400),
  'unix:///run/a.sock',
  'unix://',
  'https://example.com/keys',
  'ftp://example.com',
  'oci://example.com/a:1',
  'http://',
  '10.0.0.0/8',
  'aGk=',
  'aGk',
  'NONE',
  'true',
];
// No number beyond 31 bits: where the API server takes it, Istio's webhook cannot read it, and so we refuse it.
const NUMBERS = [0, 1, -1, 80, 100, 101, 599, 600, 65535, 65536, 2 ** 31 - 1, 0.5];

const right = istioSpecs.filter(({ valid }) => valid);

/** Right specs with one or two changes: fields taken away, put in, given another value or another type. */
export const mutations: fc.Arbitrary<Mutation> = fc.gen().map((gen) => {
  const { kind, spec } = right[gen(fc.nat, { max: right.length - 1 })] ?? { kind: 'VirtualService', spec: {} };
  const changed = structuredClone(spec) as Json; // the specs of the table are objects
  const times = gen(fc.integer, { min: 1, max: 2 });
  for (let time = 0; time < times; time++) change(gen, istioSchemas[kind].spec, changed);
  return { kind, spec: changed };
});

function change(gen: GeneratorValue, schema: Schema, spec: Json): void {
  const paths = pathsOf(spec);
  if (paths.length === 0) return;
  const path = gen(fc.constantFrom, ...paths);
  const parent = valueAt(spec, path.slice(0, -1)) as Json; // paths lead to what is in an object or list
  const field = String(path.at(-1));
  const within = schemaAt(schema, path);
  const value = parent[field];
  switch (gen(fc.constantFrom, 'remove', 'replace', 'retype', 'add', 'add', 'unknown')) {
    case 'remove':
      if (Array.isArray(parent)) parent.splice(Number(field), 1);
      else delete parent[field];
      return;
    case 'replace':
      parent[field] = made(gen, within, 3);
      return;
    case 'retype':
      // The same list twice would hold itself, were it put into itself.
      parent[field] = structuredClone(gen(fc.constantFrom, null, 1, 'a', true, [], {}, [null], 1.5));
      return;
    case 'add':
      if (isObject(value) && typeof within === 'object' && within.type === 'object') {
        const added = gen(fc.constantFrom, ...Object.keys(within.fields), field);
        value[added] = made(gen, within.fields[added] ?? 'any', 3);
      } else if (Array.isArray(value) && typeof within === 'object' && within.type === 'list')
        value.push(made(gen, within.items, 3));
      return;
    case 'unknown':
      if (isObject(value)) value['unheardOf'] = 1;
  }
}

/** A value that a schema describes, or nearly so. */
function made(gen: GeneratorValue, schema: Schema, depth: number): unknown {
  const rule = typeof schema === 'string' ? ({ type: schema } as const) : schema;
  switch (rule.type) {
    case 'any':
      return structuredClone(gen(fc.constantFrom, 'a', 1, {}));
    case 'boolean':
      return gen(fc.boolean);
    case 'integer':
    case 'number':
      return gen(fc.constantFrom, ...NUMBERS);
    case 'string':
      return gen(fc.constantFrom, ...TEXTS);
    case 'enum':
      return gen(fc.constantFrom, ...('of' in rule ? rule.of : []), 'ELSE');
    case 'duration':
      return gen(fc.constantFrom, '1s', '1ms', '1h30m', '999us', '1500us', '0s', '-1s', '5', '1d', '');
    case 'list':
      if (!('items' in rule)) return [];
      return Array.from({ length: gen(fc.integer, { min: 0, max: 2 }) }, () => made(gen, rule.items, depth - 1));
    case 'map': {
      if (!('values' in rule)) return {};
      const keys = gen(fc.uniqueArray, fc.constantFrom('a', '', '80', 'a*', 'app', 'x'.repeat(64)), { maxLength: 2 });
      return Object.fromEntries(keys.map((key) => [key, made(gen, rule.values, depth - 1)]));
    }
    case 'object': {
      if (!('fields' in rule)) return {};
      const wanted = Object.keys(rule.fields).filter(
        (field) => rule.required?.includes(field) === true || (depth > 0 && gen(fc.integer, { min: 0, max: 3 }) === 0),
      );
      return Object.fromEntries(wanted.map((field) => [field, made(gen, rule.fields[field] ?? 'any', depth - 1)]));
    }
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ways to everything in a value; to the value itself where it holds nothing. */
function pathsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, part]) => {
    const path = [...at, Array.isArray(value) ? Number(field) : field];
    return [path, ...pathsOf(part, path)];
  });
}

const valueAt = (value: unknown, path: Path): unknown => path.reduce((at, part) => (at as Json)[part], value); // the path was taken from this value

function schemaAt(schema: Schema, path: Path): Schema {
  let at = schema;
  for (const part of path) {
    if (typeof at === 'string') return 'any';
    if (at.type === 'list') at = at.items;
    else if (at.type === 'map') at = at.values;
    else if (at.type === 'object') at = Object.hasOwn(at.fields, part) ? (at.fields[part] ?? 'any') : 'any';
    else return 'any';
  }
  return at;
}
