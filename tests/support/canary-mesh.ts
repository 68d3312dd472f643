import type { Analysis } from '../../charts-src/canary/analysis/analysis.ts';
import type { Evidence } from '../../charts-src/canary/analysis/evidence.ts';
import type { Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Verdict } from '../../charts-src/canary/analysis/verdict.ts';
import { NONE, type BasisPoints } from '../../charts-src/canary/basis-points.ts';
import type { Plan, Policies, Step } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { HookAnswer, HookContext } from '../../charts-src/canary/ports/hooks.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import type { Holder } from '../../charts-src/canary/rollout.ts';
import type { Drive } from '../../scripts/canary/drive.ts';
import { inMemoryCluster, type InMemoryCluster } from '../../scripts/cluster/in-memory-cluster.ts';
import { inMemoryDataPlane, type InMemoryDataPlane } from '../../scripts/cluster/in-memory-data-plane.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';

export const HOST = 'order-service.shop.svc.cluster.local';
export const REFERENCE = { namespace: 'shop', name: 'order-service' };

/** A weight in per cent. */
export const weight = (percent: number): BasisPoints => Math.round(percent * 100) as BasisPoints; // tests write good ones

const step = (given: number | Partial<Step>): Step => ({
  weight: typeof given === 'number' ? weight(given) : NONE,
  mirror: NONE,
  holdMs: 60_000,
  pause: false,
  analysed: true,
  ...(typeof given === 'number' ? {} : given),
});

/** A plan for the mesh below; what a test does not say is as plain as can be. */
export function plan({
  steps = [10, 50],
  policies = {},
  ...others
}: Partial<Omit<Plan, 'steps' | 'policies'>> & {
  readonly steps?: readonly (number | Partial<Step>)[];
  readonly policies?: Partial<Policies>;
} = {}): Plan {
  return {
    target: {
      namespace: 'shop',
      stable: { host: HOST, subset: 'v1' },
      canary: { host: HOST, subset: 'v2' },
      virtualServices: [REFERENCE],
      destinationRule: REFERENCE,
      routes: null,
    },
    steps: steps.map(step),
    promotion: 'automatic',
    match: [],
    hooks: [],
    analysis: null,
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
      ...policies,
    },
    capacity: { ready: 'proportional', scale: null },
    acknowledgement: { rewriteAfterMs: 2_000, timedFallbackMs: 15_000 },
    drainMs: 30_000,
    undoWindowMs: 3_600_000,
    ...others,
  };
}

/** An analysis whose verdicts the test says itself. */
export const ANALYSIS: Analysis = {
  intervalMs: 15_000,
  initialDelayMs: 0,
  falseAlarm: 0.01,
  falsePass: 0.05,
  cleanHold: null,
  burst: 1,
  errorBudget: null,
  bothBad: null,
  unattributed: null,
  errorLimit: 4,
  inconclusiveLimit: null,
  versions: { label: 'destination_version', stable: null, canary: null },
  metrics: [
    {
      type: 'errors',
      name: 'errors',
      dryRun: false,
      reporter: 'destination',
      codes: '5..',
      grpcStatuses: null,
      rule: { by: 'comparison', toleratedRatio: 2 },
    },
  ],
};

/** The VirtualService of the sample shop's order-service. */
export const virtualService = (http: readonly unknown[] = [route()], name = 'order-service'): KubernetesObject =>
  // What tests write as routes is JSON.
  ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'shop', labels: { app: 'order-service' } },
    spec: { hosts: [HOST], http },
  }) as KubernetesObject;

/** A route with weights for v1 and v2. */
export function route(
  { v1 = 100, v2 = 0, name = 'default' }: { v1?: number; v2?: number; name?: string } = {},
  others: Readonly<Record<string, unknown>> = {},
) {
  return {
    name,
    timeout: '10s',
    route: [
      { destination: { host: HOST, subset: 'v1', port: { number: 80 } }, weight: v1 },
      { destination: { host: HOST, subset: 'v2', port: { number: 80 } }, weight: v2 },
    ],
    ...others,
  };
}

export const DESTINATION_RULE: KubernetesObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { ...REFERENCE },
  spec: {
    host: HOST,
    subsets: [
      { name: 'v1', labels: { version: 'v1' } },
      { name: 'v2', labels: { version: 'v2' } },
    ],
  },
};

