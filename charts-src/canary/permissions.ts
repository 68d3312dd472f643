import type { Plan } from './plan.ts';
import type { Permission } from './ports/cluster.ts';

/** What of a plan says which rights it takes. */
export type PlanScope = Pick<Plan, 'target' | 'capacity'>;

/** Names of resources as RBAC has them. */
export const resource = {
  virtualServices: 'virtualservices.networking.istio.io',
  destinationRules: 'destinationrules.networking.istio.io',
  endpointSlices: 'endpointslices.discovery.k8s.io',
  pods: 'pods',
  autoscalers: 'horizontalpodautoscalers.autoscaling',
  portForward: 'pods/portforward',
} as const;

/** The rights without which a run of this plan cannot do its work. All are asked for before anything is written. */
export function requiredPermissions({ target, capacity }: PlanScope): readonly Permission[] {
  const { virtualServices, destinationRule } = target;
  return [
    ...virtualServices.flatMap(({ namespace, name }) =>
      ['get', 'watch', 'update'].map((verb) => ({ verb, resource: resource.virtualServices, namespace, name })),
    ),
    ...(destinationRule === null ? [] : [{ verb: 'get', resource: resource.destinationRules, ...destinationRule }]),
    ...endpointNamespaces({ target }).flatMap((namespace) => [
      { verb: 'list', resource: resource.endpointSlices, namespace },
      { verb: 'list', resource: resource.pods, namespace },
    ]),
    ...(capacity.scale === null ? [] : scalePermissions(capacity.scale.workload)),
  ];
}

/** Namespaces of the Services behind the arms: `orders.shop.svc.cluster.local` is in `shop`. */
export const endpointNamespaces = ({ target }: Pick<PlanScope, 'target'>): readonly string[] => [
  ...new Set([target.stable, target.canary].map(({ host }) => host.split('.')[1] ?? target.namespace)),
];

type ScaledWorkload = NonNullable<PlanScope['capacity']['scale']>['workload'];

const scalePermissions = ({ kind, namespace, name }: ScaledWorkload): readonly Permission[] => [
  ...['get', 'patch'].map((verb) => ({ verb, resource: `${kind.toLowerCase()}s.apps/scale`, namespace, name })),
  { verb: 'list', resource: resource.autoscalers, namespace },
];

/** A resource as permissions name it, in its parts: `deployments.apps/scale`. */
export function resourceParts(of: string): {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
} {
  const [whole = '', subresource] = of.split('/');
  const dot = whole.indexOf('.');
  return {
    group: dot < 0 ? '' : whole.slice(dot + 1),
    resource: dot < 0 ? whole : whole.slice(0, dot),
    subresource,
  };
}
