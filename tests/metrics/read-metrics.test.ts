import { describe, expect, test } from 'vitest';
import { isCheck } from '../../charts-src/canary/analysis/analysis.ts';
import { readAnalysis } from '../../charts-src/canary/analysis/read-analysis.ts';
import type { Reading, Sample } from '../../charts-src/canary/analysis/sample.ts';
import { inMemorySeries } from '../../scripts/metrics/in-memory-series.ts';
import { readMetrics } from '../../scripts/metrics/read-metrics.ts';
import type { Target } from '../../charts-src/canary/plan.ts';
import { HOST, TARGET } from './orders-target.ts';
import { NEVER, valueOf } from './series-source-contract.ts';

function analysisOf(...metrics: unknown[]) {
  const read = readAnalysis({ metrics });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.analysis;
}

const BOTH = analysisOf(
  { name: 'at the pod', errors: { reporter: 'destination' } },
  { name: 'at the caller', errors: { reporter: 'source' } },
  { latency: {} },
);

/** A mesh that is scraped each 15 s, with what became of requests as Istio labels it. */
function mesh() {
  const series = inMemorySeries(1_000_000);
  let nowMs = 1_000_000;
  const request = (reporter: string, pod: string, labels: Readonly<Record<string, string>>, count = 1) =>
    series.add(
      'istio_requests_total',
      {
        reporter,
        pod,
        namespace: 'shop',
        destination_service: HOST,
        destination_workload: 'orders',
        response_code: '200',
        response_flags: '-',
        ...labels,
      },
      count,
    );
  return {
    series,
    metrics: readMetrics({ series, wallMs: () => nowMs, settleMs: 0 }),
    at: () => nowMs,
    scrape: (proxy?: string) => series.scrape(proxy === undefined ? (nowMs += 15_000) : nowMs, proxy),
    request,
  };
}

const question = (sinceMs: number | null, analysis = BOTH) => ({ analysis, target: TARGET, run: 'r1', sinceMs });

function errors(sample: Sample, metric: string) {
  const reading = sample.metrics[metric];
  if (reading?.type !== 'errors') throw new Error(`${metric}: ${JSON.stringify(reading)}`);
  const arms = { stable: { requests: 0, errors: 0 }, canary: { requests: 0, errors: 0 } };
  for (const { arm, requests, errors: failed } of reading.increments) {
    arms[arm].requests += requests;
    arms[arm].errors += failed;
  }
  return { ...arms, unattributed: reading.unattributed };
}

test('a Prometheus whose clock went back is no answer, and not one that found nothing', async () => {
  const { metrics, at } = mesh();
  const ask = (sinceMs: number) => metrics.sample(question(sinceMs), NEVER);
  expect(await ask(at() + 3_600_000)).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('its clock says 1970-01-01T00:16:40.000Z, and it was') },
  });
  expect(await ask(at() + BOTH.intervalMs)).toMatchObject({ ok: true });
});

