import type { ObjectSchema, Schema } from '../../../charts-src/model/schema.ts';
import type { Kind } from './crd.ts';
import type { Shape } from './shapes.ts';

/** Schemas without a shape that many fields have. */
const COMMON: readonly (readonly [name: string, schema: Schema])[] = [
  ['duration', { type: 'duration', min: '1ms' }],
  ['int32', { type: 'integer', min: -(2 ** 31), max: 2 ** 31 - 1 }],
  ['uint32', { type: 'integer', min: 0, max: 2 ** 32 - 1 }],
  ['port', { type: 'integer', min: 1, max: 65_535 }],
  ['strings', { type: 'list', items: 'string' }],
  ['labels', { type: 'map', values: 'string' }],
];

/** The module of schemas: what occurs more than once has a name. */
export function printSchemas(shapes: readonly Shape[], kinds: readonly Kind[]): string {
  const counts = countUses(kinds);
  const names = new Map(COMMON.map(([name, schema]) => [JSON.stringify(schema), name]));
  for (const { name, schema } of shapes)
    if ((counts.get(JSON.stringify(schema)) ?? 0) > 1) names.set(JSON.stringify(schema), camelCase(name));
  const print = (schema: Schema): string => names.get(JSON.stringify(schema)) ?? printPlain(schema, print);
  // A constant is declared before it is used: what is inside comes first.
  const declared: string[] = [];
  const done = new Set<string>();
  const declare = (schema: Schema): void => {
    const name = names.get(JSON.stringify(schema));
    if (name !== undefined && done.has(name)) return;
    for (const inner of partsOf(schema)) declare(inner);
    if (name === undefined) return;
    done.add(name);
    const type = typeof schema === 'object' && schema.type === 'object' ? 'ObjectSchema' : 'Schema';
    declared.push(`const ${name}: ${type} = ${printPlain(schema, print)};`);
  };
  for (const { spec } of kinds) declare(spec);
  const entries = kinds.map(
    ({ kind, apiVersions, spec }) => `${kind}: schema(${JSON.stringify(apiVersions)}, () => (${print(spec)})),`,
  );
  return `${declared.join('\n\n')}

/** What the API server accepts as the spec of a kind. */
export interface IstioSchema {
  /** Every version that is served, the one to write first; they all have this schema. */
  readonly apiVersions: readonly [string, ...string[]];
  readonly spec: ObjectSchema;
}

/** Its spec is put together when it is first asked for: most meshes have objects of a few kinds. */
function schema(apiVersions: IstioSchema['apiVersions'], make: () => ObjectSchema): IstioSchema {
  let spec: ObjectSchema | undefined;
  return {
    apiVersions,
    get spec() {
      return (spec ??= make());
    },
  };
}

/**
 * The rules of Istio's CustomResourceDefinitions as data, by kind: all of them, also those that the types cannot say.
 * What only Istio's webhook checks is not here.
 */
export const istioSchemas: Readonly<Record<IstioKind, IstioSchema>> = {
${entries.join('\n')}
};`;
}

function countUses(kinds: readonly Kind[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (schema: Schema): void => {
    const key = JSON.stringify(schema);
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    // What is inside something that gets a name is printed once only.
    if (before === 0) for (const inner of partsOf(schema)) count(inner);
  };
  for (const { spec } of kinds) count(spec);
  return counts;
}

function partsOf(schema: Schema): readonly Schema[] {
  if (typeof schema === 'string') return [];
  if (schema.type === 'list') return [schema.items];
  if (schema.type === 'map') return [schema.values];
  return schema.type === 'object' ? Object.values(schema.fields) : [];
}

function printPlain(schema: Schema, print: (schema: Schema) => string): string {
  if (typeof schema === 'string') return `'${schema}'`;
  switch (schema.type) {
    case 'list': {
      const { items, ...limits } = schema;
      return merged(limits, `items: ${print(items)}`);
    }
    case 'map': {
      const { values, ...limits } = schema;
      return merged(limits, `values: ${print(values)}`);
    }
    case 'object':
      return printObject(schema, print);
    default:
      return JSON.stringify(schema);
  }
}

function printObject({ fields, ...rules }: ObjectSchema, print: (schema: Schema) => string): string {
  const printed = Object.entries(fields).map(([name, schema]) => {
    const printed = print(schema);
    return printed === name ? name : `${name}: ${printed}`;
  });
  return merged(rules, `fields: { ${printed.join(', ')} }`);
}

/** `{"type":"list","maxItems":2}` with one more property. */
const merged = (limits: object, property: string) => `${JSON.stringify(limits).slice(0, -1)}, ${property} }`;

/** `HTTPRoute` is `httpRoute`, `TLSMatchAttributes` is `tlsMatchAttributes`. */
const camelCase = (name: string) => name.replace(/^[A-Z]+(?=[A-Z0-9][a-z]|$)|^[A-Z]/, (start) => start.toLowerCase());
