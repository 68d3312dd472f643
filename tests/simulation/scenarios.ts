import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import { evolve } from '../../charts-src/canary/evolve.ts';
import type { Hook } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import { isOver, shiftOf, type Holder } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { canaryShares } from '../../charts-src/canary/routes.ts';
import {
  ANALYSIS,
  HOST,
  plan,
  REFERENCE,
  route,
  virtualService,
  weight,
  type CanaryMesh,
} from '../support/canary-mesh.ts';
import type { Scenario } from './simulated-run.ts';

const hook = (name: string, when: Hook['when'], others: Partial<Hook> = {}): Hook => ({
  name,
  when,
  call: { type: 'web', url: 'http://gate/', headers: {}, timeoutMs: 10_000 },
  onNo: 'wait',
  retryMs: 5_000,
  deadlineMs: 600_000,
  ...others,
});

/** The VirtualService as Git has it: weights of before the run, names without marker, annotations as they lie. */
const asInGit = (object: KubernetesObject): KubernetesObject => ({ ...object, spec: virtualService().spec ?? {} });

const wiped = (object: KubernetesObject): KubernetesObject => {
  const { annotations: _, ...metadata } = object.metadata;
  return { ...asInGit(object), metadata };
};

/** An engine on another machine takes the run, and dies before it does anything. */
const ELSEWHERE: Holder = { host: 'elsewhere', pid: 99, startedAt: 'process 99' };

function takenElsewhere(object: KubernetesObject): KubernetesObject | undefined {
  const state = keptState(object);
  if (state.kept !== 'rollout' || isOver(state.rollout)) return undefined;
  const at = state.rollout.heartbeat.at;
  const taken = evolve(state.rollout, { type: 'taken-over', at, holder: ELSEWHERE, why: 'it seemed dead' });
  return desiredVirtualService(object, taken, 0);
}

/** What v2 answers from a moment on. */
const metricsFrom = (atMs: number, verdict: 'bad' | 'both-bad') => (mesh: CanaryMesh) => {
  mesh.metrics = () => ({ ok: true, value: mesh.clock.monotonicMs() >= atMs ? verdict : 'good' });
};

/** A route that somebody else wants. */
const toTesters = { name: 'testers', route: [{ destination: { host: HOST, subset: 'v2' } }] };

const withRoutes = (
  object: KubernetesObject,
  change: (http: readonly { readonly name?: string }[]) => readonly unknown[],
): KubernetesObject => {
  const http = object.spec?.['http'] as unknown as readonly { readonly name?: string }[]; // as the scenarios write them
  return { ...object, spec: virtualService(change(http)).spec ?? {} };
};

const SECOND = { namespace: 'shop', name: 'order-service-public' };
const publicOne = virtualService(
  [route({ name: 'public' }), { name: 'other', route: [{ destination: { host: 'web' } }] }],
  SECOND.name,
);

