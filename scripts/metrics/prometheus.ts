import type { CounterSample, CounterSeries } from '../../charts-src/canary/analysis/counter-increments.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import type { Credentials } from './credentials.ts';
import { exchangeOf, failureOfStatus, httpCall, told, words, type HttpCall, type Told } from './http-call.ts';
import { proxyOf, type Labels, type Selection, type SeriesSource } from './series-source.ts';

export interface PrometheusOptions {
  /** Where it answers, with the path before `/api/v1` if there is one. */
  readonly url: URL;
  readonly credentials?: Credentials;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

const TRUST: HttpCall['trust'] = {
  credentials: 'Give it a token or a password: PROMETHEUS_TOKEN_FILE, or PROMETHEUS_USER and PROMETHEUS_PASSWORD_FILE.',
  ca: 'Name the certificate that signs it (PROMETHEUS_CA_FILE), or mind http and https.',
};

/** Prometheus, or what speaks its API (Thanos, Mimir, VictoriaMetrics). */
export function prometheus({ url, credentials, timeoutMs = DEFAULT_TIMEOUT_MS }: PrometheusOptions): SeriesSource {
  const ask = async (
    path: 'query' | 'query_range',
    parameters: Readonly<Record<string, string>>,
    signal: Cancellation,
  ): Promise<Result<Asked>> => {
    const trusted = credentials?.read();
    if (trusted !== undefined && !trusted.ok) return trusted;
    const at = new URL(`${url.href.replace(/\/+$/, '')}/api/v1/${path}`);
    // In the body, as selections may be longer than an address may.
    const call: HttpCall = {
      what: 'ask Prometheus',
      url: at,
      method: 'POST',
      question: parameters['query'] ?? '',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...trusted?.value.headers },
      body: new URLSearchParams(parameters).toString(),
      timeoutMs,
      ca: trusted?.value.ca,
      trust: TRUST,
    };
    const say = (answered: string, fix: string): Told => told(call.what, exchangeOf(call, answered, fix));
    const unintelligible: Asked['unintelligible'] = (...words) => ({
      ok: false,
      failure: { type: 'unintelligible', retryable: true, ...say(...words) },
    });
    const answer = await httpCall(call, signal);
    if (!answer.ok) return asRead(answer.failure);
    const read = readAnswer(answer.value.text);
    if (read !== undefined && read.status === 'error')
      return { ok: false, failure: refused(read, answer.value.status, say) };
    if (answer.value.status !== 200) return { ok: false, failure: failureOfStatus(call, answer.value) };
    if (read === undefined)
      return unintelligible(
        `${at.host} answered, but not as Prometheus does${words(answer.value.text)}`,
        'Is this the right address (the one before /api/v1)?',
      );
    if (read.warnings.length > 0)
      return unintelligible(
        `the answer is not whole: ${read.warnings.join('; ')}`,
        'Half an answer is none: bring back what it warns of.',
      );
    return { ok: true, value: { answer: read, unintelligible } };
  };
  return {
    async now(signal) {
      const asked = await ask('query', { query: 'time()' }, signal);
      if (!asked.ok) return asked;
      const { answer, unintelligible } = asked.value;
      const [seconds] = answer.type === 'scalar' ? answer.values : [];
      return seconds !== undefined && Number.isFinite(seconds)
        ? { ok: true, value: Math.round(seconds * 1_000) }
        : unintelligible(
            `time() gave ${answer.type === 'scalar' ? String(seconds) : `a ${answer.type}`}, not a time`,
            'Is this Prometheus, or what speaks its API?',
          );
    },
    async counters(selection, { fromMs, untilMs }, signal) {
      const window = Math.max(1, untilMs - fromMs);
      const query = `${selector(selection)}[${window}ms]`;
      const asked = await ask('query', { query, time: String(untilMs / 1_000) }, signal);
      if (!asked.ok) return asked;
      const { answer, unintelligible } = asked.value;
      return answer.type === 'matrix'
        ? { ok: true, value: withoutTwins(answer.series, fromMs) }
        : unintelligible(
            `${query} gave ${answer.type}, not samples over time`,
            'Is this Prometheus, or what speaks its API?',
          );
    },
    async values({ promql, range }, atMs, signal) {
      const asked =
        range === null
          ? await ask('query', { query: promql, time: String(atMs / 1_000) }, signal)
          : await ask(
              'query_range',
              {
                query: promql,
                start: String((atMs - range.ms) / 1_000),
                end: String(atMs / 1_000),
                step: String(range.stepMs / 1_000),
              },
              signal,
            );
      if (!asked.ok) return asked;
      const { answer, unintelligible } = asked.value;
      if (answer.type !== 'matrix') return { ok: true, value: answer.values };
      return range === null
        ? unintelligible(
            `${promql} gives samples over time, and an instant query needs one value`,
            'Let the query take rate() or last_over_time() of them.',
          )
        : { ok: true, value: answer.series.flatMap(({ samples }) => samples.map((sample) => sample.value)) };
    },
  };
}