describe('Istio’s counters', () => {
  test('are counted exactly, for both reporters, with their flags', async () => {
    const { metrics, request, scrape, at } = mesh();
    request('destination', 'v1-a', { destination_version: 'v1' });
    request('destination', 'v2-a', { destination_version: 'v2' });
    request('source', 'client', { destination_version: 'v1' });
    scrape();
    const sinceMs = at();
    request('destination', 'v1-a', { destination_version: 'v1' }, 90);
    request('destination', 'v1-a', { destination_version: 'v1', response_code: '500' }, 3);
    request('destination', 'v2-a', { destination_version: 'v2' }, 10);
    request('destination', 'v2-a', { destination_version: 'v2', response_code: '404' }, 2);
    request('destination', 'v2-a', { destination_version: 'v2', response_code: '503', response_flags: 'URX' }, 4);
    request('destination', 'v3-a', { destination_version: 'v3', response_code: '500' }, 100);
    request('source', 'client', { destination_version: 'v1' }, 95);
    request(
      'source',
      'client',
      { destination_version: 'v2', response_code: '200', response_flags: '-', response_grpc_status: '' },
      8,
    );
    request(
      'source',
      'client',
      { destination_version: 'unknown', destination_workload: 'unknown', response_code: '503', response_flags: 'UH' },
      6,
    );
    scrape();
    const sample = valueOf(await metrics.sample(question(sinceMs), NEVER));
    expect(errors(sample, 'at the pod')).toEqual({
      stable: { requests: 93, errors: 3 },
      canary: { requests: 16, errors: 4 },
      unattributed: [{ proxy: 'shop/client', fromMs: sinceMs, toMs: sinceMs + 15_000, flags: 'UH', requests: 6 }],
    });
    expect(errors(sample, 'at the caller')).toMatchObject({
      stable: { requests: 95, errors: 0 },
      canary: { requests: 8, errors: 0 },
    });
    const reading = sample.metrics['at the pod'];
    expect(reading?.type === 'errors' && reading.increments.map(({ errorFlags }) => errorFlags)).toEqual([
      { '-': 3 },
      { URX: 4 },
    ]);
    expect(sample.untilMs).toBe(at());
  });

  test('a restarted pod begins at 0, a new one counts from its start, one that is gone no more', async () => {
    const { metrics, request, scrape, series, at } = mesh();
    for (const pod of ['a', 'b', 'c']) request('destination', pod, { destination_version: 'v1' }, 1_000);
    for (let count = 0; count < 6; count += 1) scrape();
    const sinceMs = at();
    series.restart('shop/a');
    request('destination', 'a', { destination_version: 'v1' }, 5);
    series.remove('shop/b');
    request('destination', 'c', { destination_version: 'v1' }, 7);
    request('destination', 'new', { destination_version: 'v2', response_code: '500' }, 11);
    scrape();
    const sample = valueOf(await metrics.sample(question(sinceMs), NEVER));
    expect(errors(sample, 'at the pod')).toMatchObject({
      stable: { requests: 12, errors: 0 },
      canary: { requests: 11, errors: 11 },
    });
  });

  test('what was there before the run does not count, also for an engine that begins anew', async () => {
    const { metrics, request, scrape, at } = mesh();
    request('destination', 'a', { destination_version: 'v1', response_code: '500' }, 1_000_000);
    scrape();
    const first = valueOf(await metrics.sample(question(null), NEVER));
    expect(errors(first, 'at the pod').stable).toEqual({ requests: 0, errors: 0 });
    request('destination', 'a', { destination_version: 'v1', response_code: '500' }, 3);
    scrape();
    // Another reader, which knows only where the last one stopped.
    const second = valueOf(await metrics.sample(question(first.untilMs), NEVER));
    expect(errors(second, 'at the pod').stable).toEqual({ requests: 3, errors: 3 });
    expect(second.untilMs).toBe(at());
  });

  test('nothing is lost or counted twice from look to look', async () => {
    const { metrics, request, scrape } = mesh();
    request('destination', 'a', { destination_version: 'v1' });
    scrape();
    let sinceMs: number | null = valueOf(await metrics.sample(question(null), NEVER)).untilMs;
    let counted = 0;
    let sent = 0;
    for (let look = 0; look < 20; look += 1) {
      for (let scrapes = look % 3; scrapes > 0; scrapes -= 1) {
        request('destination', 'a', { destination_version: 'v1' }, look);
        sent += look;
        scrape();
      }
      const sample: Sample = valueOf(await metrics.sample(question(sinceMs), NEVER));
      counted += errors(sample, 'at the pod').stable.requests;
      sinceMs = sample.untilMs;
    }
    expect(sent).toBeGreaterThan(100);
    expect(counted).toBe(sent);
  });

  test('statuses of gRPC are failures too, unless the plan says no', async () => {
    const { metrics, request, scrape, at } = mesh();
    request('destination', 'a', { destination_version: 'v2' });
    scrape();
    const sinceMs = at();
    for (const status of ['0', '5', '13', '14'])
      request('destination', 'a', {
        destination_version: 'v2',
        request_protocol: 'grpc',
        grpc_response_status: status,
      });
    scrape();
    const plan = analysisOf({ errors: {} }, { name: 'HTTP only', errors: { grpcStatuses: false } });
    const sample = valueOf(await metrics.sample(question(sinceMs, plan), NEVER));
    expect(errors(sample, 'success-rate').canary).toEqual({ requests: 4, errors: 2 });
    expect(errors(sample, 'HTTP only').canary).toEqual({ requests: 4, errors: 0 });
  });

  test('latencies come bucket by bucket', async () => {
    const { metrics, series, scrape, request, at } = mesh();
    const bucket = (version: string, le: string, count: number) =>
      series.add(
        'istio_request_duration_milliseconds_bucket',
        {
          reporter: 'destination',
          pod: version,
          namespace: 'shop',
          destination_service: HOST,
          destination_version: version,
          le,
        },
        count,
      );
    request('destination', 'v2', { destination_version: 'v2' });
    for (const le of ['1', '5', '+Inf']) bucket('v2', le, 1);
    scrape();
    const sinceMs = at();
    bucket('v2', '1', 10);
    bucket('v2', '5', 14);
    bucket('v2', '+Inf', 15);
    scrape();
    const sample = valueOf(await metrics.sample(question(sinceMs), NEVER));
    expect(sample.metrics['latency']).toEqual({
      type: 'latency',
      increments: [
        { arm: 'canary', proxy: 'shop/v2', fromMs: sinceMs, toMs: at(), boundsMs: [1, 5, null], counts: [10, 4, 1] },
      ],
    });
  });

  test('versions by another label, and arms that are hosts of their own', async () => {
    const { metrics, request, scrape, at } = mesh();
    const counts = async (target: Target, analysis = BOTH) => {
      request('destination', 'a', { destination_version: 'x', destination_canonical_revision: 'green' }, 3);
      request('destination', 'b', { destination_service: 'next.shop.svc.cluster.local', destination_version: 'x' }, 5);
      const sinceMs = at();
      scrape();
      const sample = valueOf(await metrics.sample({ ...question(sinceMs, analysis), target }, NEVER));
      const { stable, canary } = errors(sample, analysis.metrics[0].name);
      return [stable.requests, canary.requests];
    };
    request('destination', 'a', { destination_version: 'x', destination_canonical_revision: 'green' });
    request('destination', 'b', { destination_service: 'next.shop.svc.cluster.local', destination_version: 'x' });
    scrape();
    const versions = { label: 'destination_canonical_revision', stable: 'blue', canary: 'green' };
    expect(await counts(TARGET, { ...BOTH, versions })).toEqual([0, 3]);
    const hosts = {
      ...TARGET,
      stable: { host: HOST, subset: null },
      canary: { host: 'next.shop.svc.cluster.local', subset: null },
    };
    expect(await counts(hosts)).toEqual([3, 5]);
  });
});

