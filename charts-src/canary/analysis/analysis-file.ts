import type { Duration } from '../../model/duration.ts';
import type { Reporter } from './analysis.ts';

/**
 * The part `analysis` of a plan as people write it. What is left out has a default: failed requests and latencies of
 * both versions are compared, and one run in a hundred at most is called bad by chance.
 * @example
 * const analysis = { metrics: [{ errors: {} }, { latency: { quantile: 0.99, maximum: '500ms' } }] } satisfies AnalysisFile;
 */
export interface AnalysisFile {
  /** How often metrics are read: no faster than Prometheus scrapes. @default '15s' */
  readonly interval?: Duration;
  /** Nothing counts for so long after the first look: caches are cold. @default '0s' */
  readonly initialDelay?: Duration;
  /** Chance that a canary which is no worse is ever called worse, in the whole run. @default 0.01 */
  readonly falseAlarm?: number;
  /** Chance that a canary which is worse than tolerated is ever called good by comparison. @default 0.05 */
  readonly falsePass?: number;
  /** Enough requests and time in a step without a sign of harm. `false`: only a comparison lets a step pass.
   * @default - 300 requests in 30s */
  readonly cleanHold?: false | { readonly requests: number; readonly for: Duration };
  /** Failed requests that one cause may bring in one scrape, where nothing was learned yet. @default 16 */
  readonly burst?: number;
  /** Hard limit to what the canary may cost. @default - none */
  readonly errorBudget?: { readonly objective: number; readonly requests: number; readonly share: number };
  /** The stable version itself fails. @default - 5 % and 10 failed requests in one look */
  readonly bothBad?: false | { readonly errorRate: number; readonly errors: number };
  /** Requests that reached no pod. @default - both-bad above 5 % and 10 requests in one look */
  readonly unattributed?:
    false | { readonly share: number; readonly requests: number; readonly then?: 'bad' | 'both-bad' };
  /** Looks without an answer after which a metric has said nothing. @default 4 */
  readonly errorLimit?: number;
  /** Undecided looks in a row that are reported as stuck. @default - any number */
  readonly inconclusiveLimit?: number;
  /** How the metrics tell the versions apart: label `destination_version`, or `destination_canonical_revision`.
   * @default - `destination_version`, whose values are the names of the subsets */
  readonly versions?: { readonly label?: string; readonly stable?: string; readonly canary?: string };
  /** @default - errors and latency, both compared */
  readonly metrics?: readonly MetricFile[];
}

/** One thing to look at: exactly one of `errors`, `latency`, `query`, `web` and `command`. */
export interface MetricFile {
  /** @default - `success-rate`, `latency`, `query`, `web` or `command` */
  readonly name?: string;
  /** Reported without a say. @default false */
  readonly dryRun?: boolean;
  readonly errors?: ErrorMetricFile;
  readonly latency?: LatencyMetricFile;
  readonly query?: QueryMetricFile;
  readonly web?: WebMetricFile;
  readonly command?: CommandMetricFile;
}

/** Compared with the stable version, or with `minimum` held to a fixed limit. */
export interface ErrorMetricFile {
  /** @default 'destination' */
  readonly reporter?: Reporter;
  /** RE2 of failed `response_code`s. @default '5..' */
  readonly codes?: string;
  /** RE2 of failed `grpc_response_status`es. @default - those of a server's fault: 2, 4, 8, 12 to 15 */
  readonly grpcStatuses?: string | false;
  /** How many times as often the canary may fail: 1.25, 1.5, 2, 3, 5 or 10. @default 2 */
  readonly toleratedRatio?: number;
  /** Fixed limit: share of the canary's requests that must succeed. */
  readonly minimum?: number;
  /** @default '60s' */
  readonly window?: Duration;
  /** @default 4 */
  readonly failureLimit?: number;
}

/** Compared with the stable version, or with `quantile` and `maximum` held to a fixed limit. */
export interface LatencyMetricFile {
  /** @default 'destination' */
  readonly reporter?: Reporter;
  /** At any latency, so much larger may the canary's share of slower requests be. @default 0.01 */
  readonly toleratedShift?: number;
  readonly quantile?: number;
  readonly maximum?: Duration;
}

interface CheckFile {
  /** Such as `result[0] >= 0.95`. */
  readonly success?: string;
  readonly failure?: string;
  /** Failed looks that may be. @default 0 */
  readonly failureLimit?: number;
  /** Passed looks in a row that are enough. @default 1 */
  readonly successes?: number;
}

export interface QueryMetricFile extends CheckFile {
  readonly query: string;
  readonly range?: { readonly for: Duration; readonly step: Duration };
}

export interface WebMetricFile extends CheckFile {
  readonly url: string;
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default '10s' */
  readonly timeout?: Duration;
  /** Where in the answer's JSON the value is: `data.ratio`. */
  readonly jsonPath?: string;
}

export interface CommandMetricFile extends Pick<CheckFile, 'failureLimit' | 'successes'> {
  readonly command: readonly string[];
  /** @default '10s' */
  readonly timeout?: Duration;
}
