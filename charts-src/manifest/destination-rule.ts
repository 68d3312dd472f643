import type { DestinationRuleSpec } from '../imports/istio.ts';
import type { Callee, Party } from '../model/party.ts';
import type { ConnectionPool, LoadBalancer, OutlierDetection, TrafficPolicy } from '../model/traffic-policy.ts';

const MAX_CONNECTIONS = 100;
const MAX_PENDING_REQUESTS = 100;
const MAX_REQUESTS = 1000;
const MAX_RETRIES = 10;

type Policy = NonNullable<DestinationRuleSpec['trafficPolicy']>;

/** Which proxies may see a DestinationRule, and whose policy it is. */
export interface DestinationRuleScope {
  /** Namespaces beside the rule's own whose proxies call the host. */
  readonly exportTo: readonly string[];
  /** The one caller that the rule is for.
   * @default - all callers that have no rule of their own */
  readonly caller?: Party;
}

/** The rule by which proxies treat a callee: its versions as subsets, pool, breaker, mutual TLS. */
export function destinationRuleSpec(
  callee: Callee,
  policy: TrafficPolicy,
  scope: DestinationRuleScope,
): DestinationRuleSpec {
  const speaksRequests = (callee.servicePorts ?? callee.ports).some(({ protocol }) => protocol !== 'tcp');
  return {
    host: callee.host,
    exportTo: [...scope.exportTo],
    ...(scope.caller && { workloadSelector: { matchLabels: { ...scope.caller.podLabels } } }),
    trafficPolicy: {
      // Written out, so that a pod without a sidecar is refused rather than spoken to in plain text.
      tls: { mode: 'ISTIO_MUTUAL' },
      connectionPool: connectionPool(policy.connectionPool ?? {}, speaksRequests),
      ...(speaksRequests && {
        loadBalancer: loadBalancer(policy.loadBalancer ?? 'LEAST_REQUEST'),
        outlierDetection: outlierDetection(policy.outlierDetection ?? {}),
      }),
    },
    ...(callee.subsets.length > 0 && {
      subsets: callee.subsets.map((version) => ({ name: version, labels: { version } })),
    }),
  };
}

/** A pool with all limits set: Istio's own defaults are no limits at all. */
export function connectionPool(
  { tcp, http }: ConnectionPool,
  speaksRequests: boolean,
): NonNullable<Policy['connectionPool']> {
  return {
    tcp: { maxConnections: tcp?.maxConnections ?? MAX_CONNECTIONS, connectTimeout: tcp?.connectTimeout ?? '1s' },
    ...(speaksRequests && {
      http: {
        http1MaxPendingRequests: http?.http1MaxPendingRequests ?? MAX_PENDING_REQUESTS,
        http2MaxRequests: http?.http2MaxRequests ?? MAX_REQUESTS,
        maxRetries: http?.maxRetries ?? MAX_RETRIES,
        ...(http?.maxRequestsPerConnection && { maxRequestsPerConnection: http.maxRequestsPerConnection }),
        ...(http?.idleTimeout && { idleTimeout: http.idleTimeout }),
      },
    }),
  };
}

/** A breaker that can open: Istio's default of 10 % never leaves out one pod of fewer than ten. */
export function outlierDetection(wanted: OutlierDetection): NonNullable<Policy['outlierDetection']> {
  return {
    consecutive5xxErrors: wanted.consecutive5xxErrors ?? 5,
    interval: wanted.interval ?? '10s',
    baseEjectionTime: wanted.baseEjectionTime ?? '30s',
    maxEjectionPercent: wanted.maxEjectionPercent ?? 50,
  };
}

/** Load balancing over all zones: with outlier detection Istio would else keep requests in the caller's zone. */
export function loadBalancer(wanted: LoadBalancer): NonNullable<Policy['loadBalancer']> {
  const localityLbSetting = { enabled: false };
  if (typeof wanted === 'string') return { simple: wanted, localityLbSetting };
  return { consistentHash: { ...wanted.consistentHash }, localityLbSetting };
}
