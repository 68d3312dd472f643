import { describe, expect, test } from 'vitest';
import { readAnalysis } from '../../charts-src/canary/analysis/read-analysis.ts';
import type { PlanFile } from '../../charts-src/canary/plan-file.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import { readPlan } from '../../charts-src/canary/read-plan.ts';
import { formatPath } from '../../charts-src/model/schema.ts';

const SMALL = {
  target: { namespace: 'shop', host: 'orders', stable: 'v1', canary: 'v2' },
  steps: [5, 25, 50],
} as const satisfies PlanFile;

/** As the part is read that is left out. */
function defaultAnalysis(): Plan['analysis'] {
  const read = readAnalysis({});
  return read.ok ? read.analysis : null;
}

const plan = (file: unknown): Plan => {
  const read = readPlan(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.plan;
};

const wrong = (file: unknown): readonly string[] => {
  const read = readPlan(file);
  return read.ok ? [] : read.problems.map(({ path, what }) => `${formatPath(path)}: ${what}`);
};

const orders = 'orders.shop.svc.cluster.local';

describe('a plan', () => {
  test('of a target and steps is filled with defaults', () => {
    expect(plan(SMALL)).toEqual({
      target: {
        namespace: 'shop',
        stable: { host: orders, subset: 'v1' },
        canary: { host: orders, subset: 'v2' },
        virtualServices: [{ namespace: 'shop', name: 'orders' }],
        destinationRule: { namespace: 'shop', name: 'orders' },
        routes: null,
      },
      steps: [500, 2500, 5000].map((weight) => ({ weight, mirror: 0, holdMs: 60_000, pause: false, analysed: true })),
      promotion: 'automatic',
      match: [],
      hooks: [],
      analysis: defaultAnalysis(),
      policies: {
        bad: 'rollback',
        bothBad: 'freeze',
        undecided: { afterMs: 0, then: 'hold' },
        noEvidence: { afterMs: 0, then: 'hold' },
        blind: null,
        drift: { then: 'pause', restores: 3 },
        capacity: { afterMs: 600_000, then: 'pause' },
        acknowledgement: { afterMs: 60_000, then: 'pause' },
        hook: 'pause',
        deadline: null,
      },
      capacity: { ready: 'proportional', scale: null },
      acknowledgement: { rewriteAfterMs: 2_000, timedFallbackMs: 15_000 },
      drainMs: 30_000,
      undoWindowMs: 3_600_000,
    });
  });

  test('of everything is read as it is', () => {
    const read = plan({
      target: {
        ...SMALL.target,
        host: orders,
        virtualServices: ['orders-canary', 'edge/orders'],
        destinationRule: 'orders-subsets',
        routes: ['default'],
      },
      steps: [{ weight: 0.01, mirror: 12.5, hold: '90s', pause: true, analysis: false }, 100],
      hold: '250ms',
      promotion: 'manual',
      match: [{ headers: { 'x-beta': 'yes' }, cookies: { beta: { regex: 'a+' } }, sourceLabels: { app: 'gateway' } }],
      hooks: [
        { name: 'load', when: 'in-step', web: { url: 'http://load/start', headers: { a: 'b' } }, onNo: 'ignore' },
        { name: 'gate', when: 'before-promotion', command: ['./ask', 'us'], onNo: 'wait', retry: '5s', deadline: '1h' },
      ],
      analysis: false,
      policies: {
        bad: 'pause',
        bothBad: 'stop',
        undecided: { after: '10m', then: 'proceed' },
        blind: { after: '1h', then: 'rollback' },
        drift: { then: 'restore', restores: 9 },
        hook: 'rollback',
        deadline: { after: '2h', then: 'stop' },
      },
      capacity: { ready: 2, scale: { name: 'orders-v2', max: 5 } },
      acknowledgement: { rewriteAfter: '3s', timedFallback: '20s' },
      drain: '0s',
      undoWindow: '24h',
    } satisfies PlanFile);
    expect(read.target).toMatchObject({
      virtualServices: [
        { namespace: 'shop', name: 'orders-canary' },
        { namespace: 'edge', name: 'orders' },
      ],
      destinationRule: { namespace: 'shop', name: 'orders-subsets' },
      routes: ['default'],
    });
    expect(read.steps).toEqual([
      { weight: 1, mirror: 1250, holdMs: 90_000, pause: true, analysed: false },
      { weight: 10_000, mirror: 0, holdMs: 250, pause: false, analysed: true },
    ]);
    expect(read.match).toEqual([
      {
        headers: { 'x-beta': { exact: 'yes' } },
        cookies: { beta: { regex: 'a+' } },
        sourceLabels: { app: 'gateway' },
      },
    ]);
    expect(read.hooks.map(({ call, retryMs, deadlineMs }) => ({ call, retryMs, deadlineMs }))).toEqual([
      {
        call: { type: 'web', url: 'http://load/start', headers: { a: 'b' }, timeoutMs: 10_000 },
        retryMs: 10_000,
        deadlineMs: 600_000,
      },
      {
        call: { type: 'command', command: ['./ask', 'us'], timeoutMs: 10_000 },
        retryMs: 5_000,
        deadlineMs: 3_600_000,
      },
    ]);
    expect(read).toMatchObject({
      analysis: null,
      promotion: 'manual',
      capacity: {
        ready: 2,
        scale: { workload: { kind: 'Deployment', namespace: 'shop', name: 'orders-v2' }, max: 5 },
      },
      drainMs: 0,
      undoWindowMs: 86_400_000,
    });
  });

  test('may have hosts in place of subsets', () => {
    const { target } = plan({
      target: { namespace: 'shop', stable: { host: 'orders-blue' }, canary: { host: 'orders-green' } },
      steps: [50],
    });
    expect(target).toMatchObject({
      stable: { host: 'orders-blue.shop.svc.cluster.local', subset: null },
      canary: { host: 'orders-green.shop.svc.cluster.local', subset: null },
      virtualServices: [{ namespace: 'shop', name: 'orders-blue' }],
      destinationRule: null,
    });
  });

  test.each([
    { steps: { step: 10, max: 25 }, weights: [1000, 2000, 2500] },
    { steps: { step: 0.01, max: 0.02 }, weights: [1, 2] },
    { steps: { step: 50, max: 100 }, weights: [5000, 10_000] },
    { steps: { blueGreen: { preview: '5m', mirror: 20 } }, weights: [0] },
  ])('may have steps by rule: $steps', ({ steps, weights }) => {
    const read = plan({ ...SMALL, steps });
    expect(read.steps.map(({ weight }) => weight)).toEqual(weights);
    if ('blueGreen' in steps) expect(read.steps[0]).toMatchObject({ mirror: 2000, holdMs: 300_000 });
  });
});

describe('what is wrong with a plan is told with its place, all at once', () => {
  const target = SMALL.target;
  test.each([
    { file: null, says: [': null is no value here'] },
    { file: [], says: [': an empty list is not an object'] },
    { file: {}, says: ['target: target is missing', 'steps: steps is missing'] },
    { file: { ...SMALL, stpes: [1] }, says: ['stpes: unknown field "stpes"'] },
    { file: { ...SMALL, target: { ...target, namespace: '' } }, says: ['target.namespace: the text is empty'] },
    {
      file: { ...SMALL, target: { ...target, canary: 'v1' } },
      says: ['target.canary: "v1" is the stable arm already'],
    },
    { file: { ...SMALL, target: { ...target, canary: 2 } }, says: ['target.canary: 2 is no arm'] },
    ...['orders:80', 'http://orders', 'orders/api'].map((host) => ({
      file: { ...SMALL, target: { ...target, host } },
      says: [`target.host: "${host}" is more than a host`],
    })),
    { file: { ...SMALL, steps: ['10', null] }, says: ['steps[0]: "10" is no step', 'steps[1]: null is no value here'] },
    {
      file: { ...SMALL, match: [{ headers: { 'X-Beta': 'yes', 'x-beta': 'no' } }, { cookies: { a: '1', b: '2' } }] },
      says: [
        'match[0].headers.x-beta: "x-beta" is there twice, as headers have no case',
        'match[1].cookies.b: of one request only one cookie can be asked for, and "a" is',
      ],
    },
    {
      file: { ...SMALL, match: [{ headers: { Cookie: { prefix: 'a' } }, cookies: { b: '2' } }] },
      says: ['match[0].cookies: cookies are a header, and that is asked something else too'],
    },
    {
      file: {
        ...SMALL,
        hooks: [{ name: 'h', when: 'before-run', web: { url: 'http://h', headers: { 'a b': 'c' } } }],
        analysis: { metrics: [{ web: { url: 'http://w', headers: { 'x-team': 'shop\nevil: yes' } } }] },
      },
      says: [
        'hooks[0].web.headers["a b"]: "a b" is no name of a header',
        'analysis.metrics[0].web.headers.x-team: "shop\\nevil: yes" is no value of a header',
      ],
    },
    {
      file: { ...SMALL, target: { namespace: 'shop', stable: 'v1', canary: 'v2' } },
      says: [
        'target.host: there is no host whose subset "v1" could be',
        'target.host: there is no host whose subset "v2" could be',
      ],
    },
    {
      file: {
        ...SMALL,
        target: { namespace: 'shop', stable: { host: 'a.example.com' }, canary: { host: 'b.example.com' } },
      },
      says: ['target: there is no Service behind "a.example.com" whose name the VirtualService could have'],
    },
    {
      file: { ...SMALL, target: { ...target, virtualServices: ['orders', 'edge/orders', 'shop/orders'] } },
      says: ['target.virtualServices[2]: "shop/orders" is the VirtualService of item 0 once more'],
    },
    {
      file: { ...SMALL, target: { ...target, virtualServices: ['/orders', 'a/b/c'], destinationRule: 'shop/' } },
      says: [
        'target.virtualServices[0]: "/orders" names no object',
        'target.virtualServices[1]: "a/b/c" names no object',
        'target.destinationRule: "shop/" names no object',
      ],
    },
    { file: { ...SMALL, steps: '5,25' }, says: ['steps: "5,25" is no list of steps'] },
    { file: { ...SMALL, steps: [] }, says: ['steps: there is no step'] },
    { file: { ...SMALL, steps: [50, 25] }, says: ['steps[1]: 25 is less than the 50 before it'] },
    { file: { ...SMALL, steps: [120] }, says: ['steps[0]: 120 is no share of the requests'] },
    { file: { ...SMALL, steps: [50, 150] }, says: ['steps[1]: 150 is no share of the requests'] },
    { file: { ...SMALL, steps: [Number.NaN] }, says: ['steps[0]: NaN is no share of the requests'] },
    { file: { ...SMALL, steps: [-1] }, says: ['steps[0]: -1 is no share of the requests'] },
    { file: { ...SMALL, steps: [0.125] }, says: ['steps[0]: 0.125 has more than two decimals'] },
    {
      file: { ...SMALL, steps: [{ weigth: 5 }] },
      says: ['steps[0].weigth: unknown field "weigth"', 'steps[0].weight: weight is missing'],
    },
    { file: { ...SMALL, steps: { step: 0, max: 5 } }, says: ['steps.step: steps of 0 lead nowhere'] },
    { file: { ...SMALL, steps: { step: 10, max: 5 } }, says: ['steps.max: 5 is less than one step of 10'] },
    {
      file: { ...SMALL, steps: { step: 0.01, max: 100 } },
      says: ['steps.step: that makes 10000 steps, more than 1000'],
    },
    { file: { ...SMALL, hold: 60 }, says: ['hold: 60 is not a duration'] },
    { file: { ...SMALL, hold: '-1s' }, says: ['hold: "-1s" is shorter than 0s'] },
    {
      file: { ...SMALL, match: [{ headers: { a: { regex: '(' } } }] },
      says: ['match[0].headers.a.regex: "(" is no pattern of RE2'],
    },
    // As in YAML: a name with a colon, and nothing behind it.
    {
      file: { ...SMALL, match: [{ headers: { 'x-canary': null } }] },
      says: ['match[0].headers.x-canary: null is no value here'],
    },
    { file: { ...SMALL, capacity: { ready: 0.5 } }, says: ['capacity.ready: 0.5 is no number of endpoints'] },
    {
      file: { ...SMALL, policies: { acknowledgement: { after: '5s', then: 'pause' } } },
      says: ['policies.acknowledgement.after: "5s" is no longer than istiod itself may wait with a write (10s)'],
    },
    {
      file: {
        ...SMALL,
        hooks: [
          { name: 'a', when: 'in-step', command: ['true'] },
          { name: 'a', when: 'in-step', command: ['true'] },
        ],
      },
      says: ['hooks[1].name: "a" is already the name of item 0'],
    },
    {
      file: { ...SMALL, steps: [120], analysis: { wrong: true } },
      says: ['steps[0]: 120 is no share of the requests', 'analysis.wrong: unknown field "wrong"'],
    },
  ])('$says', ({ file, says }) => {
    expect(wrong(file)).toEqual(says);
  });
});
