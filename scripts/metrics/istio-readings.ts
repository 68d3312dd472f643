import { re2Matches } from '../../charts-src/model/re2.ts';
import type { ErrorMetric, Reporter, Versions } from '../../charts-src/canary/analysis/analysis.ts';
import { counterIncrements, type CounterSeries } from '../../charts-src/canary/analysis/counter-increments.ts';
import type {
  ArmName,
  LatencyIncrement,
  RequestIncrement,
  Scraped,
  UnattributedIncrement,
} from '../../charts-src/canary/analysis/sample.ts';
import type { Target } from '../../charts-src/canary/plan.ts';
import type { Labels, Selection } from './series-source.ts';

/** Requests to both arms, by every reporter. */
export const requestsOf = (target: Target): Selection => ({
  metric: 'istio_requests_total',
  labels: { destination_service: hostsOf(target) },
});

/** How long requests to both arms took. */
export const durationsOf = (target: Target, reporter: Reporter): Selection => ({
  metric: 'istio_request_duration_milliseconds_bucket',
  labels: { destination_service: hostsOf(target), reporter: [reporter] },
});

const hostsOf = ({ stable, canary }: Target): readonly string[] => [...new Set([stable.host, canary.host])];

/** Which arm a series is about; undefined: another version, or none. */
export type ArmOf = (labels: Labels) => ArmName | undefined;

/** Tells arms apart by version, or by host where they are hosts of their own. */
export function armOf({ stable, canary }: Target, versions: Versions): ArmOf {
  if (stable.host !== canary.host)
    return ({ destination_service: host }) =>
      host === stable.host ? 'stable' : host === canary.host ? 'canary' : undefined;
  const values = { stable: versions.stable ?? stable.subset, canary: versions.canary ?? canary.subset };
  return (labels) => {
    const version = labels[versions.label];
    return version === values.canary ? 'canary' : version === values.stable ? 'stable' : undefined;
  };
}

/**
 * A request that reached no pod: the proxy of the caller found none to send it to. Its version label is no help, as
 * Istio writes `unknown`, or `latest` as canonical revision.
 */
const isUnattributed = (labels: Labels): boolean =>
  labels['reporter'] === 'source' && labels['destination_workload'] === 'unknown' && labels['response_flags'] !== '-';

/** What the counters of requests say to one metric. */
export function errorsOf(
  series: readonly CounterSeries<Labels>[],
  sinceMs: number,
  metric: ErrorMetric,
  arm: ArmOf,
): { readonly increments: readonly RequestIncrement[]; readonly unattributed: readonly UnattributedIncrement[] } {
  const isError = failureTest(metric);
  const increments = new Map<string, RequestIncrement>();
  const unattributed: UnattributedIncrement[] = [];
  for (const { labels, proxy, fromMs, toMs, by } of counterIncrements(series, sinceMs)) {
    const flags = labels['response_flags'] ?? '-';
    if (isUnattributed(labels)) {
      if (by > 0) unattributed.push({ proxy, fromMs, toMs, flags, requests: by });
      continue;
    }
    const own = labels['reporter'] === metric.reporter ? arm(labels) : undefined;
    if (own === undefined) continue;
    const scraped: Scraped = { arm: own, proxy, fromMs, toMs };
    const known = increments.get(keyOf(scraped)) ?? { ...scraped, requests: 0, errors: 0, errorFlags: {} };
    const errors = isError(labels) ? by : 0;
    increments.set(keyOf(scraped), {
      ...known,
      requests: known.requests + by,
      errors: known.errors + errors,
      errorFlags:
        errors > 0 ? { ...known.errorFlags, [flags]: (known.errorFlags[flags] ?? 0) + errors } : known.errorFlags,
    });
  }
  return { increments: [...increments.values()], unattributed };
}

function failureTest({ codes, grpcStatuses }: ErrorMetric): (labels: Labels) => boolean {
  return ({ response_code: code = '', grpc_response_status: status = '' }) =>
    re2Matches(codes, code) === true ||
    (grpcStatuses !== null && status !== '' && re2Matches(grpcStatuses, status) === true);
}

const keyOf = ({ arm, proxy, fromMs, toMs }: Scraped): string => `${arm} ${fromMs} ${toMs} ${proxy}`;

/** What the buckets of durations say. */
export function latenciesOf(
  series: readonly CounterSeries<Labels>[],
  sinceMs: number,
  arm: ArmOf,
): readonly LatencyIncrement[] {
  const scrapes = new Map<string, { readonly scraped: Scraped; readonly cumulated: Map<number, number> }>();
  for (const { labels, proxy, fromMs, toMs, by } of counterIncrements(series, sinceMs)) {
    const own = arm(labels);
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    if (own === undefined || Number.isNaN(bound)) continue;
    const scraped: Scraped = { arm: own, proxy, fromMs, toMs };
    const known = scrapes.get(keyOf(scraped)) ?? { scraped, cumulated: new Map<number, number>() };
    known.cumulated.set(bound, (known.cumulated.get(bound) ?? 0) + by);
    scrapes.set(keyOf(scraped), known);
  }
  return [...scrapes.values()].map(({ scraped, cumulated }) => {
    const bounds = [...cumulated].sort(([one], [other]) => one - other);
    return {
      ...scraped,
      boundsMs: bounds.map(([bound]) => (bound === Infinity ? null : bound)),
      counts: bounds.map(([, count], index) => Math.max(0, count - (bounds[index - 1]?.[1] ?? 0))),
    };
  });
}
