import type { EnvoyFilterSpec } from '../imports/istio.ts';
import { durationMs, type Duration } from '../model/duration.ts';

/** How many requests a pod answers before it says 429. Each pod counts for itself. */
export interface LocalRateLimit {
  /** Requests in one interval, at least 1. */
  readonly requests: number;
  /** How long an interval is, at least 50ms: Envoy refuses a shorter one. @default '1s' */
  readonly per?: Duration;
  /** Requests that may come at once before the rate is enforced, at least `requests`.
   * @default - as many as `requests` */
  readonly burst?: number;
}

/**
 * A token bucket in front of a workload's application. Istio has no API of its own for it, so this is Envoy's.
 * Source: Envoy extensions.filters.http.local_ratelimit.v3.LocalRateLimit
 */
export function localRateLimitSpec(
  podLabels: Readonly<Record<string, string>>,
  limit: LocalRateLimit,
): EnvoyFilterSpec {
  const per = limit.per ?? '1s';
  const all = { numerator: 100, denominator: 'HUNDRED' };
  return {
    workloadSelector: { labels: { ...podLabels } },
    configPatches: [
      {
        applyTo: 'HTTP_FILTER',
        match: {
          context: 'SIDECAR_INBOUND',
          listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
        },
        patch: {
          operation: 'INSERT_BEFORE',
          value: {
            name: 'envoy.filters.http.local_ratelimit',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
              stat_prefix: 'local_rate_limiter',
              token_bucket: {
                max_tokens: limit.burst ?? limit.requests,
                tokens_per_fill: limit.requests,
                fill_interval: per,
              },
              filter_enabled: { runtime_key: 'local_rate_limit_enabled', default_value: all },
              filter_enforced: { runtime_key: 'local_rate_limit_enforced', default_value: all },
              response_headers_to_add: [
                {
                  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
                  // The bucket is filled once an interval.
                  header: { key: 'retry-after', value: String(Math.ceil((durationMs(per) ?? 0) / 1000)) },
                },
              ],
            },
          },
        },
      },
    ],
  };
}
