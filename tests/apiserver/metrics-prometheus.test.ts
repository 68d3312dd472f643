import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addSample } from '../../charts-src/canary/analysis/add-sample.ts';
import type { Evidence } from '../../charts-src/canary/analysis/evidence.ts';
import { judge } from '../../charts-src/canary/analysis/judge.ts';
import { readAnalysis } from '../../charts-src/canary/analysis/read-analysis.ts';
import type { Sample } from '../../charts-src/canary/analysis/sample.ts';
import { prometheusMetrics } from '../../scripts/metrics/prometheus-metrics.ts';
import { prometheus } from '../../scripts/metrics/prometheus.ts';
import { HOST, TARGET } from '../metrics/orders-target.ts';
import { describeSeriesSource, NEVER, valueOf } from '../metrics/series-source-contract.ts';
import { startPrometheus, type ScrapedByPrometheus } from '../support/prometheus.ts';

describeSeriesSource('a real Prometheus', async () => {
  const { url, add, scraped, close } = await startPrometheus();
  return { source: prometheus({ url }), add, scraped, foresee: () => undefined, close };
});

const read = readAnalysis({
  interval: '2s',
  metrics: [
    { name: 'at the pod', errors: { reporter: 'destination' } },
    { name: 'at the caller', errors: { reporter: 'source' } },
    { latency: {} },
    { query: { query: 'sum(istio_requests_total)', success: 'result[0] > 0' } },
  ],
});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { analysis } = read;

describe('requests that an exporter tells a real Prometheus', () => {
  let mesh: ScrapedByPrometheus;
  beforeAll(async () => {
    mesh = await startPrometheus();
  });
  afterAll(() => mesh.close());

  const request = (reporter: string, pod: string, version: string, code: string, count: number, more = {}): void => {
    const labels = {
      reporter,
      pod,
      namespace: 'shop',
      destination_service: HOST,
      destination_workload: `orders-${version}`,
      destination_version: version,
      response_code: code,
      response_flags: '-',
      ...more,
    };
    mesh.add('istio_requests_total', labels, count);
    for (const [le, part] of [
      ['10', 0.5],
      ['100', 1],
      ['+Inf', 1],
    ] as const)
      mesh.add('istio_request_duration_milliseconds_bucket', { ...labels, le }, Math.round(count * part));
  };

  test('are counted exactly over a whole run, for both reporters, through a restart and an outage', async () => {
    const metrics = prometheusMetrics({ url: mesh.url.href, env: {}, cwd: '/' });
    const question = { analysis, target: TARGET, run: 'r1' };
    request('destination', 'v1-a', 'v1', '200', 1_000);
    request('destination', 'v2-a', 'v2', '200', 50);
    request('source', 'client', 'v1', '200', 1_000);
    request('source', 'client', 'v2', '200', 50);
    await mesh.scraped();
    const samples: Sample[] = [];
    let sinceMs: number | null = null;
    const look = async (): Promise<void> => {
      await mesh.scraped();
      // What was scraped settles before it counts.
      await mesh.scraped();
      const sample: Sample = valueOf(await metrics.sample({ ...question, sinceMs }, NEVER));
      sinceMs = sample.untilMs;
      samples.push(sample);
    };
    await look();
    const before = samples.length;
    for (let round = 1; round <= 4; round += 1) {
      request('destination', 'v1-a', 'v1', '200', 90 * round);
      request('destination', 'v1-a', 'v1', '503', round, { response_flags: 'URX' });
      request('destination', 'v2-a', 'v2', '200', 9);
      request('destination', 'v2-a', 'v2', '500', 2 * round);
      request('source', 'client', 'v1', '200', 91 * round);
      request('source', 'client', 'v2', '200', 9);
      request('source', 'client', 'v2', '500', 1);
      request('source', 'client', 'unknown', '503', 3, { destination_workload: 'unknown', response_flags: 'UH' });
      await look();
      if (round === 2) mesh.restart('v2-a');
      if (round === 3) {
        await mesh.stop();
        const blind = await metrics.sample({ ...question, sinceMs }, NEVER);
        expect(blind).toMatchObject({ ok: false, failure: { type: 'unreachable', retryable: true } });
        await mesh.start();
      }
    }
    const counted = (metric: string) => {
      const sums = { stable: [0, 0], canary: [0, 0], unattributed: 0 };
      for (const sample of samples.slice(before)) {
        const reading = sample.metrics[metric];
        if (reading?.type !== 'errors') throw new Error(JSON.stringify(reading));
        for (const { arm, requests, errors } of reading.increments) {
          const [all = 0, failed = 0] = sums[arm];
          sums[arm] = [all + requests, failed + errors];
        }
        for (const { requests } of reading.unattributed) sums.unattributed += requests;
      }
      return sums;
    };
    expect(counted('at the pod')).toEqual({ stable: [910, 10], canary: [56, 20], unattributed: 12 });
    expect(counted('at the caller')).toEqual({ stable: [910, 0], canary: [40, 4], unattributed: 12 });
    const slow = samples
      .slice(before)
      .flatMap(({ metrics: { latency } }) => (latency?.type === 'latency' ? latency.increments : []));
    expect(
      slow
        .filter(({ arm }) => arm === 'stable')
        .reduce((sum, { counts }) => sum + counts.reduce((all, count) => all + count, 0), 0),
    ).toBe(910);
    let evidence: Evidence | null = null;
    for (const sample of samples) evidence = addSample(analysis, evidence, sample, 0);
    if (evidence === null) throw new Error('there was no sample');
    const verdict = judge(analysis, evidence);
    expect(verdict).toMatchObject({ verdict: 'bad' });
    expect(verdict.why).toContain('at the pod: the canary fails more often');
    // Whatever is repeated gives the same.
    expect(valueOf(await metrics.sample({ ...question, sinceMs }, NEVER)).metrics['query']).toMatchObject({
      type: 'values',
    });
  }, 120_000);
});
