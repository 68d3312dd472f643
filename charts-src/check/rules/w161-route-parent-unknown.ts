import { GATEWAY_API, gatewayApiOf, ROUTE_KINDS, type ApiParent, type GatewayApi } from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import { listNames } from '../mesh-presence.ts';
import type { Hit, Rule } from '../rule.ts';
import { serviceIndex } from '../service-index.ts';

/** A route of the Gateway API is bound to a Gateway, a listener or a Service that is not there: it acts nowhere. */
export const routeParentUnknown = {
  code: 'W161',
  name: 'route-parent-unknown',
  severity: 'error',
  summary: 'A route of the Gateway API is bound to a Gateway, listener or Service that is not there.',
  reads: [...ROUTE_KINDS, 'Gateway', 'Service'],
  *check(graph) {
    const api = gatewayApiOf(graph);
    for (const { manifest, parents } of api.routes)
      for (const parent of parents) {
        const found = judge(graph, api, parent);
        if (found !== undefined) yield { manifest, ...found };
      }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: Path };

function judge(graph: MeshGraph, api: GatewayApi, parent: ApiParent): Found | undefined {
  if (parent.name === '') return undefined;
  if (parent.kind === 'Gateway' && parent.group === GATEWAY_API) return ofGateway(api, parent);
  if (parent.kind === 'Gateway' && parent.group === 'networking.istio.io')
    return {
      at: [...parent.at, 'group'],
      message: `"${parent.name}" is meant as a Gateway of Istio, which takes VirtualServices only, so no request reaches these rules`,
      fix: `write group: ${GATEWAY_API} and name a Gateway of the Gateway API, or write a VirtualService`,
    };
  return parent.kind === 'Service' && parent.group === '' ? ofService(graph, parent) : undefined;
}

function ofGateway(api: GatewayApi, { namespace, name, sectionName, port, at }: ApiParent): Found | undefined {
  const gateway = api.gateway(namespace, name);
  if (gateway === undefined) return noGateway(api, namespace, name, at);
  const { listeners } = gateway;
  const names = listeners.map((listener) => listener.name ?? '');
  if (sectionName !== undefined && !names.includes(sectionName)) {
    const meant = closest(sectionName, names);
    return {
      at: [...at, 'sectionName'],
      message: `Gateway "${namespace}/${name}" has no listener "${sectionName}" (its listeners: ${listNames(names)}), so no request reaches these rules`,
      fix:
        meant === undefined ? 'name a listener, or leave sectionName out to mean all of them' : `did you mean ${meant}`,
    };
  }
  if (port !== undefined && !listeners.some((listener) => listener.port === port))
    return {
      at: [...at, 'port'],
      message: `no listener of Gateway "${namespace}/${name}" is on port ${port} (its ports: ${listNames(listeners.map((each) => String(each.port ?? '')))}), so no request reaches these rules`,
      fix: 'name the port of a listener, or leave port out to mean all of them',
    };
  return undefined;
}

/** Routes and Gateways are often kept by different teams: only what is nearly there is surely wrong. */
function noGateway({ gateways }: GatewayApi, namespace: string, name: string, at: Path): Found {
  const elsewhere = gateways.find((gateway) => gateway.name === name);
  const here = gateways.filter((gateway) => gateway.namespace === namespace).map((gateway) => gateway.name);
  const meant = closest(name, here);
  const isSure = elsewhere !== undefined || meant !== undefined;
  return {
    at: elsewhere === undefined ? [...at, 'name'] : at,
    severity: isSure ? 'error' : here.length > 0 ? 'warning' : 'info',
    message: `there is no Gateway "${name}" in namespace "${namespace}"${isSure ? '' : ' among the files'}, ${isSure ? 'so' : 'and unless it is elsewhere'} no request reaches these rules`,
    fix:
      elsewhere !== undefined
        ? `add "namespace: ${elsewhere.namespace}": without one, that of the route is meant`
        : meant === undefined
          ? 'name a Gateway and its namespace, or check the folder that has it together with this one'
          : `did you mean ${meant}`,
  };
}

function ofService(graph: MeshGraph, { namespace, name, port, at }: ApiParent): Found | undefined {
  const services = serviceIndex(graph);
  const service = services.named(namespace, name);
  if (service === undefined) {
    if (graph.namespaces.get(namespace)?.isDescribed !== true) return undefined;
    const meant = services.nearest(namespace, name);
    return {
      at: [...at, 'name'],
      message: `there is no Service "${name}" in namespace "${namespace}", so no caller follows these rules`,
      fix: meant === undefined ? `name a Service of "${namespace}"` : `did you mean ${meant}`,
    };
  }
  if (port === undefined || service.ports.some(({ number }) => number === port)) return undefined;
  return {
    at: [...at, 'port'],
    message: `Service "${name}" has no port ${port} (its ports: ${listNames(service.ports.map(({ number }) => String(number)))}), so no caller follows these rules`,
    fix: 'name a port of the Service, not of its pods, or leave port out to mean all of them',
  };
}
