import {
  GATEWAY_API,
  gatewayApiOf,
  kindsOf,
  refusalOf,
  ROUTE_KINDS,
  takesHost,
  type ApiGateway,
  type ApiListener,
  type ApiParent,
  type ApiRoute,
} from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Path } from '../../model/schema.ts';
import { listNames } from '../mesh-presence.ts';
import type { Hit, Rule } from '../rule.ts';

/** No listener of the Gateway takes the route: by its namespace, its hostnames or its kind. */
export const routeNotAdmitted = {
  code: 'W162',
  name: 'route-not-admitted',
  severity: 'error',
  summary: 'A route of the Gateway API is bound to a Gateway whose listeners do not take it.',
  reads: [...ROUTE_KINDS, 'Gateway', 'Namespace'],
  *check(graph) {
    const api = gatewayApiOf(graph);
    for (const route of api.routes) {
      const { manifest } = route;
      const parents = route.parents.filter(isGateway).map((parent) => {
        const gateway = api.gateway(parent.namespace, parent.name);
        return { parent, gateway, open: gateway === undefined ? [] : openTo(graph, route, parent, gateway) };
      });
      const open = parents.flatMap((each) => each.open);
      for (const { parent, gateway, open: here } of parents) {
        const found = gateway === undefined || here.length > 0 ? undefined : judge(graph, route, parent, gateway);
        // The route acts for its other parents.
        if (found !== undefined) yield { manifest, ...found, ...(open.length > 0 && { severity: 'warning' as const }) };
      }
      // What a Gateway of other files is for, nobody knows.
      if (open.length > 0 && parents.every(({ gateway }) => gateway !== undefined))
        for (const found of unheard(route, open)) yield { manifest, ...found };
    }
  },
} satisfies Rule;

const isGateway = ({ kind, group }: ApiParent): boolean => kind === 'Gateway' && group === GATEWAY_API;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: Path };

/** The listeners that a parent means. */
const meantBy = ({ sectionName, port }: ApiParent, { listeners }: ApiGateway): readonly ApiListener[] =>
  listeners.filter(
    (listener) =>
      (sectionName === undefined || sectionName === listener.name) && (port === undefined || port === listener.port),
  );

/** Those of them that take the route. */
const openTo = (graph: MeshGraph, route: ApiRoute, parent: ApiParent, gateway: ApiGateway): readonly ApiListener[] =>
  meantBy(parent, gateway).filter((listener) => refusalOf(graph, listener, gateway, route) === undefined);

/** Why none of them does. */
function judge(graph: MeshGraph, route: ApiRoute, parent: ApiParent, gateway: ApiGateway): Found | undefined {
  const meant = meantBy(parent, gateway);
  // That there is no such listener is W161's.
  if (meant.length === 0) return undefined;
  const refusals = meant.map((listener) => refusalOf(graph, listener, gateway, route));
  const by = (['hostname', 'namespace', 'kind'] as const).find((each) => refusals.includes(each));
  const name = `Gateway "${gateway.namespace}/${gateway.name}"`;
  switch (by) {
    case 'hostname':
      return {
        at: ['spec', 'hostnames'],
        message: `no listener of ${name} is for ${listNames(route.hostnames)} (its hostnames: ${listNames(meant.map(hostnameOf))}), so clients get 404 there`,
        fix: 'write a hostname of the listener, or add a listener for these',
      };
    case 'namespace':
      return {
        at: parent.at,
        message: `no listener of ${name} takes routes of namespace "${route.namespace}" (${listNames(meant.map(saysWho))}), so clients get 404 there`,
        fix: `set allowedRoutes.namespaces of the listener: { from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: ${route.namespace} } } }`,
      };
    default:
      return {
        at: parent.at,
        message:
          gateway.className === 'istio-waypoint'
            ? `${name} is a waypoint, and a waypoint takes no routes: it follows those of the Services behind it`
            : `no listener of ${name} takes ${route.kind}s (they take: ${listNames(meant.flatMap(kindsOf)) || 'none'}), so no request reaches these rules from there`,
        fix:
          gateway.className === 'istio-waypoint'
            ? 'bind the route to the Service: { group: "", kind: Service, name: … }'
            : 'bind it to a listener of its protocol, and name its kind where allowedRoutes.kinds names others',
      };
  }
}

/** Hostnames of a route that is taken for others. */
function* unheard({ hostnames }: ApiRoute, open: readonly ApiListener[]): Iterable<Found> {
  for (const [index, host] of hostnames.entries())
    if (!open.some((listener) => takesHost(listener, host)))
      yield {
        at: ['spec', 'hostnames', index],
        severity: 'warning',
        message: `no listener that takes this route is for "${host}" (their hostnames: ${listNames(open.map(hostnameOf))}), so clients that ask for it get 404`,
        fix: 'remove it, or add a listener for it',
      };
}

const hostnameOf = ({ hostname }: ApiListener): string => hostname ?? '*';

function saysWho({ name = '', allowedRoutes }: ApiListener): string {
  const { from = 'Same' } = allowedRoutes?.namespaces ?? {};
  return `"${name}" takes ${from === 'Same' ? 'its own namespace only' : 'namespaces with other labels'}`;
}
