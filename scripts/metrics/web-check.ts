import type { WebMetric } from '../../charts-src/canary/analysis/analysis.ts';
import { failedReading, type Reading } from '../../charts-src/canary/analysis/sample.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import { exchangeOf, failureOfStatus, httpCall, told, words, type HttpCall } from './http-call.ts';

const TRUST: HttpCall['trust'] = {
  credentials: 'Give the check the headers that it asks for.',
  ca: 'Mind http and https, or let this machine trust the certificate that signs it (NODE_EXTRA_CA_CERTS).',
};

/** Asks a web server. Without an expression any 2xx passes, unless it says `false`. */
export async function webCheck(metric: WebMetric, signal: Cancellation): Promise<Reading> {
  const { method, headers, timeoutMs, jsonPath, check } = metric;
  const url = new URL(metric.url);
  const call: HttpCall = {
    what: `ask ${url.origin}${url.pathname}`,
    url,
    method,
    headers,
    body: metric.body ?? undefined,
    timeoutMs,
    trust: TRUST,
  };
  const answer = await httpCall(call, signal);
  if (!answer.ok) return failedReading(answer.failure);
  if (answer.value.status < 200 || answer.value.status > 299) return failedReading(failureOfStatus(call, answer.value));
  const unintelligible = (answered: string, fix: string): Reading =>
    failedReading({ type: 'unintelligible', retryable: true, ...told(call.what, exchangeOf(call, answered, fix)) });
  const hasExpression = check.success !== null || check.failure !== null;
  const found = valueAt(answer.value.text, jsonPath);
  if ('problem' in found) {
    if (!hasExpression && jsonPath === null)
      return { type: 'answer', answer: 'passed', said: `${answer.value.status}${words(answer.value.text)}` };
    return unintelligible(`${found.problem}${words(answer.value.text)}`, found.fix);
  }
  if (!hasExpression) {
    const hasFailed = found.value === false || found.value === 0 || found.value === null;
    return { type: 'answer', answer: hasFailed ? 'failed' : 'passed', said: JSON.stringify(found.value).slice(0, 200) };
  }
  const values = numbersOf(found.value);
  return values === undefined
    ? unintelligible(
        `${JSON.stringify(found.value).slice(0, 200)} is no number`,
        'Name the place of the number (jsonPath), or leave `success` and `failure` out.',
      )
    : { type: 'values', values };
}

/** Why there is no value, and how to mend it. */
interface Lack {
  readonly problem: string;
  readonly fix: string;
}

/** What lies at `data.items[0].ratio` of a JSON text. */
function valueAt(text: string, path: string | null): { readonly value: unknown } | Lack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'the answer is not JSON', fix: 'Is this the right address?' };
  }
  for (const part of path
    ?.replaceAll(/\[(\d+)\]/g, '.$1')
    .replace(/^\.|^\$\.?/, '')
    .split('.') ?? []) {
    if (part === '') continue;
    const inner =
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[part] : undefined; // arrays have their indexes as names too
    if (inner === undefined)
      return {
        problem: `there is nothing at ${path ?? ''} in the answer`,
        fix: 'Name a place that is there (jsonPath).',
      };
    value = inner;
  }
  return { value };
}

function numbersOf(value: unknown): readonly number[] | undefined {
  if (Array.isArray(value)) {
    const numbers = value.map(numberOf);
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  }
  const number = numberOf(value);
  return number === undefined ? undefined : [number];
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) && value !== 'NaN' ? undefined : number;
}
