import type { EffectivePolicy } from '../graph/destination-rules.ts';

/** What of a traffic policy is a limit, in Envoy's terms. Nothing where no block acts. */
export function circuitBreaker(policy: EffectivePolicy | undefined): Readonly<Record<string, string | number>> | null {
  const pool = policy?.connectionPool?.value;
  const outlier = policy?.outlierDetection?.value;
  if (pool === undefined && outlier === undefined) return null;
  const limits: Record<string, string | number | undefined> = {
    max_connections: positive(pool?.tcp?.maxConnections),
    connect_timeout: pool?.tcp?.connectTimeout,
    max_pending_requests: positive(pool?.http?.http1MaxPendingRequests),
    max_requests: positive(pool?.http?.http2MaxRequests),
    max_retries: positive(pool?.http?.maxRetries),
    max_requests_per_connection: positive(pool?.http?.maxRequestsPerConnection),
    idle_timeout: pool?.http?.idleTimeout ?? pool?.tcp?.idleTimeout,
    ...(outlier && {
      consecutive_5xx: outlier.consecutive5xxErrors ?? 5,
      consecutive_gateway_failure: positive(outlier.consecutiveGatewayErrors),
      interval: outlier.interval ?? '10s',
      base_ejection_time: outlier.baseEjectionTime ?? '30s',
      max_ejection_percent: outlier.maxEjectionPercent || 10,
      healthy_panic_threshold: outlier.minHealthPercent ?? 0,
    }),
  };
  return Object.fromEntries(
    Object.entries(limits).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

/** Istio takes 0 as "not said". */
const positive = (value: number | undefined): number | undefined => (value === 0 ? undefined : value);
