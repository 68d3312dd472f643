import { ALL, NONE, percentOf } from './basis-points.ts';
import { isSame } from './canonical-json.ts';
import { canaryDestination, dividedDestinations, withoutCanary } from './destinations.ts';
import { intentOf, type Intent } from './intent.ts';
import { isGenerated, marked, unmarked } from './marker.ts';
import { narrowedMatches } from './matched-routes.ts';
import type { Plan } from './plan.ts';
import type { Json, KubernetesObject } from './ports/cluster.ts';
import type { RouteBefore, Rollout } from './rollout.ts';
import { followerAnnotations, stateAnnotations, withoutOurs } from './rollout-annotations.ts';
import {
  fieldsIn,
  isArm,
  movedRoutes,
  ROUTE_KINDS,
  routesOf,
  strayRoutes,
  textOf,
  type Fields,
  type MovedRoute,
  type StrayRoute,
} from './routes.ts';

/**
 * A VirtualService as it should be at this point of a run: what lies there, with the weights of both arms, the marker,
 * the routes of the run and our annotations put right. All else stays. It follows from what lies there and the run
 * alone, so whoever writes it last writes the same.
 * @param position of the VirtualService in the plan; the first one, 0, holds the state
 */
export function desiredVirtualService(live: KubernetesObject, rollout: Rollout, position: number): KubernetesObject {
  const annotations = {
    ...withoutOurs(live.metadata.annotations),
    ...(position === 0 ? stateAnnotations(rollout) : followerAnnotations(rollout)),
  };
  const { annotations: _, ...metadata } = live.metadata;
  return {
    ...live,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    ...(live.spec !== undefined && { spec: desiredSpec(live, rollout, position) }),
  };
}

/** Its `spec` alone: what the proxies are told. */
export function desiredSpec(live: KubernetesObject, rollout: Rollout, position: number): Fields {
  const intent = intentOf(rollout);
  // Istio reads a short host in the namespace of the object that names it, which need not be that of the target.
  const target = { ...rollout.plan.target, namespace: live.metadata.namespace };
  const plan = { ...rollout.plan, target };
  const routes = rollout.before[position];
  const before = new Map(routes?.map((route) => [route.key, route]));
  const moved = new Map(movedRoutes(live, target, routes).map((route) => [route.route, route]));
  // Whoever is to have everything may have it there as well.
  const strays = intent.canary === ALL ? [] : strayRoutes(live, target, routes);
  const stray = new Map(strays.map((route) => [route.route, route]));
  const spec: Record<string, Json> = { ...live.spec };
  for (const kind of ROUTE_KINDS) {
    if (spec[kind] === undefined) continue;
    spec[kind] = routesOf(live, kind).flatMap((route) => {
      if (isGenerated(textOf(route['name']))) return [];
      const ours = moved.get(route);
      if (ours === undefined)
        return [named(takenBack(route, stray.get(route), target), unmarked(textOf(route['name'])))];
      return writtenRoutes(ours, intent, before.get(ours.key), plan);
    });
  }
  return spec;
}

/** Whether a further VirtualService is as it should be at this point of a run. */
export const isInStep = (live: KubernetesObject, rollout: Rollout, position: number): boolean =>
  isSame(live.spec, desiredSpec(live, rollout, position)) &&
  isSame(live.metadata.annotations ?? {}, {
    ...withoutOurs(live.metadata.annotations),
    ...followerAnnotations(rollout),
  });

/** A route with its weights, behind the one that sends matching requests to the canary. */
function writtenRoutes(
  { kind, route, name, ...ours }: MovedRoute,
  { canary, marker, matchMarker, mirror }: Intent,
  before: RouteBefore | undefined,
  plan: Plan,
): readonly Fields[] {
  const destinations = dividedDestinations(ours, canary, before, plan.target);
  if (kind !== 'http') return [{ ...route, route: destinations }]; // only routes of HTTP have names, matches and mirrors
  const stable = destinations.find((destination) => isArm(destination, plan.target.stable, plan.target.namespace));
  const toCanary = stable === undefined ? undefined : canaryDestination(stable, plan.target);
  const plain = { ...withoutMirror(route, plan), route: destinations };
  const weighted = named(plain, marker === null ? name : marked(name, marker));
  const match = matchMarker === null ? [] : narrowedMatches(route, plan.match);
  return [
    ...(matchMarker !== null && match.length > 0 && toCanary !== undefined
      ? [{ ...plain, name: marked(name, matchMarker), match, route: [toCanary] }]
      : []),
    mirror === NONE || toCanary === undefined
      ? weighted
      : {
          ...weighted,
          mirror: fieldsIn(toCanary['destination']),
          mirrorPercentage: { value: percentOf(mirror) },
        },
  ];
}

/** A route that is not the run's, without what somebody gave the canary in it. */
function takenBack(route: Fields, stray: StrayRoute | undefined, target: Plan['target']): Fields {
  return stray === undefined ? route : { ...route, route: stray.past?.destinations ?? withoutCanary(stray, target) };
}

/** Takes away a mirror of ours: a plan that mirrors is refused where a route has one of its own. */
function withoutMirror(route: Fields, { steps, target }: Plan): Fields {
  const isOurs =
    steps.some(({ mirror }) => mirror !== NONE) &&
    isArm({ destination: route['mirror'] ?? null }, target.canary, target.namespace);
  if (!isOurs) return route;
  const { mirror: _, mirrorPercentage: __, ...plain } = route;
  return plain;
}

function named(route: Fields, name: string): Fields {
  if (textOf(route['name']) === name) return route;
  const { name: _, ...nameless } = route;
  return name === '' ? nameless : { ...route, name };
}
