/** What the plan asks of the metrics: defaults are filled in, durations are milliseconds, shares are fractions. */
export interface Analysis {
  /** How often the metrics are read: no faster than they are scraped. */
  readonly intervalMs: number;
  /** So long after the proxies hold the first weight, bad verdicts are not given: caches are cold, pools are empty. */
  readonly initialDelayMs: number;
  /**
   * Chance that a canary which is no worse is ever called worse, over the whole run, all looks and all metrics
   * together. It is divided among the metrics that are compared.
   */
  readonly falseAlarm: number;
  /** Chance that a canary which is worse than tolerated is ever called good by comparison. */
  readonly falsePass: number;
  /** Lets the canary pass without a comparison that could tell; null: only a comparison lets it pass. */
  readonly cleanHold: CleanHold | null;
  /**
   * How many errors one cause may bring in one scrape, where nothing was learned yet: bursts up to that size are one
   * piece of evidence, not many. Learned from the run itself as errors come in.
   */
  readonly burst: number;
  /** Hard limit to what the canary may cost; null: none. */
  readonly errorBudget: ErrorBudget | null;
  /** When both arms are bad. Null: never. */
  readonly bothBad: BothBad | null;
  /** What is done with requests that reached no pod, and so have no version. Null: they are only counted. */
  readonly unattributed: UnattributedLimit | null;
  /** So many looks without an answer of a metric in a row, and what it said before does not count any more. */
  readonly errorLimit: number;
  /** So many undecided looks in a row are reported as stuck; null: any number. */
  readonly inconclusiveLimit: number | null;
  /** How the metrics tell the versions apart. */
  readonly versions: Versions;
  readonly metrics: readonly [Metric, ...Metric[]];
}

/** A label of Istio's metrics, and its value for each version; null: the name of the version's subset. */
export interface Versions {
  readonly label: string;
  readonly stable: string | null;
  readonly canary: string | null;
}

/** Enough requests and time in a step without a sign of harm count as evidence, at the user's word. */
export interface CleanHold {
  /** Requests that the canary must have answered in this step. */
  readonly requests: number;
  readonly ms: number;
}

/** Errors of the canary beyond the rate of the stable arm, against what the service may fail in a period. */
export interface ErrorBudget {
  /** Share of requests that must succeed: 0.999. */
  readonly objective: number;
  /** Requests of the service in the period (30 days at 50 a second: 129,600,000). */
  readonly requests: number;
  /** Share of the budget that a run may use up: 0.02. */
  readonly share: number;
}

/** The stable arm itself fails so much in one look that nothing can be said about the canary. */
export interface BothBad {
  /** Share of failed requests of the stable arm. */
  readonly errorRate: number;
  /** Fewer failed requests than this say nothing. */
  readonly errors: number;
}

/** Requests that reached no pod (UH, NC, UO at the source) as a share of all requests to the service in one look. */
export interface UnattributedLimit {
  readonly share: number;
  readonly requests: number;
  /** `bad`: the run is to blame, as before it there were none; `both-bad`: freeze. */
  readonly then: 'bad' | 'both-bad';
}

/** Which side of a request counts: what the caller's proxy saw after its retries, or what the pod's proxy answered. */
export type Reporter = 'source' | 'destination';

/** One thing that is looked at. Names are unique in a plan. */
export type Metric = MetricBase & (ErrorMetric | LatencyMetric | QueryMetric | WebMetric | CommandMetric);

interface MetricBase {
  readonly name: string;
  /** Looked at and reported, without a say in the verdict. */
  readonly dryRun: boolean;
}

/** Failed requests of both arms: Istio's `istio_requests_total`. */
export interface ErrorMetric {
  readonly type: 'errors';
  readonly reporter: Reporter;
  /** RE2 of `response_code`s that are failures. */
  readonly codes: string;
  /** RE2 of `grpc_response_status`es that are failures; null: they do not matter. */
  readonly grpcStatuses: string | null;
  readonly rule: ComparedRatio | Threshold;
}

/** How long requests of both arms took: `istio_request_duration_milliseconds_bucket`. */
export interface LatencyMetric {
  readonly type: 'latency';
  readonly reporter: Reporter;
  readonly rule: ComparedShift | QuantileTarget;
}

/** The canary may fail at most so many times as often as the stable arm. */
export interface ComparedRatio {
  readonly by: 'comparison';
  /** Passed when the ratio is surely below this: 2. */
  readonly toleratedRatio: number;
}

/** At any latency, the share of the canary's requests that are slower may be larger by so much: 0.01. */
export interface ComparedShift {
  readonly by: 'comparison';
  readonly toleratedShift: number;
}

/** A fixed limit on a window, as Flagger has it: judged at each look, failed looks add up. */
export interface Threshold {
  readonly by: 'threshold';
  /** Share of the canary's requests that must succeed: 0.99. */
  readonly minimum: number;
  readonly windowMs: number;
  /** So many failed looks may be; one more is bad. */
  readonly failureLimit: number;
}

/** A quantile of the canary's latency must stay at or below a limit: 0.99 of requests within 500 ms. */
export interface QuantileTarget {
  readonly by: 'quantile';
  readonly quantile: number;
  readonly maximumMs: number;
}

/** PromQL of one's own. Fails when `failure` holds, passes when `success` does, else says nothing. */
export interface QueryMetric {
  readonly type: 'query';
  readonly query: string;
  /** Seconds of history for a range query; null: an instant query. */
  readonly range: { readonly ms: number; readonly stepMs: number } | null;
  readonly check: Check;
}

/** A number, or an answer, of a web server. */
export interface WebMetric {
  readonly type: 'web';
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  /** Where in the JSON of the answer the value is: `data.success`; null: the answer itself. */
  readonly jsonPath: string | null;
  readonly check: Check;
}

/** A program whose exit code says: 0 passed, 1 failed, anything else: could not be told. */
export interface CommandMetric {
  readonly type: 'command';
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly check: Check;
}

/** What becomes of the answers of a check, look by look. */
export interface Check {
  /** Expression over `result`, such as `result[0] >= 0.95`; null: whatever is no failure is a success. */
  readonly success: string | null;
  /** The same; null: whatever is no success is a failure. */
  readonly failure: string | null;
  /** So many failed looks may be; one more is bad. */
  readonly failureLimit: number;
  /** So many passed looks in a row are positive evidence. */
  readonly successes: number;
}

/** What is asked of a web server or a program, apart from the counters: it may take its time. */
export type CheckMetric = Extract<Metric, { readonly type: 'web' | 'command' }>;

/** Tells checks from what Prometheus is asked for. */
export const isCheck = (metric: Metric): metric is CheckMetric => metric.type === 'web' || metric.type === 'command';