/** A mesh in memory with a clock of its own. */
export interface CanaryMesh {
  readonly clock: FakeClock;
  readonly cluster: InMemoryCluster;
  readonly plane: InMemoryDataPlane;
  /** What metrics answer. */
  metrics: () => Result<Verdict['verdict']>;
  /** What hooks answer, and what they were asked. */
  hook: (context: HookContext) => Promise<Result<HookAnswer>>;
  readonly hookCalls: HookContext[];
  /** Processes that are no more. */
  readonly dead: Set<number>;
  /** The world as one engine sees it. */
  ports(pid?: number, host?: string): Ports;
  /** Weights of v2 in all routes of the VirtualService, as they lie. */
  weights(): readonly number[];
}

export function canaryMesh(object: KubernetesObject = virtualService()): CanaryMesh {
  const clock = fakeClock();
  const cluster = inMemoryCluster(clock.monotonicMs);
  cluster.put(object);
  cluster.put(DESTINATION_RULE);
  for (const version of ['v1', 'v2'])
    cluster.pods.push({ service: 'order-service', labels: { version }, ready: 4, pods: 4, terminating: 0 });
  const plane = inMemoryDataPlane(cluster, clock.monotonicMs);
  for (const pod of ['user-0', 'user-1'])
    plane.proxies.push({ namespace: 'shop', pod, delayMs: 150, heldSinceMs: null });
  let runs = 0;
  const mesh: CanaryMesh = {
    clock,
    cluster,
    plane,
    metrics: () => ({ ok: true, value: 'good' }),
    hook: async () => ({ ok: true, value: { answer: 'yes', said: 'fine' } }),
    hookCalls: [],
    dead: new Set(),
    ports: (pid = 1, host = 'laptop') => {
      const self: Holder = { host, pid, startedAt: `process ${pid}` };
      return {
        cluster: cluster.as(`${host}/${pid}`),
        dataPlane: plane,
        metrics: {
          sample: async () => {
            const answer = mesh.metrics();
            return answer.ok ? { ok: true, value: sampleSaying(answer.value, clock) } : answer;
          },
          check: async () => ({ type: 'answer', answer: 'passed', said: 'fine' }),
        },
        hooks: {
          call: (_, context) => {
            mesh.hookCalls.push(context);
            return mesh.hook(context);
          },
        },
        clock,
        processes: {
          self,
          isAlive: (holder) => (holder.host !== host ? 'unknown' : mesh.dead.has(holder.pid) ? 'dead' : 'alive'),
        },
        runIds: {
          next: () => {
            runs += 1;
            return `r${runs}`;
          },
        },
      };
    },
    weights: () => {
      const lying = cluster.get('VirtualService', { namespace: 'shop', name: object.metadata.name });
      const http = (lying?.spec?.['http'] ?? []) as unknown as ReturnType<typeof route>[]; // as tests write them
      return http.map(
        ({ route: destinations }) => destinations.find((one) => one.destination.subset === 'v2')?.weight ?? 0,
      );
    },
  };
  return mesh;
}

const sampleSaying = (verdict: Verdict['verdict'], clock: FakeClock): Sample => ({
  at: verdict, // where the judge below finds it
  untilMs: clock.monotonicMs(),
  metrics: {},
});

/** Judges by what the test said: the analysis itself has tests of its own. */
export const assess: Drive['assess'] = {
  addSample: (_, evidence, sample, index): Evidence => ({
    samples: (evidence?.samples ?? 0) + 1,
    sinceMs: 0,
    untilMs: sample.untilMs,
    step: { index, sinceMs: 0 },
    undecided: 0,
    metrics: { said: { type: 'unheard', failures: 0, lastFailure: sample.at, isAwaited: false, exchange: null } },
  }),
  judge: (_, evidence): Verdict => {
    const verdict = evidence.metrics['said']?.lastFailure as Verdict['verdict']; // put there by addSample
    const told = { why: `the test says ${verdict}`, metrics: [] };
    return verdict === 'undecided' ? { verdict, stuck: false, ...told } : { verdict, ...told };
  },
};
