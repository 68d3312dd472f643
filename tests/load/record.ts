/** What became of one request. */
export interface Seen {
  /** Name of the operation in the contract. */
  readonly operation: string;
  readonly ms: number;
  /** Absent when there was no answer. */
  readonly status?: number;
  /** Version of the service that answered. */
  readonly version?: string;
  /** What of the answer is not what the contract says, or why there was none. */
  readonly faults: readonly string[];
}

/** How a journey ended. */
export type Ended =
  | { readonly as: 'kept' }
  | { readonly as: 'cancelled' }
  /** The shop could not deliver or the payment was refused, and it said so as it should. */
  | { readonly as: 'refused' }
  | { readonly as: 'failed'; readonly why: string };

/** All that was seen of a load. */
export interface LoadRecord {
  readonly seen: Seen[];
  readonly ended: Ended[];
}

/** What the shop has to keep. */
export interface Limits {
  /** Share of journeys that may fail, 0 to 1. */
  readonly failedShare: number;
  /** 99 of 100 requests take no longer. */
  readonly p99Ms: number;
}

interface OperationSummary {
  readonly operation: string;
  readonly requests: number;
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A load in numbers, and whether it is good enough. */
export interface Report {
  readonly seconds: number;
  readonly journeys: { readonly [as in Ended['as']]: number } & { readonly perSecond: number };
  readonly requests: { readonly perSecond: number } & Omit<OperationSummary, 'operation'>;
  readonly operations: readonly OperationSummary[];
  /** Answers of each version of order-service. */
  readonly versions: Readonly<Record<string, number>>;
  /** What went wrong, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Limits that were missed, in words. */
  readonly missed: readonly string[];
}

/** The value that `share` of the sorted values do not exceed (nearest rank); 0 when there are none. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

const isError = ({ status, faults }: Seen): boolean => status === undefined || status >= 400 || faults.length > 0;

function summary(operation: string, seen: readonly Seen[]): OperationSummary {
  const sorted = seen.map(({ ms }) => ms).sort((one, other) => one - other);
  return {
    operation,
    requests: seen.length,
    errors: seen.filter(isError).length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1) ?? 0,
  };
}

const counted = (words: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** Counts what was seen and compares it with the limits. `requests` are those of the journeys, without registrations. */
export function report(
  { seen, ended }: LoadRecord,
  { seconds, requests }: { readonly seconds: number; readonly requests: number },
  limits: Limits,
): Report {
  const operations = [...new Set(seen.map(({ operation }) => operation))].sort().map((operation) =>
    summary(
      operation,
      seen.filter((one) => one.operation === operation),
    ),
  );
  const { operation: _, ...all } = summary('', seen);
  const journeys = { kept: 0, cancelled: 0, refused: 0, failed: 0, ...counted(ended.map(({ as }) => as)) };
  const failures = counted([
    ...seen.flatMap(({ operation, faults }) => faults.map((fault) => `${operation}: ${fault}`)),
    ...ended.flatMap((one) => (one.as === 'failed' ? [one.why] : [])),
  ]);
  const failedShare = ended.length === 0 ? 1 : journeys.failed / ended.length;
  const faults = seen.filter((one) => one.faults.length > 0).length;
  return {
    seconds,
    journeys: { ...journeys, perSecond: ended.length / seconds },
    requests: { ...all, perSecond: requests / seconds },
    operations,
    versions: counted(
      seen.flatMap(({ operation, version }) => (operation === 'createOrder' && version ? [version] : [])),
    ),
    failures,
    missed: [
      ...(journeys.kept + journeys.cancelled === 0 ? ['no order was paid'] : []),
      ...(failedShare > limits.failedShare
        ? [`${percent(failedShare)} of the journeys failed, ${percent(limits.failedShare)} may`]
        : []),
      ...(faults > 0 ? [`${faults} requests had no answer that the contract knows`] : []),
      ...(all.p99 > limits.p99Ms ? [`p99 is ${all.p99.toFixed(0)} ms, ${limits.p99Ms} ms are allowed`] : []),
    ],
  };
}

const percent = (share: number): string => `${+(share * 100).toFixed(2)} %`;

/** The report for people. */
export function reportText({ journeys, requests, operations, versions, failures, missed, seconds }: Report): string {
  const { perSecond, ...counts } = journeys;
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(18) : String(cell).padStart(9))).join('');
  const cells = (one: Omit<OperationSummary, 'operation'>): string[] => [
    String(one.requests),
    String(one.errors),
    ...[one.p50, one.p95, one.p99, one.max].map((ms) => ms.toFixed(1)),
  ];
  const orders = Object.values(versions).reduce((sum, count) => sum + count, 0);
  return [
    row(['operation', 'requests', 'errors', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms']),
    ...operations.map((one) => row([one.operation, ...cells(one)])),
    row(['all', ...cells(requests)]),
    '',
    `${seconds.toFixed(1)} s: ${perSecond.toFixed(1)} journeys and ${requests.perSecond.toFixed(1)} requests a second`,
    `journeys: ${Object.entries(counts)
      .map(([as, count]) => `${count} ${as}`)
      .join(', ')}`,
    ...(orders > 0
      ? [
          `order-service: ${Object.entries(versions)
            .sort()
            .map(([version, count]) => `${version} ${percent(count / orders)}`)
            .join(', ')}`,
        ]
      : []),
    ...Object.entries(failures).map(([why, count]) => `FAILED ${count} times: ${why}`),
    missed.length === 0 ? 'All limits are kept.' : missed.map((limit) => `MISSED: ${limit}`).join('\n'),
    '',
  ].join('\n');
}
