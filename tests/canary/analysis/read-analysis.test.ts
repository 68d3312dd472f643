import { describe, expect, test } from 'vitest';
import { formatPath } from '../../../charts-src/model/schema.ts';
import { readAnalysis } from '../../../charts-src/canary/analysis/read-analysis.ts';

const problems = (content: unknown): readonly string[] => {
  const read = readAnalysis(content);
  return read.ok ? [] : read.problems.map(({ path, what, fix }) => `${formatPath(path)}: ${what}. ${fix}`);
};

test('nothing written: both versions are compared by failures and by latency', () => {
  const read = readAnalysis({});
  expect(read.ok && read.analysis).toMatchObject({
    intervalMs: 15_000,
    falseAlarm: 0.01,
    cleanHold: { requests: 300, ms: 30_000 },
    versions: { label: 'destination_version', stable: null, canary: null },
    metrics: [
      { name: 'success-rate', type: 'errors', reporter: 'destination', rule: { by: 'comparison', toleratedRatio: 2 } },
      { name: 'latency', type: 'latency', rule: { by: 'comparison', toleratedShift: 0.01 } },
    ],
  });
});

test('all that can be written', () => {
  const content = {
    interval: '30s',
    initialDelay: '1m',
    falseAlarm: 0.001,
    falsePass: 0.1,
    cleanHold: false,
    burst: 40,
    errorBudget: { objective: 0.999, requests: 1_000_000, share: 0.02 },
    bothBad: false,
    unattributed: { share: 0.1, requests: 5 },
    errorLimit: 2,
    inconclusiveLimit: 10,
    versions: { label: 'destination_canonical_revision', stable: 'blue', canary: 'green' },
    metrics: [
      {
        name: 'fixed',
        dryRun: true,
        errors: {
          reporter: 'source',
          codes: '5..|429',
          grpcStatuses: false,
          minimum: 0.99,
          window: '2m',
          failureLimit: 1,
        },
      },
      { latency: { quantile: 0.99, maximum: '500ms' } },
      {
        query: {
          query: 'up',
          range: { for: '5m', step: '15s' },
          failure: 'any(result) < 1',
          failureLimit: 1,
          successes: 3,
        },
      },
      {
        web: {
          url: 'https://example.com/ready',
          method: 'POST',
          headers: { a: 'b' },
          body: '{}',
          timeout: '3s',
          jsonPath: 'ok',
          success: 'result == 1',
        },
      },
      { command: { command: ['./smoke.sh', 'v2'], timeout: '1m' } },
    ],
  };
  const read = readAnalysis(content);
  expect(problems(content)).toEqual([]);
  expect(read.ok && read.analysis).toMatchObject({
    intervalMs: 30_000,
    initialDelayMs: 60_000,
    cleanHold: null,
    bothBad: null,
    unattributed: { share: 0.1, requests: 5, then: 'both-bad' },
    metrics: [
      {
        name: 'fixed',
        dryRun: true,
        grpcStatuses: null,
        rule: { by: 'threshold', minimum: 0.99, windowMs: 120_000, failureLimit: 1 },
      },
      { name: 'latency', rule: { by: 'quantile', quantile: 0.99, maximumMs: 500 } },
      {
        name: 'query',
        range: { ms: 300_000, stepMs: 15_000 },
        check: { success: null, failureLimit: 1, successes: 3 },
      },
      { name: 'web', method: 'POST', timeoutMs: 3_000, jsonPath: 'ok' },
      { name: 'command', command: ['./smoke.sh', 'v2'], timeoutMs: 60_000, check: { failureLimit: 0, successes: 1 } },
    ],
  });
});

describe('what is wrong', () => {
  test.each<{ content: unknown; says: RegExp }>([
    { content: 7, says: /^analysis: / },
    { content: { interval: 15 }, says: /^analysis.interval: 15 is not a duration. add the unit: "15s"/ },
    { content: { intervall: '15s' }, says: /^analysis.intervall: .*interval/ },
    { content: { falseAlarm: 0 }, says: /^analysis.falseAlarm: a chance of 0 leaves nothing to decide/ },
    { content: { falsePass: 2 }, says: /^analysis.falsePass: / },
    { content: { cleanHold: true }, says: /^analysis.cleanHold: / },
    { content: { cleanHold: { requests: 5 } }, says: /^analysis.cleanHold/ },
    { content: { bothBad: { errorRate: 5, errors: 1 } }, says: /^analysis.bothBad.errorRate: / },
    { content: { unattributed: { share: 0.1, requests: 1, then: 'panic' } }, says: /^analysis.unattributed.then: / },
    { content: { metrics: [] }, says: /^analysis.metrics: / },
    { content: { metrics: [{}] }, says: /^analysis.metrics\[0\]: / },
    { content: { metrics: [{ errors: {}, latency: {} }] }, says: /^analysis.metrics\[0\]/ },
    {
      content: { metrics: [{ errors: {} }, { errors: {} }] },
      says: /^analysis.metrics\[1\].name: there are two metrics "success-rate". give one of them a name/,
    },
    {
      content: { metrics: [{ errors: { codes: '5(' } }] },
      says: /^analysis.metrics\[0\].errors.codes: "5\(" is no pattern of RE2/,
    },
    {
      content: { metrics: [{ errors: { grpcStatuses: true } }] },
      says: /^analysis.metrics\[0\].errors.grpcStatuses: true is no pattern/,
    },
    {
      content: { metrics: [{ errors: { toleratedRatio: 1 } }] },
      says: /toleratedRatio: 1 is none of the ratios that are told apart. write one of 1.25, 1.5, 2/,
    },
    { content: { metrics: [{ errors: { toleratedRatio: 2, minimum: 0.9 } }] }, says: /^analysis.metrics\[0\].errors/ },
    { content: { metrics: [{ latency: { quantile: 0.99 } }] }, says: /a limit needs both a quantile and a maximum/ },
    {
      content: { metrics: [{ latency: { quantile: 1, maximum: '1s' } }] },
      says: /quantile: 1 leaves no request to count/,
    },
    { content: { metrics: [{ query: { query: 'up' } }] }, says: /^analysis.metrics\[0\].query: / },
    {
      content: { metrics: [{ query: { query: 'up', success: 'result[0] >' } }] },
      says: /query.success: "result\[0\] >" cannot be read: it ends too early/,
    },
    { content: { metrics: [{ web: { url: 'ftp://x/' } }] }, says: /web.url: / },
    { content: { metrics: [{ command: { command: [] } }] }, says: /command.command: / },
  ])('$content', ({ content, says }) => {
    expect(problems(content)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });
});
