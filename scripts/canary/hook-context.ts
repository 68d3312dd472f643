import { NONE, percentOf } from '../../charts-src/canary/basis-points.ts';
import { wantedWeight } from '../../charts-src/canary/intent.ts';
import type { Hook } from '../../charts-src/canary/plan.ts';
import type { HookContext } from '../../charts-src/canary/ports/hooks.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';

/** What a hook is told of the run. */
export function hookContext(rollout: Rollout, hook: Hook, key: string): HookContext {
  const { run, phase, plan } = rollout;
  const { stable, canary, namespace } = plan.target;
  const [step = ''] = key.split('/');
  return {
    key: `${run}/${key}`,
    run,
    hook: hook.name,
    phase,
    namespace,
    host: canary.host,
    stable: stable.subset ?? stable.host,
    canary: canary.subset ?? canary.host,
    step: /^\d+$/.test(step) ? Number(step) : 0,
    weight: percentOf(wantedWeight(rollout) ?? NONE),
  };
}
