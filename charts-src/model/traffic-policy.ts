import type { Duration } from './duration.ts';

/**
 * How many connections and requests one caller's proxy may have open towards a callee. The limits hold for each
 * proxy on its own, not for all together; what does not fit is answered 503 at once.
 * Source: Istio DestinationRule.spec.trafficPolicy.connectionPool
 */
export interface ConnectionPool {
  readonly tcp?: {
    /** Connections to the callee, at least 1. @default 100 */
    readonly maxConnections?: number;
    /** How long a connection may take to be made. @default '1s' */
    readonly connectTimeout?: Duration;
  };
  readonly http?: {
    /** Requests that wait for a connection, at least 1. @default 100 */
    readonly http1MaxPendingRequests?: number;
    /** Requests in flight, over HTTP/1 and HTTP/2, at least 1. @default 1000 */
    readonly http2MaxRequests?: number;
    /** Requests after which a connection is closed.
     * @default - no limit: each new connection costs an mTLS handshake */
    readonly maxRequestsPerConnection?: number;
    /** Retries in flight at once, so that retries cannot multiply an outage. @default 10 */
    readonly maxRetries?: number;
    /** How long a connection without a request is kept. @default - Envoy's, 1 hour */
    readonly idleTimeout?: Duration;
  };
}

/**
 * When a pod that fails is left out for a while.
 * Source: Istio DestinationRule.spec.trafficPolicy.outlierDetection
 */
export interface OutlierDetection {
  /** Answers of 5xx in a row after which a pod is left out, at least 1. @default 5 */
  readonly consecutive5xxErrors?: number;
  /** How often pods are judged. @default '10s' */
  readonly interval?: Duration;
  /** How long a pod is left out the first time. @default '30s' */
  readonly baseEjectionTime?: Duration;
  /** Per cent of the pods that may be left out at once: with fewer than 100 / this number of pods, none ever is.
   * @default 50 */
  readonly maxEjectionPercent?: number;
}

/**
 * How a proxy picks a pod.
 * Source: Istio DestinationRule.spec.trafficPolicy.loadBalancer
 */
export type LoadBalancer =
  | 'LEAST_REQUEST'
  | 'ROUND_ROBIN'
  | 'RANDOM'
  | { readonly consistentHash: { readonly httpHeaderName: string } | { readonly useSourceIp: true } };

/** What one caller asks of the connections to a callee; each block on its own has the defaults of its fields. */
export interface TrafficPolicy {
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: OutlierDetection;
  readonly loadBalancer?: LoadBalancer;
}

/** Conditions on which Envoy tries again; a status code stands for itself.
 * Source: Istio VirtualService.spec.http[].retries.retryOn */
export const RETRY_CONDITIONS = [
  'connect-failure',
  'refused-stream',
  'reset',
  'reset-before-request',
  'gateway-error',
  'retriable-4xx',
  '5xx',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
  '429',
  '500',
  '502',
  '503',
  '504',
] as const;

/** One of {@link RETRY_CONDITIONS}. */
export type RetryCondition = (typeof RETRY_CONDITIONS)[number];

/**
 * Further tries of a request that failed.
 * Source: Istio VirtualService.spec.http[].retries
 */
export interface Retries {
  /** Tries after the first one, from 0 (none) to 10. */
  readonly attempts: number;
  /** How long each try may take, the first one too. All of them must fit into the timeout of the edge.
   * @default - the timeout of the edge divided by the number of tries */
  readonly perTryTimeout?: Duration;
  /** @default - for HTTP connect-failure, refused-stream, reset and 503; for gRPC connect-failure,
   * refused-stream, unavailable and cancelled */
  readonly retryOn?: readonly RetryCondition[];
}
