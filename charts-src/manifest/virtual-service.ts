import type { VirtualServiceSpec } from '../imports/istio.ts';
import type { Contract, Operation } from '../model/contract.ts';
import { durationMs, milliseconds, type Duration } from '../model/duration.ts';
import { passDeclaration } from '../model/declaration.ts';
import { operationsOf, type RequestEdge } from '../model/edge.ts';
import type { Callee, EdgeProtocol } from '../model/party.ts';
import { relation, segmentsOf, varies } from '../model/path-template.ts';
import type { Retries, RetryCondition } from '../model/traffic-policy.ts';
import { integerWeights, type Weights } from '../model/weights.ts';

/** One rule of a VirtualService. */
export type HttpRoute = NonNullable<VirtualServiceSpec['http']>[number];
type HttpMatch = NonNullable<HttpRoute['match']>[number];
type Destination = NonNullable<HttpRoute['route']>[number];
type Retry = NonNullable<HttpRoute['retries']>;

/** How long a request may take where its edge does not say. */
export const DEFAULT_TIMEOUT: Duration = '10s';

/** Failures after which the callee has done nothing yet: trying again is safe for every method. */
const SAFE_CONDITIONS = ['connect-failure', 'refused-stream'] as const satisfies readonly RetryCondition[];

/** Where the requests of a callee go: its versions with their shares. */
export interface Split {
  readonly callee: Callee;
  /** Number of the Service port. */
  readonly port: number;
  readonly protocol: EdgeProtocol;
  readonly weights: Weights;
}

/** What the callers of one service share: everything its VirtualService is made from. */
export interface ServiceRoutes {
  /** The service with all of its ports. */
  readonly callee: Callee;
  readonly weights: Weights;
  readonly exportTo: readonly string[];
  /** The calls of other workloads of the mesh, in the order they were declared; each is to one port. */
  readonly edges: readonly RequestEdge[];
}

/** Routes of a service inside the mesh: a rule for each caller that has wishes of its own, then one for the rest. */
export function virtualServiceSpec({ callee, weights, exportTo, edges }: ServiceRoutes): VirtualServiceSpec {
  const splits = callee.ports.map(({ name, number, protocol }) => ({ callee, weights, name, port: number, protocol }));
  const requests = splits.filter(({ protocol }) => protocol !== 'tcp');
  const bytes = splits.filter(({ protocol }) => protocol === 'tcp');
  return {
    hosts: [callee.host],
    exportTo: [...exportTo],
    ...(requests.length > 0 && {
      http: requests.flatMap((split) =>
        httpRules(
          split,
          edges.filter((edge) => edge.callee.ports.some(({ number }) => number === split.port)),
          requests.length > 1 ? { port: split.port } : {},
        ),
      ),
    }),
    ...(bytes.length > 0 && {
      tcp: bytes.map((split) => ({ match: [{ port: split.port }], route: destinations(split) })),
    }),
  };
}

/** The rules of one port; `onPort` tells it from the others where there are several. */
function httpRules(
  split: Split & { readonly name: string },
  edges: readonly RequestEdge[],
  onPort: Pick<HttpMatch, 'port'>,
): HttpRoute[] {
  const route = destinations(split);
  const suffix = onPort.port === undefined ? '' : `-${split.name}`;
  return [
    ...byCaller(edges).flatMap((ofCaller) => callerRules(ofCaller, { route, onPort, suffix })),
    {
      name: `default${suffix}`,
      ...(onPort.port !== undefined && { match: [onPort] }),
      route,
      timeout: DEFAULT_TIMEOUT,
      retries: retriesOf(undefined, DEFAULT_TIMEOUT, split.protocol),
    },
  ];
}

