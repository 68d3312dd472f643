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

/** A route whose weights move: one that sends to the stable arm, or did so before the run. */
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
 * @param before routes that were moved when the run began: they are still ours without the stable arm
 */
export function movedRoutes(
  object: KubernetesObject,
  target: RoutesOfTarget,
  before: readonly RouteBefore[] = [],
): readonly MovedRoute[] {
  const known = new Set(before.map(({ key }) => key));
  const seen = new Map<string, number>();
  return ROUTE_KINDS.flatMap((kind) =>
    routesOf(object, kind).flatMap((route): readonly MovedRoute[] => {
      const whole = textOf(route['name']);
      const name = unmarked(whole);
      if (isGenerated(whole) || (target.routes !== null && !target.routes.includes(name))) return [];
      const destinations = fieldsOf(route['route']);
      const alike = `${kind} ${name} ${fingerprint(canonicalJson(route['match'] ?? null))}`;
      const nth = seen.get(alike) ?? 0;
      seen.set(alike, nth + 1);
      const key = nth === 0 ? alike : `${alike} ${nth}`;
      const stable = indexOfArm(destinations, target.stable, object.metadata.namespace);
      if (stable === undefined && !known.has(key)) return [];
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
  if (typeof weight === 'number') return weight;
  return destinations.length === 1 && index === 0 ? 100 : 0;
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

/** What has to be remembered of a VirtualService to undo a run. */
export const routesBefore = (object: KubernetesObject, target: Target): readonly RouteBefore[] =>
  movedRoutes(object, target).map(({ key, destinations }) => ({ key, destinations }));

/** The objects of a list; what is none counts as empty. */
export const fieldsOf = (value: Json | undefined): readonly Fields[] =>
  Array.isArray(value) ? (value as readonly Json[]).map(fieldsIn) : [];

/** A JSON object; what is none counts as empty. */
export const fieldsIn = (value: Json | undefined): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A text; what is none counts as empty. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
