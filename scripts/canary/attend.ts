import { isSameHolder } from '../../charts-src/canary/adopt.ts';
import type { Reference } from '../../charts-src/canary/ports/cluster.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { insist } from './insist.ts';
import { run, type RunEnding, type RunRequest } from './run.ts';

/**
 * Drives whatever run a VirtualService knows of, by the plan that is kept with it: for commands that are given where
 * no engine runs. If one does, it is `held`: then that one does the work.
 */
export async function attend(
  request: Omit<RunRequest, 'plan' | 'resume' | 'supersede'> & { readonly reference: Reference },
): Promise<RunEnding> {
  const { cluster, clock, processes } = request.ports;
  const read = await insist(clock, request.signal, (stop) => cluster.virtualService(request.reference, stop));
  if (!read.ok) return { ending: 'unreachable', failure: read.failure };
  const state = keptState(read.value);
  const name = `${request.reference.namespace}/${request.reference.name}`;
  if (state.kept !== 'rollout')
    return { ending: 'refused', problems: [`VirtualService ${name} knows of no run that could be driven.`] };
  const { holder, plan } = state.rollout;
  if (holder !== null && !isSameHolder(holder, processes.self) && processes.isAlive(holder) === 'alive')
    return { ending: 'held', rollout: state.rollout, by: holder };
  return run({ ...request, plan, resume: true });
}
