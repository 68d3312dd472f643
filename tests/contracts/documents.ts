import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SERVICES } from '../../scripts/dev/shop-services.ts';

/** An object of a document whose shape the test is about to check. */
export type Json = { readonly [key: string]: Json } & { readonly length?: never };

export const ROOT = join(import.meta.dirname, '../..');

/** The documents of the sample services, by folder. */
export const documents: ReadonlyMap<string, Json> = new Map(
  Object.keys(SERVICES).map((folder) => [
    folder,
    // A YAML reader gives any value: what is not as claimed here fails the test that looks at it.
    parse(readFileSync(join(ROOT, `apps/${folder}/contract/openapi.yaml`), 'utf8')) as Json,
  ]),
);

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** JSON pointer to it. */
  readonly pointer: string;
  readonly operation: Json;
  /** What the path says for all its operations. */
  readonly shared: Json;
}

/** All operations of a document. */
export const operationsOf = (document: Json): DocumentedOperation[] =>
  Object.entries(document['paths'] ?? {}).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({
        id: String(operation['operationId']),
        method,
        path,
        pointer: `/paths/${escaped(path)}/${method}`,
        operation,
        shared: Object.fromEntries(Object.entries(item).filter(([key]) => !METHODS.includes(key))) as Json,
      })),
  );

/** A key as a JSON pointer holds it. */
export const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** What a pointer names. */
export const at = (document: Json, pointer: string): Json | undefined =>
  pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((value, key) => value?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);

/** A value with every `$ref` replaced by what it names, so that documents can be compared. */
export const dereferenced = (document: Json, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one: unknown) => dereferenced(document, one));
  if (typeof value !== 'object' || value === null) return value;
  const reference: unknown = Reflect.get(value, '$ref');
  if (typeof reference === 'string') return dereferenced(document, at(document, reference.slice(1)));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, dereferenced(document, one)]));
};

/** Every object in a value with the pointer to it. */
export function* objectsIn(
  value: unknown,
  pointer = '',
): Generator<{ readonly pointer: string; readonly value: Json }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { pointer, value: value as Json };
  for (const [key, one] of Object.entries(value)) yield* objectsIn(one, `${pointer}/${escaped(key)}`);
}
