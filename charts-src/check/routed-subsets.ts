import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { DeclaredSubset } from '../graph/destination-rules.ts';
import { selects } from '../graph/labels.ts';
import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import { fullHost } from '../model/host.ts';
import type { Path } from '../model/schema.ts';

/** A subset that a VirtualService sends requests to, where it is declared, and its pods. */
export interface RoutedSubset {
  readonly virtualService: Resource<'VirtualService'>;
  readonly at: Path;
  readonly host: string;
  readonly declared: DeclaredSubset;
  readonly workloads: readonly Workload[];
}

/** Every subset with a share of requests, once for each VirtualService. Subsets that nobody declares are left out. */
export function* routedSubsets(graph: MeshGraph): Iterable<RoutedSubset> {
  for (const virtualService of graph.of('VirtualService')) {
    const seen = new Set<string>();
    for (const { host: written, name, at } of destinationsOf(virtualService)) {
      const host = fullHost(written, virtualService.namespace, graph.settings.clusterDomain);
      const rule = graph.destinationRuleFor({ namespace: virtualService.namespace }, host);
      const declared = rule?.subsets.find((subset) => subset.name === name);
      if (declared === undefined || seen.has(`${host} ${name}`)) continue;
      seen.add(`${host} ${name}`);
      const labels = declared.subset.labels ?? {};
      const workloads = (graph.lookUp(host, virtualService.namespace)?.workloads ?? []).filter((workload) =>
        selects(labels, workload.labels),
      );
      yield { virtualService, at, host, declared, workloads };
    }
  }
}

interface Named {
  readonly host: string;
  readonly name: string;
  readonly at: Path;
}

function destinationsOf({ spec }: Resource<'VirtualService'>): readonly Named[] {
  const found: Named[] = [];
  for (const protocol of ['http', 'tls', 'tcp'] as const)
    for (const [index, { route = [] }] of (spec[protocol] ?? []).entries())
      for (const [place, { destination, weight }] of route.entries())
        // In a route of several, no weight is 0.
        if (destination?.subset !== undefined && (route.length === 1 || (weight ?? 0) > 0))
          found.push({
            host: destination.host,
            name: destination.subset,
            at: ['spec', protocol, index, 'route', place, 'destination', 'subset'],
          });
  return found;
}
