import { ALL, NONE, percentOf, type BasisPoints } from './basis-points.ts';
import { wantedWeight } from './intent.ts';
import type { Capacity } from './observation.ts';
import type { Rollout, RunFacts } from './rollout.ts';

/** How many endpoints the canary must have ready for a share. */
export function required({ plan, stableReady }: Pick<RunFacts, 'plan' | 'stableReady'>, weight: BasisPoints): number {
  const { ready } = plan.capacity;
  // Matching requests and copies reach the canary at any weight.
  const isAlone = plan.match.length === 0 && plan.steps.every(({ mirror }) => mirror === NONE);
  if (weight === NONE && isAlone) return 0;
  if (typeof ready === 'number') return ready;
  return Math.max(1, Math.ceil((weight * stableReady) / ALL));
}

/** What is missing before the canary gets this share; undefined: nothing. Only the arm that gets more counts. */
export function shortage(rollout: Rollout, { stable, canary }: Capacity, weight: BasisPoints): string | undefined {
  const now = wantedWeight(rollout) ?? NONE;
  if (weight < now)
    return stable.readyEndpoints > 0
      ? undefined
      : `the stable arm has no ready endpoint, and would get ${percentOf((ALL - weight) as BasisPoints)} %`; // from 0 to 10,000
  const needed = required(rollout, weight);
  return canary.readyEndpoints >= needed
    ? undefined
    : `the canary has ${canary.readyEndpoints} ready of ${needed} endpoints (pods: ${canary.pods})`;
}
