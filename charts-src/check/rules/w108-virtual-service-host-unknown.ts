import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { gatewaysOf, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { fullHost, isWildcardHost, serviceOfHost } from '../../model/host.ts';
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
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (!gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
      for (const [index, written] of (virtualService.spec.hosts ?? []).entries()) {
        const host = fullHost(written, virtualService.namespace, graph.settings.clusterDomain);
        if (isWildcardHost(host)) continue;
        const unknown = unknownHost(graph, host, [virtualService.namespace]);
        if (unknown === undefined || unknown.reason === 'not exported') continue;
        const words = wordsFor(graph, written, host, unknown);
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
    case 'no ServiceEntry':
    case 'not described':
    case 'not exported':
      return undefined;
  }
}
