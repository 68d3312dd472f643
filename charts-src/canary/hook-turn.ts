import type { Hook, HookMoment } from './plan.ts';
import type { Rollout } from './rollout.ts';

/** A hook that has to be asked, and the name of this question: the same after a crash, another one in the next step. */
export interface HookTurn {
  readonly hook: Hook;
  /** `<step>/<name>`; with the run before it, it is the idempotency key. */
  readonly key: string;
}

const OF_THE_RUN: ReadonlySet<HookMoment> = new Set<HookMoment>([
  'before-run',
  'before-promotion',
  'after-promotion',
  'after-rollback',
]);

/** The next hook of these moments that was not answered yet. @param step counted from 0 */
export function hookTurn(rollout: Rollout, moments: readonly HookMoment[], step: number): HookTurn | undefined {
  return moments
    .flatMap((moment) => rollout.plan.hooks.filter(({ when }) => when === moment))
    .map((hook) => ({ hook, key: OF_THE_RUN.has(hook.when) ? `run/${hook.name}` : `${step + 1}/${hook.name}` }))
    .find(({ key }) => !rollout.hooksDone.includes(key));
}
