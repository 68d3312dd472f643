import { ALL, NONE, type BasisPoints } from './basis-points.ts';
import { isSame } from './canonical-json.ts';
import type { Arm, Target } from './plan.ts';
import type { RouteBefore } from './rollout.ts';
import {
  canaryShare,
  fieldsIn,
  indexOfArm,
  weigh,
  weightOf,
  type Fields,
  type MovedRoute,
  type Weighed,
} from './routes.ts';

type Arms = Pick<Target, 'stable' | 'canary' | 'namespace'>;
type Divided = Pick<MovedRoute, 'destinations' | 'stable' | 'canary'>;

/**
 * The destinations of a route when the canary gets this share of what both arms get. Others keep their share, and
 * their numbers too unless the share asks for finer ones. Where the canary had just this share before the run, it is
 * written as it was then.
 */
export function dividedDestinations(
  live: Divided,
  share: BasisPoints | 'before' | 'untouched',
  before: RouteBefore | undefined,
  arms: Arms,
): readonly Fields[] {
  if (share === 'untouched') return live.destinations;
  const past = before && pastOf(before, arms);
  // Somebody took the stable arm away: what was there before is the best that is known.
  const now = live.stable === undefined ? (past ?? withStable(live, share, arms)) : live;
  if (now === undefined) return live.destinations;
  const isUntouched = past !== undefined && differInWeightsOnly(now, past);
  if (share === 'before') {
    if (isUntouched) return past.destinations;
    // What was not there before the run has nothing for the canary after it.
    if (past === undefined) return withoutCanary(now, arms);
    return divided(now, weigh(now), Math.round((canaryShare(weigh(past)) ?? 0) * ALL), arms);
  }
  if (isUntouched && hasShare(weigh(past), share)) return past.destinations;
  if (hasShare(weigh(now), share)) return now.destinations;
  return divided(now, weigh(isUntouched ? past : now), share, arms);
}

/** A route without canary: the stable arm gets what it had. */
export const withoutCanary = (live: Divided, arms: Arms): readonly Fields[] => {
  const now = live.stable === undefined ? withStable(live, NONE, arms) : live;
  return now === undefined || weigh(now).canary === 0 ? live.destinations : divided(now, weigh(now), NONE, arms);
};

/** The stable arm beside a canary that has a route for itself; undefined: it is to have all of it, or is not there. */
function withStable(live: Divided, share: BasisPoints | 'before', arms: Arms): Divided | undefined {
  const canary = live.canary === undefined ? undefined : live.destinations[live.canary];
  if (live.canary === undefined || canary === undefined || share === ALL) return undefined;
  const weight = weightOf(live.destinations, live.canary);
  const stable = weighing(armDestination(canary, { from: arms.canary, to: arms.stable }), 0);
  return {
    destinations: live.destinations.toSpliced(live.canary, 1, stable, weighing(canary, weight)),
    stable: live.canary,
    canary: live.canary + 1,
  };
}

/** The destination of the canary, made after that of the stable arm: the same port, the same headers. */
export const canaryDestination = (stable: Fields, arms: Arms): Fields =>
  armDestination(stable, { from: arms.stable, to: arms.canary });

function armDestination(one: Fields, { from, to }: { readonly from: Arm; readonly to: Arm }): Fields {
  const { weight: _, ...others } = one;
  const { subset: __, ...destination } = fieldsIn(one['destination']);
  return {
    ...others,
    destination: {
      ...destination,
      ...(to.host !== from.host && { host: to.host }),
      ...(to.subset !== null && { subset: to.subset }),
    },
  };
}

/** `base` gives the proportions between both arms and the others. */
function divided(live: Divided, base: Weighed, share: number, arms: Arms): readonly Fields[] {
  const both = base.stable + base.canary;
  if (both === 0 && base.others.length > 0) return live.destinations; // both get nothing, whatever the share
  const { stable, canary, factor } = whole(both, share, base.others.length > 0);
  const others = base.others.values();
  const weighed = live.destinations.map((destination, index) => {
    if (index === live.stable) return weighing(destination, stable);
    if (index === live.canary) return weighing(destination, canary);
    return weighing(destination, (others.next().value ?? 0) * factor);
  });
  const first = live.stable === undefined ? undefined : live.destinations[live.stable];
  if (live.stable === undefined || live.canary !== undefined || first === undefined || canary === 0) return weighed;
  return weighed.toSpliced(live.stable + 1, 0, weighing(canaryDestination(first, arms), canary));
}

/**
 * Whole numbers in the proportion asked for. Alone, both arms are written as the model writes weights: per cent, or
 * hundredths when there are decimals. With others, all is multiplied by as little as makes them whole.
 */
function whole(both: number, share: number, hasOthers: boolean) {
  const total = hasOthers ? both : share % 100 === 0 ? 100 : ALL;
  const factor = ALL / greatestCommonDivisor(total * share, ALL);
  const canary = (total * factor * share) / ALL;
  return { canary, stable: total * factor - canary, factor };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** The destination itself when it weighs so already. */
const weighing = (destination: Fields, weight: number): Fields =>
  destination['weight'] === weight || (weight === 0 && destination['weight'] === undefined)
    ? destination
    : { ...destination, weight };

const hasShare = ({ stable, canary }: Weighed, share: BasisPoints): boolean =>
  stable + canary > 0 && canary * ALL === share * (stable + canary);

function pastOf({ destinations: json }: RouteBefore, { stable, canary, namespace }: Arms): Divided | undefined {
  const destinations = json.map(fieldsIn);
  const at = (arm: Arm) => indexOfArm(destinations, arm, namespace);
  return at(stable) === undefined ? undefined : { destinations, stable: at(stable), canary: at(canary) };
}

/** Whether nobody but us changed a route since: the same destinations, the others in the same proportion. */
function differInWeightsOnly(live: Divided, past: Divided): boolean {
  const addedByUs = past.canary === undefined ? live.canary : undefined;
  const kept = live.destinations.filter((_, index) => index !== addedByUs);
  const bare = (destinations: readonly Fields[]) => destinations.map(({ weight: _, ...others }) => others);
  if (!isSame(bare(kept), bare(past.destinations))) return false;
  const proportions = ({ stable, canary, others }: Weighed) => [stable + canary, ...others];
  const [now, then] = [proportions(weigh(live)), proportions(weigh(past))];
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const [nowTotal, thenTotal] = [sum(now), sum(then)];
  return now.every((number, index) => number * thenTotal === (then[index] ?? 0) * nowTotal);
}
