import { parseAllDocuments } from 'yaml';
import type { ObjectSchema, Schema } from '../../../charts-src/model/schema.ts';
import { applyRule } from './rules.ts';

/** One kind of resource, read from its CustomResourceDefinition. */
export interface Kind {
  readonly kind: string;
  /** `group/version` of every served version, the one to write first. */
  readonly apiVersions: readonly string[];
  readonly spec: ObjectSchema;
}

/** What a file of CustomResourceDefinitions says. */
export interface Definitions {
  readonly kinds: readonly Kind[];
  /** Paths such as `VirtualService.spec.http[].mirror_percent` that should not be written any more. */
  readonly deprecated: ReadonlySet<string>;
}

/** The part of a CustomResourceDefinition that is read here. */
interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: { readonly properties: { readonly spec: Node } } };
    }[];
  };
}

/** A structural schema of Kubernetes: the keywords that Istio's definitions use. */
interface Node {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly items?: Node;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly nullable?: true;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly oneOf?: readonly OneOf[];
  readonly allOf?: readonly { readonly oneOf: readonly OneOf[] }[];
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string }[];
}

interface OneOf {
  readonly required?: readonly string[];
  readonly not?: unknown;
}

/** Keywords per type. Any other would be a rule of Istio that gets lost here without a word, so it is an error. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: [
    ...['properties', 'additionalProperties', 'required', 'oneOf', 'allOf', 'minProperties', 'maxProperties'],
    'x-kubernetes-preserve-unknown-fields',
  ],
  array: ['items', 'minItems', 'maxItems', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'],
  string: ['enum', 'format', 'pattern', 'minLength', 'maxLength'],
  integer: ['format', 'minimum', 'maximum'],
  number: ['format', 'minimum', 'maximum'],
  boolean: [],
};
const COMMON_KEYWORDS = ['type', 'description', 'nullable', 'x-kubernetes-validations'];

/** Newest first. */
const VERSION_ORDER = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha1'];

/** Reads a file of CustomResourceDefinitions.
 * @throws when it holds a keyword or a rule that has no counterpart in our schemas */
export function readDefinitions(yaml: string): Definitions {
  const deprecated = new Set<string>();
  const kinds = parseAllDocuments(yaml)
    // Every document of the file is a CustomResourceDefinition; what matters of its form is checked below.
    .map((document) => document.toJS() as Definition | null)
    .filter((definition) => definition !== null)
    .map(({ spec: { group, names, versions } }): Kind => {
      const served = versions
        .filter((version) => version.served)
        .toSorted((a, b) => VERSION_ORDER.indexOf(a.name) - VERSION_ORDER.indexOf(b.name));
      const specs = served.map(({ schema }) =>
        read(schema.openAPIV3Schema.properties.spec, `${names.kind}.spec`, deprecated),
      );
      const [spec, ...others] = specs;
      if (spec === undefined || typeof spec !== 'object' || spec.type !== 'object')
        throw new Error(`${names.kind}: no served version with an object as spec`);
      if (others.some((other) => JSON.stringify(other) !== JSON.stringify(spec)))
        throw new Error(`${names.kind}: its served versions differ, so one schema cannot stand for all of them`);
      return { kind: names.kind, apiVersions: served.map(({ name }) => `${group}/${name}`), spec };
    })
    .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  if (kinds.length === 0) throw new Error('the file holds no CustomResourceDefinition');
  return { kinds, deprecated };
}

function read(node: Node, path: string, deprecated: Set<string>): Schema {
  if (node.nullable && /[\]}]$/.test(path)) throw new Error(`${path}: only a field can be null in our schemas`);
  const known = KEYWORDS[node.type];
  if (known === undefined) throw new Error(`${path}: cannot read the type ${node.type}`);
  const unknown = Object.keys(node).filter((key) => !known.includes(key) && !COMMON_KEYWORDS.includes(key));
  if (unknown.length > 0) throw new Error(`${path}: cannot read ${unknown.join(', ')} of type ${node.type}`);
  const rules = node['x-kubernetes-validations'] ?? [];
  return rules.reduce((schema, { rule }) => applyRule(schema, rule, path), readType(node, path, deprecated));
}

