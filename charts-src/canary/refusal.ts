import { NONE, percentOf } from './basis-points.ts';
import type { Command } from './event.ts';
import { planMaximum } from './evolve.ts';
import { isOver, shiftOf, type Rollout } from './rollout.ts';

/** Why a command makes no sense for a run as it stands; undefined: it does. */
export function refusal(rollout: Rollout, command: Command): string | undefined {
  const { run, phase, plan } = rollout;
  if (command.type === 'undo') {
    if (phase === 'Undone') return `run ${run} is undone already`;
    return isOver(rollout)
      ? undefined
      : `run ${run} is ${phase}: what is not over cannot be undone. Take it back first: weft canary abort`;
  }
  if (isOver(rollout)) return `run ${run} is over (${phase}), so there is nothing to ${command.type}`;
  if (command.type === 'abort')
    return phase === 'RollingBack' ? `run ${run} is being rolled back already: ${rollout.reason.message}` : undefined;
  if (phase === 'RollingBack')
    return `run ${run} is being rolled back (${rollout.reason.message}): that is not interrupted`;
  switch (command.type) {
    case 'pause':
      return phase === 'Paused' ? `run ${run} is paused already: ${rollout.reason.message}` : undefined;
    case 'resume':
      return phase === 'Paused' ? undefined : `run ${run} is not paused, it is ${phase}`;
    case 'step':
    case 'promote':
    case 'set':
      if (phase === 'Promoting') return `run ${run} is being promoted already`;
      if (shiftOf(rollout) === null)
        return `run ${run} has not shifted anything yet: ${command.type} makes sense after its first step`;
      if (command.type === 'set' && (command.weight > planMaximum(plan) || command.weight < NONE))
        return `${percentOf(command.weight)} % is more than the ${percentOf(planMaximum(plan))} % to which the plan goes: weft canary promote gives the canary all`;
      if (command.type === 'promote' && plan.promotion === 'none')
        return `the plan of run ${run} has no promotion: its last weight stays`;
      return undefined;
  }
}