/** Runs of every kind, each with what must come of it. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'three steps', plan: plan({ steps: [5, 25, 50] }), ends: 'Promoted' },
  { name: 'machines that come and go', plan: plan({ steps: [5, 25] }), hasManyMachines: true, ends: 'Promoted' },
  { name: 'fine steps', plan: plan({ steps: [0.01, 12.5] }), ends: 'Promoted' },
  {
    name: 'metrics are good',
    plan: plan({ analysis: ANALYSIS }),
    ends: 'Promoted',
  },
  {
    name: 'metrics turn bad',
    plan: plan({ analysis: ANALYSIS, steps: [10, 30, 60] }),
    set: metricsFrom(90_000, 'bad'),
    ends: 'RolledBack',
  },
  {
    name: 'hooks and a gate that opens late',
    plan: plan({
      steps: [10, 50],
      hooks: [
        hook('start', 'before-run', { onNo: 'pause' }),
        hook('load', 'in-step', { onNo: 'rollback' }),
        hook('gate', 'after-step'),
        hook('last', 'before-promotion', { onNo: 'rollback' }),
        hook('tell', 'after-promotion', { onNo: 'ignore' }),
      ],
    }),
    set: (mesh) => {
      mesh.hook = async ({ hook: name }) => ({
        ok: true,
        value: { answer: name === 'gate' && mesh.clock.monotonicMs() < 100_000 ? 'no' : 'yes', said: 'so' },
      });
    },
    ends: 'Promoted',
  },
  {
    name: 'two VirtualServices',
    plan: { ...plan(), target: { ...plan().target, virtualServices: [REFERENCE, SECOND] } },
    objects: [virtualService(), publicOne],
    ends: 'Promoted',
  },
  {
    name: 'two VirtualServices, aborted',
    plan: { ...plan(), target: { ...plan().target, virtualServices: [REFERENCE, SECOND] } },
    objects: [virtualService(), publicOne],
    doings: [{ atMs: 70_000, command: 'abort' }],
    isDisturbed: true,
    ends: 'RolledBack',
  },
  {
    name: 'endpoints come late',
    plan: plan({ steps: [25, 75] }),
    set: (mesh) => {
      const v2 = mesh.cluster.pods.find(({ labels }) => labels['version'] === 'v2');
      if (v2 === undefined) return;
      v2.ready = 1;
      void mesh.clock.sleep(120_000, new AbortController().signal).then(() => {
        v2.ready = 4;
      });
    },
    ends: 'Promoted',
  },
  {
    name: 'the run scales, and is rolled back',
    plan: plan({
      steps: [25, 75],
      analysis: ANALYSIS,
      capacity: {
        ready: 'proportional',
        scale: { workload: { kind: 'Deployment', namespace: 'shop', name: 'order-service-v2' }, max: null },
      },
    }),
    set: (mesh) => {
      metricsFrom(100_000, 'bad')(mesh);
      const v2 = mesh.cluster.pods.find(({ labels }) => labels['version'] === 'v2');
      mesh.cluster.replicas.set('order-service-v2', 1);
      if (v2 !== undefined) v2.ready = 1;
      mesh.cluster.onScale = (_, replicas) => {
        if (v2 === undefined) return;
        const isServing = mesh.weights().some((share) => share > 0);
        if (replicas < v2.ready && isServing) throw new Error('scaled down while requests still come');
        v2.ready = replicas;
      };
    },
    wrongAtEnd: (mesh) => {
      const replicas = mesh.cluster.replicas.get('order-service-v2');
      return replicas === 1 ? undefined : `replicas are ${replicas}, not 1 as before the run`;
    },
    ends: 'RolledBack',
  },
  {
    name: 'Git writes over it every 5 s, and it holds',
    plan: plan({ policies: { deadline: { afterMs: 300_000, then: 'stop' } } }),
    doings: [
      ...Array.from({ length: 10 }, (_, index) => ({ atMs: 20_000 + 5_000 * index, edit: asInGit })),
      { atMs: 90_000, command: 'abort' },
    ],
    isDisturbed: true,
    ends: 'RolledBack',
  },
  {
    name: 'somebody wipes the annotations once, and it is put right',
    plan: plan({ policies: { drift: { then: 'restore', restores: 3 } } }),
    doings: [{ atMs: 30_000, edit: wiped }],
    isDisturbed: true,
    ends: 'Promoted',
  },
  {
    name: 'somebody gives the canary everything',
    plan: plan({ policies: { drift: { then: 'restore', restores: 3 } } }),
    doings: [
      {
        atMs: 30_000,
        // Before there is a run it would be the mesh that the plan does not fit.
        edit: (object) =>
          keptState(object).kept === 'rollout'
            ? { ...object, spec: virtualService([route({ v1: 0, v2: 100 })]).spec ?? {} }
            : undefined,
      },
    ],
    isDisturbed: true,
    ends: 'Promoted',
  },
  ...(['restore', 'pause'] as const).map((then): Scenario => ({
    name: `somebody adds a route to the canary alone: ${then}`,
    plan: plan({ policies: { drift: { then, restores: 3 } } }),
    doings: [
      { atMs: 30_000, edit: (object) => withRoutes(object, (http) => [toTesters, ...http]) },
      ...(then === 'pause' ? [{ atMs: 90_000, command: 'resume' } as const] : []),
      {
        atMs: 95_000,
        edit: (object) => withRoutes(object, (http) => http.filter(({ name }) => name?.startsWith('testers') !== true)),
      },
    ],
    wrongAtEnd: (mesh) => {
      const ours = mesh.cluster.history(REFERENCE).flatMap(({ object, by }) => {
        const state = keptState(object);
        return by === 'somebody else' || state.kept !== 'rollout' ? [] : [{ by, object, rollout: state.rollout }];
      });
      // To a run that has not shifted anything yet it is a route like any other.
      if (ours.some(({ rollout }) => JSON.stringify(rollout.before).includes('testers'))) return undefined;
      const left = ours.find(
        ({ object, rollout }) =>
          shiftOf(rollout) !== null &&
          !rollout.phase.startsWith('Promot') &&
          JSON.stringify(object.spec).includes(JSON.stringify(toTesters.route)),
      );
      if (left !== undefined) return `${left.by} leaves the route as it is in phase ${left.rollout.phase}`;
      // An engine that takes over puts all right with its first write.
      const isSaid = ours
        .flatMap(({ rollout }) => rollout.history)
        .some(
          ({ event, message }) =>
            event === 'taken-over' ||
            (event === (then === 'pause' ? 'paused' : 'restored') && message.includes('route "testers"')),
        );
      return isSaid ? undefined : 'nobody says what somebody else did';
    },
    isDisturbed: true,
    ends: 'Promoted',
  })),
  {
    name: 'another engine takes the run from one that lives',
    plan: plan({ steps: [10, 50] }),
    set: (mesh) => void mesh.dead.add(ELSEWHERE.pid),
    doings: [{ atMs: 30_000, edit: takenElsewhere }],
    wrongAtEnd: (mesh) => {
      const versions = mesh.cluster.history(REFERENCE);
      const taken = versions.findIndex(({ by }) => by === 'somebody else');
      const next = taken < 1 ? undefined : versions[taken + 1];
      if (next === undefined) return undefined;
      const state = keptState(next.object);
      const isTakenBack = state.kept === 'rollout' && state.rollout.history.at(-1)?.event === 'taken-over';
      return isTakenBack ? undefined : `${next.by} drives on after it lost the run`;
    },
    ends: 'Promoted',
  },
  {
    name: 'metrics are away for a while',
    plan: plan({ analysis: ANALYSIS }),
    set: (mesh) => {
      mesh.metrics = () =>
        mesh.clock.monotonicMs() > 40_000 && mesh.clock.monotonicMs() < 400_000
          ? { ok: false, failure: { type: 'unreachable', retryable: true, uncertain: false, message: 'no Prometheus' } }
          : { ok: true, value: 'good' };
    },
    wrongAtEnd: (mesh) => {
      const early = mesh.cluster.history(REFERENCE).filter(({ atMs }) => atMs < 400_000);
      const most = canaryShares(
        early.map(({ object }) => object),
        plan().target,
      ).most;
      return most > 0.1 ? `it went to ${most} while nobody could see` : undefined;
    },
    ends: 'Promoted',
  },
  {
    name: 'paused, resumed, stepped, promoted by hand',
    plan: plan({ steps: [10, 20, 30, 40], promotion: 'manual' }),
    doings: [
      { atMs: 20_000, command: 'pause' },
      { atMs: 60_000, command: 'resume' },
      { atMs: 90_000, command: 'step' },
      { atMs: 500_000, command: 'promote' },
    ],
    wrongAtEnd: (mesh) => {
      const early = mesh.cluster.history(REFERENCE).filter(({ atMs }) => atMs < 500_000);
      const { most } = canaryShares(
        early.map(({ object }) => object),
        plan().target,
      );
      return most > 0.4 ? `it went to ${most} before anybody said promote` : undefined;
    },
    isDisturbed: true,
    ends: 'Promoted',
  },
  {
    name: 'by header first, with a mirror',
    plan: plan({
      steps: [{ weight: weight(10), mirror: weight(20) }, 50],
      match: [{ headers: { 'x-canary': { exact: 'yes' } }, cookies: {}, sourceLabels: {} }],
    }),
    ends: 'Promoted',
  },
  {
    name: 'nobody can see the proxies',
    plan: plan(),
    set: (mesh) => {
      mesh.plane.isObservable = false;
    },
    ends: 'Promoted',
  },
];
