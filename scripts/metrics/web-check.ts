import type { WebMetric } from '../../charts-src/canary/analysis/analysis.ts';
import type { Reading } from '../../charts-src/canary/analysis/sample.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import { failureOfStatus, httpCall, words } from './http-call.ts';

/** Asks a web server. Without an expression any 2xx passes, unless it says `false`. */
export async function webCheck(metric: WebMetric, signal: Cancellation): Promise<Reading> {
  const { method, headers, timeoutMs, jsonPath, check } = metric;
  const url = new URL(metric.url);
  const what = `ask ${url.origin}${url.pathname}`;
  const answer = await httpCall({ what, url, method, headers, body: metric.body ?? undefined, timeoutMs }, signal);
  if (!answer.ok) return { type: 'failed', failure: answer.failure };
  if (answer.value.status < 200 || answer.value.status > 299)
    return { type: 'failed', failure: failureOfStatus(what, url, answer.value) };
  const hasExpression = check.success !== null || check.failure !== null;
  const found = valueAt(answer.value.text, jsonPath);
  if ('problem' in found) {
    if (!hasExpression && jsonPath === null)
      return { type: 'answer', answer: 'passed', said: `${answer.value.status}${words(answer.value.text)}` };
    const message = `${what}: ${found.problem}${words(answer.value.text)}`;
    return { type: 'failed', failure: { type: 'unintelligible', message } };
  }
  if (!hasExpression) {
    const hasFailed = found.value === false || found.value === 0 || found.value === null;
    return { type: 'answer', answer: hasFailed ? 'failed' : 'passed', said: JSON.stringify(found.value).slice(0, 200) };
  }
  const values = numbersOf(found.value);
  return values === undefined
    ? {
        type: 'failed',
        failure: {
          type: 'unintelligible',
          message: `${what}: ${JSON.stringify(found.value).slice(0, 200)} is no number`,
        },
      }
    : { type: 'values', values };
}

/** What lies at `data.items[0].ratio` of a JSON text. */
function valueAt(text: string, path: string | null): { readonly value: unknown } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'the answer is not JSON' };
  }
  for (const part of path
    ?.replaceAll(/\[(\d+)\]/g, '.$1')
    .replace(/^\.|^\$\.?/, '')
    .split('.') ?? []) {
    if (part === '') continue;
    const inner =
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[part] : undefined; // arrays have their indexes as names too
    if (inner === undefined) return { problem: `there is nothing at ${path ?? ''} in the answer` };
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
