import { ALL, type BasisPoints } from './basis-points.ts';
import { isSame } from './canonical-json.ts';
import { desiredSpec } from './desired.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import type { Rollout } from './rollout.ts';
import { canaryShare, movedRoutes, weigh } from './routes.ts';

/** How the first VirtualService differs from what the run wrote. */
export interface Drift {
  /** Some route gives the canary more than the run wants. */
  readonly isMore: boolean;
  /** Some route gives it less. */
  readonly isLess: boolean;
  /** The smallest share that the canary has in a route now, rounded down. */
  readonly least: BasisPoints;
  /** In words: what was found. */
  readonly found: string;
}

/** Compares a VirtualService with what it should be; undefined: the routes are in place. */
export function driftOf(live: KubernetesObject, rollout: Rollout): Drift | undefined {
  const { target } = rollout.plan;
  const before = rollout.before[0];
  const spec = desiredSpec(live, rollout, 0);
  if (isSame(spec, live.spec)) return undefined;
  const wanted = new Map(
    movedRoutes({ ...live, spec }, target, before).map((route) => [route.key, canaryShare(weigh(route))]),
  );
  const shares = movedRoutes(live, target, before).flatMap((route) => {
    const found = canaryShare(weigh(route));
    // Where both arms get nothing there is nothing to compare; an arm that was taken away counts as none.
    return [{ found: found ?? 0, wanted: wanted.get(route.key) ?? found ?? 0 }];
  });
  const more = shares.find(({ found, wanted: share }) => found > share);
  const less = shares.find(({ found, wanted: share }) => found < share);
  const told = more ?? less;
  return {
    isMore: more !== undefined,
    isLess: less !== undefined,
    least: Math.floor(Math.min(1, ...shares.map(({ found }) => found)) * ALL) as BasisPoints, // from 0 to 10,000
    found:
      told === undefined
        ? 'the marker of a route, or a route of the run, was gone'
        : `the canary had ${percentText(told.found)} instead of ${percentText(told.wanted)}`,
  };
}

const percentText = (share: number): string => `${Math.round(share * ALL) / 100} %`;
