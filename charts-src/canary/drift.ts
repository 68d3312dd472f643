import { ALL, type BasisPoints } from './basis-points.ts';
import { isSame } from './canonical-json.ts';
import { desiredSpec } from './desired.ts';
import { isGenerated } from './marker.ts';
import { isNarrowed } from './matched-routes.ts';
import type { Plan } from './plan.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import type { Rollout } from './rollout.ts';
import { canaryShare, movedRoutes, routesOf, strayRoutes, textOf, weigh, type MovedRoute } from './routes.ts';

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
  const spec = desiredSpec(live, rollout, 0);
  if (isSame(spec, live.spec)) return undefined;
  const wanted = { ...live, spec };
  const moved = movedShares(live, wanted, rollout);
  const shares = [...moved, ...strayShares(live, wanted, rollout), ...generatedShares(live, wanted, rollout.plan)];
  const more = shares.find(({ found, wanted: share }) => found > share);
  const less = moved.find(({ found, wanted: share }) => found < share);
  const told = more ?? less;
  return {
    isMore: more !== undefined,
    isLess: less !== undefined,
    least: Math.floor(Math.min(1, ...moved.map(({ found }) => found)) * ALL) as BasisPoints, // from 0 to 10,000
    found:
      told === undefined
        ? 'the marker of a route, or a route of the run, was gone'
        : `the canary had ${percentText(told.found)} instead of ${percentText(told.wanted)}${told.where}`,
  };
}

/** What the canary has in a route, and should have, from 0 to 1. */
interface Share {
  readonly found: number;
  readonly wanted: number;
  /** For a message: which route it is, where that says something. */
  readonly where: string;
}

/** Of what both arms get, in the routes that the run moves. */
function movedShares(
  live: KubernetesObject,
  wanted: KubernetesObject,
  { plan: { target }, before }: Rollout,
): readonly Share[] {
  const shareOf = new Map(
    movedRoutes(wanted, target, before[0]).map((route) => [route.key, canaryShare(weigh(route))]),
  );
  const known = new Set(before[0]?.map(({ key }) => key));
  return movedRoutes(live, target, before[0]).map((route) => {
    const found = canaryShare(weigh(route));
    // Where both arms get nothing there is nothing to compare; an arm that was taken away counts as none.
    return {
      found: found ?? 0,
      wanted: shareOf.get(route.key) ?? found ?? 0,
      where:
        before[0] === undefined || known.has(route.key)
          ? ''
          : ` in ${routeText(route)}, which was not there when the run began`,
    };
  });
}

/** Of all requests, in routes that the run leaves to others. */
function strayShares(
  live: KubernetesObject,
  wanted: KubernetesObject,
  { plan: { target }, before }: Rollout,
): readonly Share[] {
  const left = new Set(strayRoutes(wanted, target, before[0]).map(({ key }) => key));
  return strayRoutes(live, target, before[0])
    .filter(({ key }) => !left.has(key))
    .map((route) => ({
      found: route.share,
      wanted: route.shareBefore,
      where: ` in ${routeText(route)}, which the run does not move`,
    }));
}

/** Routes of a run, by which matching requests go to the canary, that stay when they should not or match more. */
function generatedShares(live: KubernetesObject, wanted: KubernetesObject, { match }: Plan): readonly Share[] {
  const generated = (object: KubernetesObject) =>
    routesOf(object, 'http').filter((route) => isGenerated(textOf(route['name'])));
  const areWanted = generated(wanted).length > 0;
  return generated(live)
    .filter((route) => !areWanted || !isNarrowed(route, match))
    .map((route) => ({
      found: 1,
      wanted: 0,
      where: ` of what ${routeText({ kind: 'http', name: textOf(route['name']) })} matches beyond the plan`,
    }));
}

const routeText = ({ kind, name }: Pick<MovedRoute, 'kind' | 'name'>): string =>
  name === '' ? `a route of ${kind} without a name` : `route "${name}"`;

const percentText = (share: number): string => `${Math.round(share * ALL) / 100} %`;
