import type { VirtualServiceSpec } from '../imports/istio.ts';
import type { Contract, Operation } from '../model/contract.ts';
import { durationMs, milliseconds, type Duration } from '../model/duration.ts';
import { operationsOf, type RequestEdge } from '../model/edge.ts';
import type { Callee, EdgeProtocol } from '../model/party.ts';
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
    ...edges
      .filter(({ timeout, retries }) => timeout !== undefined || retries !== undefined)
      .map((edge) => callerRule(edge, edges, { route, onPort, suffix })),
    {
      name: `default${suffix}`,
      ...(onPort.port !== undefined && { match: [onPort] }),
      route,
      timeout: DEFAULT_TIMEOUT,
      retries: retriesOf(undefined, DEFAULT_TIMEOUT, split.protocol),
    },
  ];
}

/** The rule of one edge. A caller with several edges is told apart by operation, one with a single edge by name only. */
function callerRule(
  edge: RequestEdge,
  edges: readonly RequestEdge[],
  { route, onPort, suffix }: { readonly route: Destination[]; readonly onPort: HttpMatch; readonly suffix: string },
): HttpRoute {
  const ofCaller = edges.filter(
    ({ caller }) => caller.name === edge.caller.name && caller.namespace === edge.caller.namespace,
  );
  const source: HttpMatch = {
    sourceLabels: { ...edge.caller.podLabels },
    sourceNamespace: edge.caller.namespace,
    ...onPort,
  };
  const timeout = edge.timeout ?? DEFAULT_TIMEOUT;
  return {
    name: `${edge.caller.name}${ofCaller.length === 1 ? '' : `-${ofCaller.indexOf(edge) + 1}`}${suffix}`,
    match:
      ofCaller.length === 1
        ? [source]
        : operationsOf(edge).map((operation) => ({ ...source, ...operationMatch(edge.contract, operation) })),
    route,
    timeout,
    retries: retriesOf(edge.retries, timeout, edge.contract.protocol),
  };
}

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
