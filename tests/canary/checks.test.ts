import { expect, test } from 'vitest';
import { addSample } from '../../charts-src/canary/analysis/add-sample.ts';
import { judge } from '../../charts-src/canary/analysis/judge.ts';
import { readAnalysis } from '../../charts-src/canary/analysis/read-analysis.ts';
import type { Reading, Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { Metrics } from '../../charts-src/canary/ports/metrics.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import { run } from '../../scripts/canary/run.ts';
import { readMetrics } from '../../scripts/metrics/read-metrics.ts';
import { errors } from './analysis/looks.ts';
import { canaryMesh, plan } from '../support/canary-mesh.ts';

// A check is slow or hangs; what the others say is heard in time. The judge is the real one.

const PASSED: Reading = { type: 'answer', answer: 'passed', said: 'fine' };
const SMOKE = { name: 'smoke', command: { command: ['./smoke.sh'], timeout: '60s' } };
const CALM = errors([75, 0], [675, 1]);
const BROKEN = errors([75, 30], [675, 1]);

/** A run of two steps that looks at these metrics, with what checks and counters say, and all that was seen of it. */
function runWith(
  metrics: readonly unknown[],
  said: { counters?: Reading; check: Metrics['check'] },
  more: object = {},
) {
  const read = readAnalysis({ interval: '15s', cleanHold: { requests: 50, for: '15s' }, metrics, ...more });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const mesh = canaryMesh();
  const asked: number[] = [];
  let seen: Rollout | undefined;
  const sample: Metrics['sample'] = async ({ analysis }) => {
    const at = mesh.clock.wallTime();
    const counted = said.counters === undefined ? [] : [['errors', said.counters]];
    expect(analysis.metrics.length).toBeGreaterThan(0);
    return {
      ok: true,
      value: { at, untilMs: Date.parse(at), metrics: Object.fromEntries(counted) as Sample['metrics'] },
    };
  };
  const check: Metrics['check'] = (...given) => {
    asked.push(mesh.clock.monotonicMs());
    return said.check(...given);
  };
  const going = (given: Partial<Plan> = {}) =>
    run({
      plan: plan({ analysis: read.analysis, ...given } as Parameters<typeof plan>[0]),
      ports: { ...mesh.ports(), metrics: { sample, check } },
      assess: { addSample, judge },
      signal: new AbortController().signal,
      report: (rollout) => (seen = rollout),
      warn: () => undefined,
    });
  return { mesh, asked, going, seen: () => seen };
}

const hangs: Metrics['check'] = () => new Promise(() => undefined);

test('counters that say bad take the canary back while a check hangs', async () => {
  const { mesh, going } = runWith([{ name: 'errors', errors: {} }, SMOKE], { counters: BROKEN, check: hangs });
  const ending = await mesh.clock.until(going());
  expect(ending).toMatchObject({ rollout: { phase: 'RolledBack', reason: { cause: 'bad' } } });
  const [, step, back] = ending.ending === 'over' ? ending.rollout.history : [];
  expect(Date.parse(back?.at ?? '') - Date.parse(step?.at ?? '')).toBeLessThan(20_000); // one look after the first, and a moment
});

test('a check that hangs is no evidence by its own rule, and leads nowhere', async () => {
  const { mesh, going, asked, seen } = runWith([{ name: 'errors', errors: {} }, SMOKE], {
    counters: CALM,
    check: hangs,
  });
  const left = going();
  await mesh.clock.pass(50_000);
  expect(seen()?.verdict).toMatchObject({
    verdict: 'no-evidence',
    why: 'smoke: it was asked and has not answered yet',
  });
  expect(seen()?.evidence?.samples).toBeGreaterThanOrEqual(4);
  expect(asked).toHaveLength(1);
  await mesh.clock.pass(600_000);
  expect([seen()?.phase, ...mesh.weights()]).toEqual(['Progressing', 10]);
  expect(seen()?.verdict?.why).toMatch(/^smoke: .*no answer \d+ times in a row: check smoke: no answer within 65 s$/);
  await mesh.clock.until(Promise.race([left, mesh.clock.pass(1)]));
});

test('a check that takes longer than an interval, as its plan allows, is heard when it answers', async () => {
  const { mesh, going, asked } = runWith([SMOKE], {
    check: async (_metric, _question, signal) => {
      await mesh.clock.sleep(40_000, signal);
      return PASSED;
    },
  });
  const ending = await mesh.clock.until(going());
  expect(ending).toMatchObject({ rollout: { phase: 'Promoted' } });
  // The first one answers within the hold time of the first step; nobody is asked twice at once.
  expect(asked.every((ms, index) => index === 0 || ms - (asked[index - 1] ?? 0) >= 40_000)).toBe(true);
});

test('what a check said before leads nowhere while it is asked again', async () => {
  let answers = 0;
  const { mesh, going, seen } = runWith([SMOKE], {
    check: () => (answers++ === 0 ? Promise.resolve(PASSED) : new Promise(() => undefined)),
  });
  void going();
  await mesh.clock.pass(10_000);
  expect(seen()?.verdict).toMatchObject({ verdict: 'good' });
  await mesh.clock.pass(60_000);
  expect(seen()?.verdict).toMatchObject({
    verdict: 'undecided',
    why: 'smoke: it was asked again and has not answered yet; before, passed 1 times in a row: fine',
  });
  expect(mesh.weights()).toEqual([10]);
});

test('a check that cannot even be begun is no answer, and no end of the engine', async () => {
  const command = ['./smoke.sh', 'a\0b']; // no system can take that
  const { mesh, going, seen } = runWith([{ ...SMOKE, command: { command } }], {
    check: (metric, question, signal) => readMetrics({ series: null, wallMs: () => 0 }).check(metric, question, signal),
  });
  void going();
  await mesh.clock.pass(120_000);
  expect(seen()?.verdict).toMatchObject({ verdict: 'no-evidence' });
  expect(seen()?.verdict?.why).toMatch(/^smoke: no answer \d+ times in a row: check smoke: .*without null bytes/);
  expect([seen()?.phase, ...mesh.weights()]).toEqual(['Progressing', 10]);
});

test('a check that fails takes the canary back as soon as it says so', async () => {
  const { mesh, going } = runWith([{ name: 'errors', errors: {} }, SMOKE], {
    counters: CALM,
    check: async (_metric, _question, signal) => {
      await mesh.clock.sleep(5_000, signal);
      return { type: 'answer', answer: 'failed', said: 'no' };
    },
  });
  const ending = await mesh.clock.until(going());
  expect(ending).toMatchObject({ rollout: { phase: 'RolledBack', reason: { cause: 'bad' } } });
  const [, step, back] = ending.ending === 'over' ? ending.rollout.history : [];
  expect(Date.parse(back?.at ?? '') - Date.parse(step?.at ?? '')).toBeLessThan(6_000);
});