/** Edges by caller, in the order in which callers come first. */
function byCaller(edges: readonly RequestEdge[]): readonly (readonly RequestEdge[])[] {
  const groups = new Map<string, RequestEdge[]>();
  for (const edge of edges) {
    const key = `${edge.caller.namespace}/${edge.caller.name}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [edge]);
    else known.push(edge);
  }
  return [...groups.values()];
}

const hasWishes = ({ timeout, retries }: RequestEdge): boolean => timeout !== undefined || retries !== undefined;

/** The rules of one caller. Several edges are told apart by operation, a single one needs no telling apart. */
function callerRules(
  edges: readonly RequestEdge[],
  { route, onPort, suffix }: { readonly route: Destination[]; readonly onPort: HttpMatch; readonly suffix: string },
): HttpRoute[] {
  if (!edges.some(hasWishes)) return [];
  const { parts, isReordered } = closestPathFirst(edges);
  return (
    parts
      // Without wishes the default would do, if no template of another edge came first.
      .filter(({ edge }) => isReordered || hasWishes(edge))
      .map(({ edge, operations }) => {
        const { name, namespace, podLabels } = edge.caller;
        const source: HttpMatch = { sourceLabels: { ...podLabels }, sourceNamespace: namespace, ...onPort };
        const timeout = edge.timeout ?? DEFAULT_TIMEOUT;
        return passDeclaration(edge, {
          name: `${name}${edges.length === 1 ? '' : `-${edges.indexOf(edge) + 1}`}${suffix}`,
          match:
            edges.length === 1
              ? [source]
              : operations.map((operation) => ({ ...source, ...operationMatch(edge.contract, operation) })),
          route,
          timeout,
          retries: retriesOf(edge.retries, timeout, edge.contract.protocol),
        });
      })
  );
}

/** Some operations of an edge. */
export interface EdgePart {
  readonly edge: RequestEdge;
  readonly operations: readonly Operation[];
}

/**
 * The operations of several edges in an order in which the path that is closest to a request matches first, as OpenAPI
 * has it: `/items/featured` before `/items/{id}`. Envoy takes the first rule that matches. Edges stay whole, and as they
 * were given, where no template of one takes requests of another.
 */
export function closestPathFirst(edges: readonly RequestEdge[]): {
  readonly parts: readonly EdgePart[];
  readonly isReordered: boolean;
} {
  const parts = edges.map((edge) => ({ edge, operations: operationsOf(edge) }));
  if (edges.length < 2) return { parts, isReordered: false };
  const all = parts.flatMap(({ edge, operations }, index) =>
    operations.map((operation) => {
      const path = `${edge.contract.basePath}${operation.path}`;
      return { edge, index, operation, path, rank: rankOf(path) };
    }),
  );
  const templates = all.filter(({ rank }) => rank.includes('1'));
  const isReordered = templates.some((one) =>
    all.some(
      (other) =>
        other.index > one.index &&
        other.rank.length === one.rank.length &&
        other.rank < one.rank &&
        other.operation.method === one.operation.method &&
        relation(one.path, other.path) !== 'apart',
    ),
  );
  if (!isReordered) return { parts, isReordered };
  const sorted: { edge: RequestEdge; operations: Operation[] }[] = [];
  for (const { edge, operation } of all.sort((one, other) =>
    one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0,
  )) {
    const last = sorted.at(-1);
    if (last?.edge === edge) last.operations.push(operation);
    else sorted.push({ edge, operations: [operation] });
  }
  return { parts: sorted, isReordered };
}

/** A digit for each segment, 1 where it varies: of two paths that fit a request the lower one is closer to it. */
const rankOf = (path: string): string =>
  segmentsOf(path)
    .map((segment) => (varies(segment) ? '1' : '0'))
    .join('');

/** The versions of a callee with their weights, as one route's destinations. */
export function destinations({ callee, port, weights }: Split): Destination[] {
  const destination = { host: callee.host, port: { number: port } };
  if (callee.subsets.length === 0) return [{ destination }];
  const shares = [...integerWeights(weights)];
  return shares.map(([subset, weight]) => ({
    destination: { ...destination, subset },
    // Of one destination Istio ignores the weight: written, it would only look as if it mattered.
    ...(shares.length > 1 && { weight }),
  }));
}

/**
 * Retries with every condition and a time for each try written out: Istio's default conditions leave out an answer
 * of 503, and without a time of its own a slow first try leaves none for another.
 */
export function retriesOf(wanted: Retries | undefined, timeout: Duration, protocol: EdgeProtocol): Retry {
  if (wanted === undefined) return { attempts: 2, retryOn: SAFE_CONDITIONS.join(',') };
  if (wanted.attempts === 0) return { attempts: 0 };
  const conditions: readonly RetryCondition[] =
    wanted.retryOn ??
    (protocol === 'grpc' ? [...SAFE_CONDITIONS, 'unavailable', 'cancelled'] : [...SAFE_CONDITIONS, 'reset', '503']);
  return {
    attempts: wanted.attempts,
    perTryTimeout: wanted.perTryTimeout ?? fairShare(timeout, wanted.attempts + 1),
    retryOn: conditions.join(','),
  };
}

/** The time that each of so many tries may take so that all fit into the timeout. */
const fairShare = (timeout: Duration, tries: number): Duration =>
  milliseconds(Math.max(1, Math.floor((durationMs(timeout) ?? 0) / tries)));

/** Matches requests of one operation: by method, and by path with a segment for each template variable. */
export function operationMatch(contract: Contract, operation: Operation): Pick<HttpMatch, 'method' | 'uri'> {
  const path = `${contract.basePath}${operation.path}`;
  return {
    method: { exact: operation.method },
    uri: path.includes('{') ? { regex: pathPattern(path) } : { exact: path },
  };
}

/** A path template as RE2, which Envoy matches against the whole path. */
export const pathPattern = (template: string): string =>
  template
    .split('/')
    .map((segment) =>
      segment
        .split(/\{[^{}]*\}/)
        .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join('[^/]+'),
    )
    .join('/');