/** `istio_requests_total{destination_service=~"a|b",reporter="source"}` */
function selector({ metric, labels }: Selection): string {
  const matchers = Object.entries(labels).map(([label, values]) =>
    values.length === 1
      ? `${label}=${JSON.stringify(values[0])}`
      : `${label}=~${JSON.stringify(values.map((value) => value.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|'))}`,
  );
  return `${metric}{${matchers.join(',')}}`;
}

/** An answer, and how to say that it is none of those that were asked for. */
interface Asked {
  readonly answer: Answer;
  readonly unintelligible: (answered: string, fix: string) => Result<never>;
}

type Answer = { readonly status: 'success'; readonly warnings: readonly string[] } & (
  | { readonly type: 'scalar' | 'vector'; readonly values: readonly number[] }
  | { readonly type: 'matrix'; readonly series: readonly Series[] }
);

interface Series {
  readonly labels: Labels;
  readonly samples: readonly CounterSample[];
}

interface Refusal {
  readonly status: 'error';
  readonly errorType: string;
  readonly error: string;
}

/** What an answer says; undefined: it is none of Prometheus. */
function readAnswer(text: string): Answer | Refusal | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  if (body['status'] === 'error')
    return { status: 'error', errorType: String(body['errorType']), error: String(body['error']) };
  const { data } = body;
  if (body['status'] !== 'success' || !isObject(data)) return undefined;
  const warnings = Array.isArray(body['warnings']) ? body['warnings'].map(String) : [];
  const { result } = data;
  if (!Array.isArray(result)) return undefined;
  switch (data['resultType']) {
    case 'scalar': {
      const sample = readSample(result);
      return sample && { status: 'success', warnings, type: 'scalar', values: [sample.value] };
    }
    case 'vector': {
      const values = result.map((one: unknown) => (isObject(one) ? readSample(one['value'])?.value : undefined));
      return isWhole(values) ? { status: 'success', warnings, type: 'vector', values } : undefined;
    }
    case 'matrix': {
      const series = result.map(readSeries);
      return isWhole(series) ? { status: 'success', warnings, type: 'matrix', series } : undefined;
    }
    default:
      return undefined;
  }
}

const isWhole = <T>(list: readonly (T | undefined)[]): list is readonly T[] => !list.includes(undefined);

function readSeries(series: unknown): Series | undefined {
  if (!isObject(series) || !isObject(series['metric']) || !Array.isArray(series['values'])) return undefined;
  const samples = series['values'].map(readSample);
  if (!isWhole(samples)) return undefined;
  const labels = Object.fromEntries(Object.entries(series['metric']).map(([label, value]) => [label, String(value)]));
  return { labels, samples };
}

/** `[1700000000.123, "42"]` */
function readSample(sample: unknown): CounterSample | undefined {
  if (!Array.isArray(sample) || sample.length !== 2) return undefined;
  const [seconds, text] = sample as readonly unknown[];
  if (typeof seconds !== 'number' || typeof text !== 'string') return undefined;
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text === '' ? 'none' : text);
  return Number.isNaN(value) && text !== 'NaN' ? undefined : { atMs: Math.round(seconds * 1_000), value };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Labels that say who scraped, and not what: those of jobs, and of several Prometheis whose series Thanos or a federation
 * shows side by side, by the names that the Prometheus operator and Thanos have for them.
 */
const SCRAPERS: ReadonlySet<string> = new Set(['job', 'instance', 'prometheus', 'prometheus_replica', 'replica']);

/** A pod that is scraped twice would count twice: of series that differ in their scraper only, the longest stays. */
function withoutTwins(series: readonly Series[], fromMs: number): readonly CounterSeries<Labels>[] {
  const kept = new Map<string, CounterSeries<Labels>>();
  for (const { labels, samples } of series) {
    const own = Object.entries(labels).filter(([label]) => !SCRAPERS.has(label));
    const proxy = proxyOf(labels);
    const key = JSON.stringify([proxy, own.sort(([one], [other]) => (one < other ? -1 : 1))]);
    const later = samples.filter(({ atMs }) => atMs > fromMs);
    const twin = kept.get(key);
    if (twin === undefined || twin.samples.length < later.length) kept.set(key, { labels, proxy, samples: later });
  }
  return [...kept.values()];
}

/** A query changes nothing, though it goes by POST. */
const asRead = (failure: PortFailure): Result<never> => ({
  ok: false,
  failure: 'uncertain' in failure ? { ...failure, uncertain: false } : failure,
});

function refused(
  { errorType, error }: Refusal,
  status: number,
  say: (answered: string, fix: string) => Told,
): PortFailure {
  const answered = `${errorType}: ${error}`;
  switch (errorType) {
    case 'timeout':
    case 'canceled': {
      const words = say(answered, 'Ask for less, or give Prometheus more to answer with.');
      return { type: 'timed-out', retryable: true, uncertain: false, ...words };
    }
    case 'bad_data':
    case 'execution':
    case 'not_found':
      return { type: 'rejected', retryable: false, ...say(answered, 'Mend the query: try it in its own page first.') };
    default:
      return { type: 'failing', retryable: true, uncertain: false, status, ...say(answered, 'What does its log say?') };
  }
}
