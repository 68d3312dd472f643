import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { gatewaysOf, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { fullHost, hostCovers, isWildcardHost, serviceOfHost } from '../../model/host.ts';
import type { Hit, Rule } from '../rule.ts';
import { unknownHost, type UnknownHost } from '../unknown-host.ts';

/**
 * A VirtualService for sidecars names a Service that is not there: a name with half a namespace, or a short name that
 * is completed with the wrong one. Its rules act on port 80 for requests with exactly that name, so in practice never.
 */
export const virtualServiceHostUnknown = {
  code: 'W108',
  name: 'virtual-service-host-unknown',
  severity: 'warning',
  summary: 'A VirtualService is for a host that no Service has, so its rules do not act.',
  also: ['KIA1101'],
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (!gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
      for (const [index, written] of (virtualService.spec.hosts ?? []).entries()) {
        const host = fullHost(written, virtualService.namespace, graph.settings.clusterDomain);
        if (isWildcardHost(host)) continue;
        const unknown = unknownHost(graph, host, [virtualService.namespace]);
        if (unknown === undefined || unknown.reason === 'not exported') continue;
        const words =
          unknown.reason === 'no ServiceEntry'
            ? atGateway(graph, virtualService, written, host)
            : wordsFor(graph, written, host, unknown);
        if (words) yield { manifest: virtualService.manifest, at: ['spec', 'hosts', index], ...words };
      }
    }
  },
} satisfies Rule;

function wordsFor(
  graph: MeshGraph,
  written: string,
  host: string,
  unknown: UnknownHost,
): Pick<Hit, 'message' | 'fix'> | undefined {
  const full = written === host ? '' : ` (${host})`;
  switch (unknown.reason) {
    case 'half-qualified':
      return {
        message: `"${written}" is no full name: these rules act only for requests to port 80 that write exactly "${written}", all others get the default route`,
        fix: `write the full name ${unknown.meant}`,
      };
    case 'no such Service':
      return {
        message: `host "${written}"${full} is no Service of namespace "${unknown.namespace}", so these rules do not act`,
        fix:
          unknown.meant === undefined
            ? 'name the full host of the Service that is meant'
            : `did you mean ${serviceOfHost(unknown.meant, graph.settings.clusterDomain) ? `the full name ${unknown.meant}` : unknown.meant}`,
      };
    // A name of the internet may be resolved by anybody; what is not among the files is said where it is routed to.
    case 'not described':
      return unknown.meant === undefined
        ? undefined
        : {
            message: `host "${written}"${full}: no Service of namespace "${unknown.namespace}" is among the files, so these rules do not act`,
            fix: `did you mean ${unknown.meant}`,
          };
    case 'no ServiceEntry':
    case 'not exported':
      return undefined;
  }
}

/** A host that comes in by a gateway, in a VirtualService that forgot to say so: it is for sidecars only. */
function atGateway(
  graph: MeshGraph,
  virtualService: Resource<'VirtualService'>,
  written: string,
  host: string,
): Pick<Hit, 'message' | 'fix'> | undefined {
  const serving = graph.gateways.filter(({ servers }) =>
    servers.some(({ hosts }) =>
      hosts.some(
        (served) =>
          served.host !== '*' &&
          hostCovers(served.host, host) &&
          (served.namespace === '*' || served.namespace === virtualService.namespace),
      ),
    ),
  );
  const [gateway] = serving;
  if (gateway === undefined) return undefined;
  const isServed = graph
    .of('VirtualService')
    .some(
      (other) =>
        gatewaysOf(other).some((key) => serving.some((node) => node.key === key)) &&
        virtualServiceHosts(other, graph.settings.clusterDomain).some((each) => hostCovers(each, host)),
    );
  if (isServed) return undefined;
  return {
    message: `Gateway "${gateway.key}" takes in "${written}", and this VirtualService names no gateway, which means sidecars only: no rule is for the host there, and the gateway answers 404`,
    fix: `add gateways: [${gateway.key}]`,
  };
}
