import { fingerprint } from '../model/fingerprint.ts';
import { fullHost } from '../model/host.ts';
import { ALL, type BasisPoints } from './basis-points.ts';
import { canonicalJson } from './canonical-json.ts';
import { isGenerated, unmarked } from './marker.ts';
import type { Arm, Target } from './plan.ts';
import type { Json, KubernetesObject } from './ports/cluster.ts';
import type { RouteBefore } from './rollout.ts';

/** A JSON object. */
export type Fields = Readonly<Record<string, Json>>;

/** The lists of a VirtualService that have weights. Source: Istio VirtualService.spec */
export const ROUTE_KINDS = ['http', 'tls', 'tcp'] as const;
export type RouteKind = (typeof ROUTE_KINDS)[number];

/** A route whose weights move: one that sends to the stable arm or did so before the run, or to the canary since. */
export interface MovedRoute {
  readonly kind: RouteKind;
  readonly route: Fields;
  /** Without marker. */
  readonly name: string;
  readonly destinations: readonly Fields[];
  /** Index of the stable arm among the destinations; undefined: somebody took it away. */
  readonly stable: number | undefined;
  /** Index of the canary arm; undefined: it is not there. */
  readonly canary: number | undefined;
  /** What tells it from all other routes of the object, wherever it stands. */
  readonly key: string;
}

/** What of a target says which routes are meant. */
export type RoutesOfTarget = Pick<Target, 'stable' | 'canary' | 'routes'>;

/**
 * The routes of a VirtualService that a run moves, in their order.
 * @param before what there was when the run began. A route that was moved then is still ours without the stable arm; one
 * that was not there, and gives the canary requests, becomes ours. Undefined: nothing was shifted yet
 */
export function movedRoutes(
  object: KubernetesObject,
  target: RoutesOfTarget,
  before?: readonly RouteBefore[],
): readonly MovedRoute[] {
  const past = before && pastByKey(before);
  return everyRoute(object, target).filter((route) => isMoved(route, { object, target, past }));
}

/** A route that a run does not move, and that gives the canary more of its requests than when the run began. */
export interface StrayRoute extends MovedRoute {
  /** What it was like then; undefined: it was not there. */
  readonly past: RouteBefore | undefined;
  /** What the canary has of all its requests, and what it had, from 0 to 1. */
  readonly share: number;
  readonly shareBefore: number;
}

/** The stray routes of a VirtualService: none before anything was shifted. */
export function strayRoutes(
  object: KubernetesObject,
  target: RoutesOfTarget,
  before: readonly RouteBefore[] | undefined,
): readonly StrayRoute[] {
  if (before === undefined) return [];
  const past = pastByKey(before);
  return everyRoute(object, target).flatMap((route) => {
    if (isMoved(route, { object, target, past })) return [];
    const known = past.get(route.key);
    const shareBefore = known === undefined ? 0 : canaryPart(known.destinations.map(fieldsIn), object, target);
    const share = canaryPart(route.destinations, object, target);
    return share > shareBefore ? [{ ...route, past: known, share, shareBefore }] : [];
  });
}

type PastByKey = ReadonlyMap<string, RouteBefore>;

const pastByKey = (before: readonly RouteBefore[]): PastByKey => new Map(before.map((route) => [route.key, route]));

function isMoved(
  { name, stable, canary, destinations, key }: MovedRoute,
  {
    object: { metadata },
    target,
    past,
  }: {
    readonly object: KubernetesObject;
    readonly target: RoutesOfTarget;
    readonly past: PastByKey | undefined;
  },
): boolean {
  if (target.routes !== null && !target.routes.includes(name)) return false;
  if (stable !== undefined) return true;
  const known = past?.get(key);
  if (known !== undefined)
    return indexOfArm(known.destinations.map(fieldsIn), target.stable, metadata.namespace) !== undefined;
  return past !== undefined && canary !== undefined && weightOf(destinations, canary) > 0;
}

/** What the canary gets of all requests of a route, from 0 to 1. */
function canaryPart(
  destinations: readonly Fields[],
  { metadata }: KubernetesObject,
  { canary }: RoutesOfTarget,
): number {
  const index = indexOfArm(destinations, canary, metadata.namespace);
  const weights = destinations.map((_, at) => weightOf(destinations, at));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return index === undefined || total === 0 ? 0 : (weights[index] ?? 0) / total;
}

