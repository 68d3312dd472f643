import { closest } from '../model/closest.ts';
import { fullHost, serviceOfHost } from '../model/host.ts';
import { NONE, percentOf } from './basis-points.ts';
import { canNarrow } from './matched-routes.ts';
import type { Plan } from './plan.ts';
import type { KubernetesObject, Reference } from './ports/cluster.ts';
import { bypassWarnings, rivalProblems } from './rivals.ts';
import {
  canaryShare,
  exceeds,
  fieldsIn,
  fieldsOf,
  isArm,
  movedRoutes,
  routesOf,
  ROUTE_KINDS,
  textOf,
  weigh,
  type MovedRoute,
} from './routes.ts';

/** The part of a mesh that a plan is about. */
export interface Mesh {
  /** In the order of the plan; null: there is none of this name. */
  readonly virtualServices: readonly (KubernetesObject | null)[];
  /** Null: there is none, or the plan needs none. */
  readonly destinationRule: KubernetesObject | null;
  /** All VirtualServices that can be seen; null: nobody may list them. */
  readonly all: readonly KubernetesObject[] | null;
  /** Whether those are the ones of the plan's namespace only, because nobody may list the others. */
  readonly isOneNamespace?: boolean;
}

/** Whether a plan can be followed in this mesh. */
export interface Fit {
  /** What speaks against it, in whole sentences. Empty: it fits. */
  readonly problems: readonly string[];
  /** What could not be looked at, or costs more than it needs to. */
  readonly warnings: readonly string[];
  /** Labels of the subsets; of arms that are hosts: none. */
  readonly labels: {
    readonly stable: Readonly<Record<string, string>>;
    readonly canary: Readonly<Record<string, string>>;
  };
}

/** Compares a plan with the mesh, before anything is written. */
export function fit(plan: Plan, mesh: Mesh): Fit {
  const { target } = plan;
  const subsets = subsetsOf(mesh.destinationRule);
  return {
    problems: [
      ...destinationRuleProblems(plan, mesh.destinationRule),
      ...target.virtualServices.flatMap((reference, position) => {
        const live = mesh.virtualServices[position];
        return live ? virtualServiceProblems(plan, live) : [missing('VirtualService', reference)];
      }),
      ...(mesh.all ?? []).flatMap((other) => rivalProblems(target, other)),
    ],
    warnings: [
      ...(mesh.all === null
        ? ['VirtualServices cannot be listed: another one for the same host would not be seen, and would move nothing.']
        : []),
      ...(mesh.isOneNamespace === true
        ? [
            `Only VirtualServices of namespace ${target.namespace} can be listed: one of another namespace that sends to ${target.stable.host} would not be seen.`,
          ]
        : []),
      ...unreadDestinationRule(target),
      ...mesh.virtualServices.flatMap((live) =>
        live === null ? [] : [...noisyKeys(live), ...connectionWarnings(plan, live)],
      ),
      ...(mesh.all ?? mesh.virtualServices).flatMap((live) => (live === null ? [] : bypassWarnings(target, live))),
    ],
    labels: {
      stable: subsets.get(target.stable.subset ?? '') ?? {},
      canary: subsets.get(target.canary.subset ?? '') ?? {},
    },
  };
}

const nameOf = ({ namespace, name }: Reference): string => `${namespace}/${name}`;

const missing = (kind: string, reference: Reference): string =>
  `${kind} ${nameOf(reference)} is not there, so there is nothing whose weights could move. Apply it, or name another one in the plan.`;

function subsetsOf(destinationRule: KubernetesObject | null): ReadonlyMap<string, Readonly<Record<string, string>>> {
  return new Map(
    fieldsOf(destinationRule?.spec?.['subsets']).map((subset) => [
      textOf(subset['name']),
      Object.fromEntries(Object.entries(fieldsIn(subset['labels'])).map(([key, value]) => [key, textOf(value)])),
    ]),
  );
}

/** Istio looks for one in the namespaces of the caller, of the Service and of the mesh's configuration: nowhere else. */
function unreadDestinationRule({ destinationRule, stable }: Plan['target']): readonly string[] {
  const service = serviceOfHost(stable.host);
  if (destinationRule === null || service === undefined || destinationRule.namespace === service.namespace) return [];
  return [
    `DestinationRule ${nameOf(destinationRule)} is not in the namespace of ${stable.host}: callers of other namespaces than ${destinationRule.namespace} do not read it, unless that is the root namespace of the mesh, and a subset that only it declares is answered 503. Move it to ${service.namespace}.`,
  ];
}

function destinationRuleProblems({ target }: Plan, destinationRule: KubernetesObject | null): readonly string[] {
  if (target.destinationRule === null) return [];
  if (destinationRule === null) return [missing('DestinationRule', target.destinationRule)];
  const { namespace } = destinationRule.metadata;
  const host = fullHost(textOf(destinationRule.spec?.['host']), namespace);
  const name = nameOf(target.destinationRule);
  if (host !== target.stable.host)
    return [
      `DestinationRule ${name} is for host ${host}, not for ${target.stable.host}: its subsets are not those of the plan. Name the right one in target.destinationRule.`,
    ];
  const declared = [...subsetsOf(destinationRule).keys()];
  return [target.stable.subset, target.canary.subset].flatMap((subset) => {
    if (subset === null || declared.includes(subset)) return [];
    const near = closest(subset, declared);
    return [
      `DestinationRule ${name} declares no subset "${subset}" (declared: ${declared.join(', ') || 'none'}): requests for it would be answered 503. ${near === undefined ? 'Add it, or name a declared one.' : `Did you mean "${near}"?`}`,
    ];
  });
}