describe('what cannot be read', () => {
  const down = { type: 'unreachable', retryable: true, uncertain: false, message: 'ask Prometheus: down' } as const;

  test('all of it: the sample fails', async () => {
    const { metrics, series } = mesh();
    series.fail(down);
    expect(await metrics.sample(question(null), NEVER)).toEqual({ ok: false, failure: down });
  });

  test('one metric: its reading says so, the others count', async () => {
    const { metrics, series } = mesh();
    series.answer('vector(1)', [1]);
    const plan = analysisOf(
      { query: { query: 'vector(1)', success: 'result[0] > 0' } },
      { name: 'wrong', query: { query: 'rate(', success: 'result[0] > 0' } },
    );
    const sample = valueOf(await metrics.sample(question(null, plan), NEVER));
    expect(sample.metrics['query']).toEqual({ type: 'values', values: [1] });
    expect(sample.metrics['wrong']).toEqual({
      type: 'failed',
      failure: { type: 'rejected', message: 'ask Prometheus: bad_data: rate(' },
    });
  });

  test('without Prometheus, commands and web servers still speak', async () => {
    const metrics = readMetrics({ series: null, wallMs: () => 5_000 });
    const plan = analysisOf({ command: { command: [process.execPath, '-e', '0'] } }, { errors: {} });
    const [command] = plan.metrics.filter(isCheck);
    if (command === undefined) throw new Error('the plan has no check');
    expect(await metrics.check(command, question(null, plan), NEVER)).toMatchObject({
      type: 'answer',
      answer: 'passed',
    } satisfies Partial<Reading>);
    const sample = valueOf(await metrics.sample(question(null, plan), NEVER));
    expect(Object.keys(sample.metrics)).toEqual(['success-rate']);
    expect(sample.metrics['success-rate']).toMatchObject({
      type: 'failed',
      failure: { message: expect.stringContaining('nobody said where it is') },
    });
  });
});
