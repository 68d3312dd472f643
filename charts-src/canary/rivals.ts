import { fullHost } from '../model/host.ts';
import type { Arm, Target } from './plan.ts';
import type { Json, KubernetesObject, Reference } from './ports/cluster.ts';
import { everyRoute, fieldsIn, isArm, movedRoutes, routesOf, textOf, weightOf, type MovedRoute } from './routes.ts';

/** Another VirtualService that has a say in the same requests, and would not move with the others. */
export function rivalProblems(target: Target, other: KubernetesObject): readonly string[] {
  const { namespace, name } = other.metadata;
  if (isNamed(target, { namespace, name })) return [];
  const delegates = routesOf(other, 'http').some((route) => {
    const delegate = fieldsIn(route['delegate']);
    return isNamed(target, {
      namespace: textOf(delegate['namespace']) || namespace,
      name: textOf(delegate['name']),
    });
  });
  if (delegates) return []; // the root of ours
  const hosts = listOf(other.spec?.['hosts']).map((host) => fullHost(textOf(host), namespace));
  const isForHost = [target.stable.host, target.canary.host].some((host) => hosts.includes(host));
  const sendsToArm = movedRoutes(other, { ...target, routes: null }).length > 0;
  if (!isForHost && !sendsToArm) return [];
  return [
    `VirtualService ${namespace}/${name} ${isForHost ? 'is for the same host' : 'sends to the same arms'}, but the plan does not name it: its requests would not move. Add it to target.virtualServices, or take it away.`,
  ];
}

/**
 * Routes of any VirtualService by which requests come to the canary whatever the run decides: to the host without a
 * subset, as gateways often have them, or to the canary alone.
 */
export function bypassWarnings(target: Target, live: KubernetesObject): readonly string[] {
  const { namespace, name } = live.metadata;
  const { stable, canary } = target;
  const isSent = ({ destinations }: MovedRoute, arm: Arm): boolean =>
    destinations.some((destination, index) => isArm(destination, arm, namespace) && weightOf(destinations, index) > 0);
  return everyRoute(live, target).flatMap((route) => {
    const where = `VirtualService ${namespace}/${name}, ${route.kind} route ${route.name === '' ? 'without a name' : `"${route.name}"`}`;
    const isSplit = stable.subset !== null && isSent(route, { host: stable.host, subset: null });
    return [
      ...(isSplit
        ? [
            `${where}, sends to ${stable.host} without a subset: these requests are divided between all pods of all versions by their number, whatever the weights are. Name subset "${stable.subset}" there, and the VirtualService in target.virtualServices.`,
          ]
        : []),
      ...(route.stable === undefined && isSent(route, canary)
        ? [
            `${where}, sends to the canary alone: that stays as it is, also after a rollback. Take it away if that is not meant.`,
          ]
        : []),
    ];
  });
}

const isNamed = ({ virtualServices }: Target, { namespace, name }: Reference): boolean =>
  virtualServices.some((reference) => reference.namespace === namespace && reference.name === name);

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