function virtualServiceProblems(plan: Plan, live: KubernetesObject): readonly string[] {
  const { target } = plan;
  const name = nameOf(live.metadata);
  const routes = movedRoutes(live, target);
  const unknown = (target.routes ?? []).filter((wanted) => !routes.some((route) => route.name === wanted));
  if (target.routes !== null && target.virtualServices.length === 1 && unknown.length > 0)
    return [
      `VirtualService ${name} has no route "${unknown.join('", "')}" that sends to ${armText(plan)}. Its routes: ${routeNames(live) || 'none has a name'}.`,
    ];
  if (routes.length === 0)
    return [
      `VirtualService ${name} has no route that sends to ${armText(plan)}, so there is nothing to move. Name the one that has.`,
    ];
  return routes.flatMap((route) => routeProblems(plan, route, name, live.metadata.namespace));
}

const armText = ({ target: { stable } }: Plan): string =>
  stable.subset === null ? `host ${stable.host}` : `subset "${stable.subset}" of ${stable.host}`;

const routeNames = (live: KubernetesObject): string =>
  ROUTE_KINDS.flatMap((kind) => routesOf(live, kind).map((route) => textOf(route['name'])))
    .filter((name) => name !== '')
    .join(', ');

function routeProblems(plan: Plan, route: MovedRoute, name: string, namespace: string): readonly string[] {
  const { target, steps, match, promotion } = plan;
  const where = `VirtualService ${name}, ${route.kind} route ${route.name === '' ? 'without a name' : `"${route.name}"`}`;
  const several = [target.stable, target.canary].filter(
    (arm) => route.destinations.filter((destination) => isArm(destination, arm, namespace)).length > 1,
  );
  const weighed = weigh(route);
  const share = canaryShare(weighed);
  const first = steps[0]?.weight ?? NONE;
  const mirrors = steps.some(({ mirror }) => mirror !== NONE);
  return [
    ...several.map(
      ({ host, subset }) =>
        `${where}: ${subset ?? host} is there more than once, and nobody can say which of them gets the weight. Make one destination of them.`,
    ),
    ...(share === undefined
      ? [
          `${where}: neither arm gets a request (both weigh 0), so a share of nothing would be moved. Give the stable arm a weight.`,
        ]
      : []),
    ...(share !== undefined && promotion !== 'none' && exceeds(weighed, first)
      ? [
          `${where}: the canary has ${Math.round(share * 10_000) / 100} % already, more than the ${percentOf(first)} % of the first step, which would take requests away from it. Begin the plan there, or set it to less first: weft canary set.`,
        ]
      : []),
    ...(mirrors && (route.route['mirror'] !== undefined || route.route['mirrors'] !== undefined)
      ? [`${where}: it has a mirror of its own, and Envoy would lose that one. Leave out mirror in the plan.`]
      : []),
    ...(match.length > 0 && route.kind === 'http' && !canNarrow(route.route, match)
      ? [
          `${where}: it asks something else of a header or label that the plan's match asks for, so no request could be both. Match something else.`,
        ]
      : []),
    ...(match.length > 0 && route.kind !== 'http'
      ? [
          `${where}: only routes of HTTP can be matched by header, cookie or label. Leave out match, or name the routes that are meant.`,
        ]
      : []),
    ...(mirrors && route.kind !== 'http'
      ? [`${where}: only routes of HTTP have mirrors. Leave out mirror, or name the routes that are meant.`]
      : []),
  ];
}

/** What is different where connections are divided, and not requests. */
function connectionWarnings({ target, analysis }: Plan, live: KubernetesObject): readonly string[] {
  const routes = movedRoutes(live, target);
  const kinds = [...new Set(routes.map(({ kind }) => kind))].filter((kind) => kind !== 'http');
  if (kinds.length === 0) return [];
  const where = `VirtualService ${nameOf(live.metadata)}, ${kinds.join(' and ')} routes`;
  const isBlind = routes.every(({ kind }) => kind !== 'http');
  const unseen = analysis?.metrics.filter(({ type }) => type === 'errors' || type === 'latency') ?? [];
  return [
    `${where}: weights divide new connections. Open ones stay with the version that they have, also after a rollback; and no proxy says when it holds the weights${isBlind ? ', so time stands for its answer' : ''}.`,
    ...(isBlind && unseen.length > 0
      ? [
          `${where}: ${unseen.map(({ name }) => name).join(' and ')} would see nothing, because Istio counts requests of HTTP and gRPC only. Name a query of your own in the plan, or analysis: false.`,
        ]
      : []),
  ];
}

/** With such a key on the object, istiod pushes every heartbeat to every proxy. */
function noisyKeys({ metadata }: KubernetesObject): readonly string[] {
  const keys = [...Object.keys(metadata.labels ?? {}), ...Object.keys(metadata.annotations ?? {})];
  return keys
    .filter((key) => key.includes('istio.io'))
    .map(
      (key) =>
        `VirtualService ${nameOf(metadata)} has the key "${key}": with istio.io in a key, istiod pushes every edit of the object to all proxies, also a heartbeat.`,
    );
}