function readType(node: Node, path: string, deprecated: Set<string>): Schema {
  switch (node.type) {
    case 'boolean':
      return 'boolean';
    case 'string':
      return readString(node);
    case 'integer':
    case 'number':
      return readNumber(node, node.type);
    case 'array':
      if (node.items === undefined) throw new Error(`${path}: a list without items`);
      return compact({
        type: 'list' as const,
        items: read(node.items, `${path}[]`, deprecated),
        minItems: node.minItems,
        maxItems: node.maxItems,
        uniqueBy: node['x-kubernetes-list-map-keys'],
      });
    default:
      return readObject(node, path, deprecated);
  }
}

function readString({ enum: choices, format, pattern, minLength, maxLength }: Node): Schema {
  if (choices !== undefined) return { type: 'enum', of: choices };
  // Kubernetes takes an empty text for no bytes at all, and refuses it.
  if (format === 'byte') return { type: 'string', format: 'base64', minLength: 1 };
  return bare(compact({ type: 'string' as const, minLength, maxLength, pattern }));
}

function readNumber({ format, minimum, maximum }: Node, type: 'integer' | 'number'): Schema {
  const isInt32 = format === 'int32';
  const min = minimum ?? (isInt32 ? -(2 ** 31) : undefined);
  return bare(compact({ type, min, max: maximum ?? (isInt32 ? 2 ** 31 - 1 : undefined) }));
}

function readObject(node: Node, path: string, deprecated: Set<string>): Schema {
  const limits = { minEntries: node.minProperties, maxEntries: node.maxProperties };
  if (node['x-kubernetes-preserve-unknown-fields'])
    return compact({ type: 'map' as const, values: 'any' as const, ...limits });
  if (node.additionalProperties !== undefined)
    return compact({
      type: 'map' as const,
      values: read(node.additionalProperties, `${path}{}`, deprecated),
      ...limits,
    });
  if (node.properties === undefined) throw new Error(`${path}: an object of which nothing is known`);
  for (const [name, field] of Object.entries(node.properties)) {
    const isOldSpelling = name.includes('_') && camelCase(name) in node.properties;
    if (isOldSpelling || field.description?.startsWith('Deprecated')) deprecated.add(`${path}.${name}`);
  }
  const nullable = Object.keys(node.properties).filter((name) => node.properties?.[name]?.nullable);
  const oneOfs = [...(node.oneOf ? [node.oneOf] : []), ...(node.allOf ?? []).map(({ oneOf }) => oneOf)];
  const atMostOne = oneOfs.map((oneOf) => alternatives(oneOf, path)).filter((fields) => fields.length > 1);
  return compact({
    type: 'object' as const,
    fields: Object.fromEntries(
      Object.entries(node.properties).map(([name, field]) => [name, read(field, `${path}.${name}`, deprecated)]),
    ),
    required: node.required,
    nullable: nullable.length > 0 ? nullable : undefined,
    atMostOne: atMostOne.length > 0 ? atMostOne : undefined,
  });
}

/** Istio writes "at most one" as: none of them, or exactly the first, or exactly the second … */
function alternatives(oneOf: readonly OneOf[], path: string): string[] {
  const fields = oneOf.flatMap(({ required }) => required ?? []);
  const none = oneOf.filter(({ not }) => not !== undefined);
  const expected = JSON.stringify({ anyOf: fields.map((field) => ({ required: [field] })) });
  if (none.length !== 1 || fields.length !== oneOf.length - 1 || JSON.stringify(none[0]?.not) !== expected)
    throw new Error(`${path}: cannot read this oneOf: ${JSON.stringify(oneOf)}`);
  return fields;
}

/** A schema without limits is just its name. */
function bare<T extends { readonly type: 'string' | 'integer' | 'number' }>(schema: T): T | T['type'] {
  return Object.keys(schema).length === 1 ? schema.type : schema;
}

type Compact<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function compact<T extends object>(schema: T): Compact<T> {
  // Fields without a value are gone, so no value is undefined; the optional fields of a schema may be missing.
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined)) as Compact<T>;
}

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