/** All routes but those that a run put there, wherever they send. */
export function everyRoute(object: KubernetesObject, target: RoutesOfTarget): readonly MovedRoute[] {
  const seen = new Map<string, number>();
  return ROUTE_KINDS.flatMap((kind) =>
    routesOf(object, kind).flatMap((route): readonly MovedRoute[] => {
      const whole = textOf(route['name']);
      if (isGenerated(whole)) return [];
      const name = unmarked(whole);
      const destinations = fieldsOf(route['route']);
      const alike = `${kind} ${name} ${fingerprint(canonicalJson(route['match'] ?? null))}`;
      const nth = seen.get(alike) ?? 0;
      seen.set(alike, nth + 1);
      const key = nth === 0 ? alike : `${alike} ${nth}`;
      const stable = indexOfArm(destinations, target.stable, object.metadata.namespace);
      const canary = indexOfArm(destinations, target.canary, object.metadata.namespace);
      return [{ kind, route, name, destinations, stable, canary, key }];
    }),
  );
}

/** Where an arm stands among destinations. */
export function indexOfArm(destinations: readonly Fields[], arm: Arm, namespace: string): number | undefined {
  const index = destinations.findIndex((destination) => isArm(destination, arm, namespace));
  return index < 0 ? undefined : index;
}

/** The list of a VirtualService's routes of one kind. */
export const routesOf = (object: KubernetesObject, kind: RouteKind): readonly Fields[] => fieldsOf(object.spec?.[kind]);

/** Whether a destination is this arm. */
export function isArm(destination: Fields, arm: Arm, namespace: string): boolean {
  const to = fieldsIn(destination['destination']);
  const subset = textOf(to['subset']);
  return fullHost(textOf(to['host']), namespace) === arm.host && subset === (arm.subset ?? '');
}

/**
 * What a destination weighs. One that stands alone gets everything, whatever is written.
 * Source: Istio VirtualService.spec.http[].route[].weight
 */
export function weightOf(destinations: readonly Fields[], index: number): number {
  const weight = destinations[index]?.['weight'];
  const written = typeof weight === 'number' ? weight : 0;
  return written === 0 && destinations.length === 1 && index === 0 ? 100 : written;
}

/** Weights of both arms, and of all others in their order. */
export interface Weighed {
  readonly stable: number;
  readonly canary: number;
  readonly others: readonly number[];
}

export function weigh({
  destinations,
  stable,
  canary,
}: Pick<MovedRoute, 'destinations' | 'stable' | 'canary'>): Weighed {
  return {
    stable: stable === undefined ? 0 : weightOf(destinations, stable),
    canary: canary === undefined ? 0 : weightOf(destinations, canary),
    others: destinations.flatMap((_, index) =>
      index === stable || index === canary ? [] : [weightOf(destinations, index)],
    ),
  };
}

/** What the canary gets of the requests that both arms get, from 0 to 1; undefined: they get none. */
export function canaryShare({ stable, canary }: Pick<Weighed, 'stable' | 'canary'>): number | undefined {
  const both = stable + canary;
  return both > 0 ? canary / both : undefined;
}

/** The smallest and the largest share that the canary has in any route, from 0 to 1; both 0 where no route is. */
export function canaryShares(
  objects: readonly KubernetesObject[],
  target: RoutesOfTarget,
): { readonly least: number; readonly most: number } {
  const shares = objects
    .flatMap((object) => movedRoutes(object, target))
    .flatMap((route) => canaryShare(weigh(route)) ?? []);
  return shares.length === 0 ? { least: 0, most: 0 } : { least: Math.min(...shares), most: Math.max(...shares) };
}

/** Whether the canary has more than this share: by whole numbers, quotients would be rounded. */
export const exceeds = ({ stable, canary }: Pick<Weighed, 'stable' | 'canary'>, share: BasisPoints): boolean =>
  canary * ALL > share * (stable + canary);

/** What has to be remembered of a VirtualService: to undo a run, and to tell what somebody else gives the canary. */
export const routesBefore = (object: KubernetesObject, target: Target): readonly RouteBefore[] =>
  everyRoute(object, target).flatMap(({ key, destinations, stable, canary }) =>
    stable === undefined && canary === undefined ? [] : [{ key, destinations }],
  );

/** The objects of a list; what is none counts as empty. */
export const fieldsOf = (value: Json | undefined): readonly Fields[] =>
  Array.isArray(value) ? (value as readonly Json[]).map(fieldsIn) : [];

/** A JSON object; what is none counts as empty. */
export const fieldsIn = (value: Json | undefined): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A text; what is none counts as empty. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
