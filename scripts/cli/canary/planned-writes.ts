import { ALL, NONE, percentOf, type BasisPoints } from '../../../charts-src/canary/basis-points.ts';
import { required } from '../../../charts-src/canary/capacity.ts';
import { desiredVirtualService } from '../../../charts-src/canary/desired.ts';
import { begin, evolve, type Beginning } from '../../../charts-src/canary/evolve.ts';
import type { HookMoment, Plan, Step } from '../../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../../charts-src/canary/ports/cluster.ts';
import type { Rollout } from '../../../charts-src/canary/rollout.ts';
import { routesBefore } from '../../../charts-src/canary/routes.ts';
import { durationText } from './duration-text.ts';

/** One write of a run, or one for each of its VirtualServices. */
export interface PlannedWrite {
  /** `begin`, `step 1`, `promotion`, `end`, or `rollback`, which stands for one after the last step. */
  readonly when: string;
  /** Per cent of the canary; null: what it has. */
  readonly weight: number | null;
  /** What has to be true before it, in words. */
  readonly waitsFor: readonly string[];
  /** In the order of the plan: as they lie before it, and after. */
  readonly objects: readonly { readonly before: KubernetesObject; readonly after: KubernetesObject }[];
}

/** Every write of a run that goes as planned, and the one that takes it back. */
export function plannedWrites(
  virtualServices: readonly KubernetesObject[],
  beginning: Beginning,
): readonly PlannedWrite[] {
  const { plan, at } = beginning;
  const writes: PlannedWrite[] = [];
  let live = virtualServices;
  const write = (when: string, rollout: Rollout, weight: BasisPoints | null, waitsFor: readonly string[]): void => {
    const objects = live.map((before, position) => ({
      before,
      after: desiredVirtualService(before, rollout, position),
    }));
    live = objects.map(({ after }) => after);
    writes.push({ when, weight: weight === null ? null : percentOf(weight), waitsFor, objects });
  };
  let rollout = begin(beginning);
  write('begin', rollout, null, []);
  plan.steps.forEach((step, index) => {
    const before = virtualServices.map((object) => routesBefore(object, plan.target));
    rollout = evolve(rollout, {
      type: 'stepped',
      at,
      step: index,
      weight: step.weight,
      ...(index === 0 && { before }),
    });
    write(`step ${index + 1}`, rollout, step.weight, [
      ...(index === 0 ? hooks(plan, 'before-run') : endOfStep(plan, plan.steps[index - 1])),
      ...hooks(plan, 'before-step'),
      ...endpoints(rollout, step.weight),
    ]);
  });
  const last = rollout;
  if (plan.promotion !== 'none') {
    rollout = evolve(rollout, { type: 'promoted', at });
    write('promotion', rollout, ALL, [
      ...endOfStep(plan, plan.steps.at(-1)),
      ...(plan.promotion === 'manual' ? ['weft canary promote'] : []),
      ...hooks(plan, 'before-promotion'),
      ...endpoints(rollout, ALL),
    ]);
  }
  rollout = evolve(rollout, { type: 'finished', at });
  write('end', rollout, null, [
    ...(plan.promotion === 'none' ? endOfStep(plan, plan.steps.at(-1)) : [PROXIES, ...hooks(plan, 'after-promotion')]),
  ]);
  live = virtualServices.map((object, position) => desiredVirtualService(object, last, position));
  const reason = { cause: 'bad', message: 'the canary is worse' } as const;
  write('rollback', evolve(last, { type: 'rolled-back', at, reason }), NONE, ['a bad verdict, or weft canary abort']);
  return writes;
}

/** How long a run takes at least: hold times, without what proxies, endpoints and evidence take. */
export const leastMs = ({ steps }: Pick<Plan, 'steps'>): number => steps.reduce((sum, { holdMs }) => sum + holdMs, 0);

const PROXIES = 'all proxies hold the weight';

const hooks = ({ hooks: all }: Plan, when: HookMoment): readonly string[] =>
  all.filter((hook) => hook.when === when).map(({ name }) => `hook ${name}`);

function endOfStep(plan: Plan, step: Step | undefined): readonly string[] {
  if (step === undefined) return [];
  return [
    PROXIES,
    ...hooks(plan, 'in-step'),
    ...(step.holdMs > 0 ? [durationText(step.holdMs)] : []),
    ...hooks(plan, 'after-step'),
    ...(plan.analysis !== null && step.analysed ? ['a good verdict'] : []),
    ...(step.pause ? ['weft canary resume'] : []),
  ];
}

function endpoints(rollout: Rollout, weight: BasisPoints): readonly string[] {
  const count = required(rollout, weight);
  return count === 0 ? [] : [`${count} ready ${count === 1 ? 'endpoint' : 'endpoints'} of the new version`];
}
