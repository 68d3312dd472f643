import { gatewayApiOf, ROUTE_KINDS, type ApiReference } from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { serviceOfHost } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import { listNames } from '../mesh-presence.ts';
import type { Hit, Rule } from '../rule.ts';
import { serviceIndex } from '../service-index.ts';

/** A route of the Gateway API leads to a Service, or a port of it, that is not there: requests get 500. */
export const routeBackendUnknown = {
  code: 'W163',
  name: 'route-backend-unknown',
  severity: 'error',
  summary: 'A route of the Gateway API leads to a Service or a port that is not there.',
  reads: [...ROUTE_KINDS, 'Service'],
  *check(graph) {
    for (const { manifest, backends } of gatewayApiOf(graph).routes)
      for (const backend of backends) {
        const found = judge(graph, backend);
        if (found !== undefined) yield { manifest, ...found };
      }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: Path };

function judge(graph: MeshGraph, backend: ApiReference): Found | undefined {
  const { group, kind, name, namespace, port, at } = backend;
  if (group !== '' || name === '') return undefined;
  const where = at.includes('requestMirror') ? 'nothing is mirrored there' : 'requests get 500';
  if (kind !== 'Service')
    return {
      at: [...at, 'kind'],
      message: `a ${kind} without a group is nothing that requests are sent to: ${where}`,
      fix: 'name a Service, or add the group of this kind',
    };
  if (name.includes('.')) {
    const meant = serviceOfHost(name, graph.settings.clusterDomain) ?? {
      name: name.split('.')[0] ?? '',
      namespace: name.split('.')[1] ?? '',
    };
    return {
      at: [...at, 'name'],
      message: `"${name}" is a hostname, and a backend is named by its Service: Istio takes no rule of this route, and clients get 404`,
      fix: `write name: ${meant.name}${meant.namespace === namespace || meant.namespace === '' ? '' : ` and namespace: ${meant.namespace}`}`,
    };
  }
  if (port === undefined)
    return {
      at: [...at, 'port'],
      message: `the backend "${name}" has no port, and for a Service it is required: the API server refuses the whole object`,
      fix: 'add "port", that of the Service',
    };
  const services = serviceIndex(graph);
  const service = services.named(namespace, name);
  if (service !== undefined) {
    // A Service without ports is filled in by somebody else.
    if (service.ports.length === 0 || service.ports.some(({ number }) => number === port)) return undefined;
    return {
      at: [...at, 'port'],
      message: `Service "${name}" has no port ${port} (its ports: ${listNames(service.ports.map(({ number }) => String(number)))}): ${where}`,
      fix: 'name a port of the Service, not of its pods',
    };
  }
  if (graph.namespaces.get(namespace)?.isDescribed !== true) return undefined;
  const elsewhere = services.elsewhere(name);
  const meant = services.nearest(namespace, name);
  return {
    at: [...at, 'name'],
    ...(elsewhere === undefined && meant === undefined && { severity: 'warning' as const }),
    message: `namespace "${namespace}" has no Service "${name}"${elsewhere === undefined && meant === undefined ? ' among the files' : ''}: ${where}`,
    fix:
      meant !== undefined
        ? `did you mean ${meant}`
        : elsewhere === undefined
          ? `name a Service of "${namespace}"`
          : `add "namespace: ${elsewhere.namespace}", and a ReferenceGrant there`,
  };
}
