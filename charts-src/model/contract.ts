/** HTTP methods that a contract may name, spelled as in the request line. */
export type HttpMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';

/**
 * Methods whose request may be sent twice with the effect of one.
 * Source: RFC 9110 section 9.2.2.
 */
export type IdempotentMethod = Exclude<HttpMethod, 'POST' | 'PATCH'>;

/** One operation of a contract: what a caller may be allowed to do. */
export interface Operation {
  readonly method: HttpMethod;
  /** Path template below the contract's `basePath`, with `{name}` for a segment that varies. */
  readonly path: `/${string}`;
  /** Who may call it from outside: `user` needs a valid token, `none` does not.
   * @default 'none' */
  readonly security?: 'user' | 'none';
  /** Whether it takes an `Idempotency-Key`: a POST or PATCH that is sent twice with one key has the effect of one.
   * @default - no: nothing makes a second try of it safe */
  readonly idempotencyKey?: true;
  /** Whether doing it twice has the effect of once, where the method does not say so. In gRPC every call is a POST.
   * @default - what RFC 9110 says of the method */
  readonly idempotent?: true;
}

/** A REST contract, usually generated from the `openapi.yaml` of the service that answers it. */
export interface HttpContract {
  readonly protocol: 'http';
  /** Name of the service that answers it, as in its Service. */
  readonly name: string;
  /** Prefix of every path: the server URL of the OpenAPI document. Empty for none. */
  readonly basePath: '' | `/${string}`;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** A gRPC contract: one protobuf service. Every call is a POST to `/<service>/<Method>`. */
export interface GrpcContract {
  readonly protocol: 'grpc';
  readonly name: string;
  readonly basePath: '' | `/${string}`;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** Bytes on a port: nothing in them can be told apart, so an edge allows all or nothing. */
export interface TcpContract {
  readonly protocol: 'tcp';
  readonly name: string;
  readonly basePath: '';
  readonly operations: Readonly<Record<never, Operation>>;
}

/** What a service answers to: the operations by which edges, policies and routes are typed. */
export type Contract = HttpContract | GrpcContract | TcpContract;

/** Stands in for a contract that was not given: nothing is known of it, and nothing is wrong with calling it. */
export const UNKNOWN_CONTRACT: HttpContract = { protocol: 'http', name: 'unknown', basePath: '', operations: {} };

/** The names of a contract's operations. */
export type OperationId<C extends Contract> = Extract<keyof C['operations'], string>;

/** Those of the operations `O` that a retry could execute twice. */
export type UnsafeToRepeat<C extends Contract, O extends OperationId<C>> = {
  [K in O]: C['operations'][K] extends { readonly method: IdempotentMethod } | { readonly idempotent: true }
    ? never
    : K;
}[O];

/** Those of the operations `O` that a retry could execute twice whatever the caller says: they take no `Idempotency-Key`. */
export type UnsafeEvenByKey<C extends Contract, O extends OperationId<C>> = {
  [K in UnsafeToRepeat<C, O>]: C['operations'][K] extends { readonly idempotencyKey: true } ? never : K;
}[UnsafeToRepeat<C, O>];

/** Whether a second try of an operation does no harm. */
export const isIdempotent = ({ method, idempotent }: Pick<Operation, 'method' | 'idempotent'>): boolean =>
  idempotent === true || (method !== 'POST' && method !== 'PATCH');

/** Whether calling a method of a gRPC service twice has the effect of once. */
export type GrpcMethods = Readonly<Record<string, 'idempotent' | 'once'>>;

/**
 * The contract of a gRPC service: which methods it has, and which of them may be tried again.
 * @param service full name in the protobuf file, such as `shop.inventory.v1.Inventory`
 * @example const inventory = grpcContract('inventory', 'shop.inventory.v1.Inventory', { GetStock: 'idempotent', Reserve: 'once' });
 */
export function grpcContract<const M extends GrpcMethods, const S extends string>(
  name: string,
  service: S,
  methods: M,
) {
  const operations = Object.fromEntries(
    Object.entries(methods).map(([method, repeat]): [string, Operation] => [
      method,
      { method: 'POST', path: `/${service}/${method}`, ...(repeat === 'idempotent' && { idempotent: true }) },
    ]),
  );
  return {
    protocol: 'grpc',
    name,
    basePath: '',
    // Made from the same methods, one by one.
    operations: operations as {
      readonly [K in keyof M & string]: {
        readonly method: 'POST';
        readonly path: `/${S}/${K}`;
      } & (M[K] extends 'idempotent' ? { readonly idempotent: true } : unknown);
    },
  } as const satisfies GrpcContract;
}

/** The contract of a service that takes bytes: whoever may connect may do everything.
 * @example const cache = new MeshService(shop, 'cache', { contract: tcpContract('cache'), versions, port: { number: 6379, targetPort: 6379 } }); */
export const tcpContract = (name: string): TcpContract => ({ protocol: 'tcp', name, basePath: '', operations: {} });
