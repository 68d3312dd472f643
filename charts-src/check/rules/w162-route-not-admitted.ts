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
    for (const route of api.routes)
      for (const parent of route.parents) {
        const gateway = isGateway(parent) ? api.gateway(parent.namespace, parent.name) : undefined;
        if (gateway === undefined) continue;
        for (const found of judge(graph, route, parent, gateway)) yield { manifest: route.manifest, ...found };
      }
  },
} satisfies Rule;

const isGateway = ({ kind, group }: ApiParent): boolean => kind === 'Gateway' && group === GATEWAY_API;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: Path };

function* judge(graph: MeshGraph, route: ApiRoute, parent: ApiParent, gateway: ApiGateway): Iterable<Found> {
  const meant = gateway.listeners.filter(
    ({ name, port }) =>
      (parent.sectionName === undefined || parent.sectionName === name) &&
      (parent.port === undefined || parent.port === port),
  );
  // That there is no such listener is W161's.
  if (meant.length === 0) return;
  const refusals = meant.map((listener) => refusalOf(graph, listener, gateway, route));
  const open = meant.filter((_, index) => refusals[index] === undefined);
  if (open.length > 0) return yield* unheard(route, open);
  const by = (['hostname', 'namespace', 'kind'] as const).find((each) => refusals.includes(each));
  const name = `Gateway "${gateway.namespace}/${gateway.name}"`;
  switch (by) {
    case 'hostname':
      return yield {
        at: ['spec', 'hostnames'],
        message: `no listener of ${name} is for ${listNames(route.hostnames)} (its hostnames: ${listNames(meant.map(hostnameOf))}), so clients get 404`,
        fix: 'write a hostname of the listener, or add a listener for these',
      };
    case 'namespace':
      return yield {
        at: parent.at,
        message: `no listener of ${name} takes routes of namespace "${route.namespace}" (${listNames(meant.map(saysWho))}), so clients get 404`,
        fix: `set allowedRoutes.namespaces of the listener: { from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: ${route.namespace} } } }`,
      };
    default:
      return yield {
        at: parent.at,
        message:
          gateway.className === 'istio-waypoint'
            ? `${name} is a waypoint, and a waypoint takes no routes: it follows those of the Services behind it`
            : `no listener of ${name} takes ${route.kind}s (they take: ${listNames(meant.flatMap(kindsOf)) || 'none'}), so no request reaches these rules`,
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
