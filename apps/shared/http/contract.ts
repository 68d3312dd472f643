import { contractDocument } from './contract-document.ts';

type Json = unknown;

/** A JSON Schema, with nothing referred to elsewhere. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** A body in one media type. */
interface Content {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

interface Response {
  readonly content?: Readonly<Record<string, Content>>;
  readonly headers?: Readonly<Record<string, { readonly example?: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
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

/** The contract of `apps/<service>`. */
export function readContract(service: string): Contract {
  const document = contractDocument(service);
  return follow(document, document) as Contract; // the documents are judged by tests of their own
}

/** An operation of a contract, and where it is. */
export interface PlacedOperation {
  readonly method: Uppercase<Method>;
  /** As the contract writes it, below its base path: `/orders/{order_id}`. */
  readonly path: string;
  /** `/api` of `/api/orders/{order_id}`. */
  readonly basePath: string;
  readonly operation: Operation;
  /** Those of its path, too. */
  readonly parameters: readonly Parameter[];
  readonly needsToken: boolean;
}

/** Every operation of a contract. */
export const operationsOf = (contract: Contract): readonly PlacedOperation[] =>
  Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      return [
        {
          method: method.toUpperCase() as Uppercase<typeof method>,
          path,
          basePath: contract.servers[0]?.url ?? '',
          operation,
          parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])],
          needsToken: (operation.security ?? contract.security ?? []).length > 0,
        },
      ];
    }),
  );

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
