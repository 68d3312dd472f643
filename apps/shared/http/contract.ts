import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Json = unknown;

/** A JSON Schema, with nothing referred to elsewhere. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>> }
    >
  >;
}

/** What a service promises: its OpenAPI document, with every reference followed. */
export interface Contract {
  readonly servers: readonly { readonly url: string }[];
  readonly security?: Operation['security'];
  readonly paths: Readonly<
    Record<string, { readonly parameters?: readonly Parameter[] } & { readonly [method in Method]?: Operation }>
  >;
}

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
type Method = (typeof METHODS)[number];

/** The contract of `apps/<service>`. It is read where it is, so an image needs `<service>/contract/openapi.yaml` beside it. */
export function readContract(service: string): Contract {
  const document: Json = parse(
    readFileSync(new URL(`../../${service}/contract/openapi.yaml`, import.meta.url), 'utf8'),
  );
  return follow(document, document) as Contract; // the documents are judged by tests of their own
}

/** Replaces each `$ref` into the same document by what it means. The documents have no cycles. */
function follow(value: Json, document: Json): Json {
  if (Array.isArray(value)) return value.map((item) => follow(item, document));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && typeof value.$ref === 'string') return follow(target(value.$ref, document), document);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, follow(inner, document)]));
}

function target(reference: string, document: Json): Json {
  let found = document;
  for (const name of reference.replace(/^#\//, '').split('/')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      throw new Error(`The contract refers to ${reference}, which it does not have.`);
    found = (found as Record<string, Json>)[name]; // hasOwn has just said so
  }
  return found;
}
