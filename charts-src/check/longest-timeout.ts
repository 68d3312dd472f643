import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import { durationMs } from '../model/duration.ts';
import { fullHost } from '../model/host.ts';
import { perGraph } from '../graph/per-graph.ts';

/** The longest that routes let a request to a workload take, and the VirtualService that says so. */
export interface LongestTimeout {
  readonly ms: number;
  readonly text: string;
  readonly virtualService: Resource<'VirtualService'>;
}

/** For every workload that a route with a timeout leads to: the longest of these timeouts. */
export const longestTimeouts = perGraph((graph): ReadonlyMap<Workload, LongestTimeout> => {
  const longest = new Map<Workload, LongestTimeout>();
  for (const virtualService of graph.of('VirtualService'))
    for (const { timeout: text, route = [] } of virtualService.spec.http ?? []) {
      const ms = text === undefined ? undefined : durationMs(text);
      if (ms === undefined || text === undefined) continue;
      for (const { destination } of route) {
        const host = fullHost(destination?.host ?? '', virtualService.namespace, graph.settings.clusterDomain);
        for (const workload of graph.lookUp(host, virtualService.namespace)?.workloads ?? [])
          if (ms > (longest.get(workload)?.ms ?? 0)) longest.set(workload, { ms, text, virtualService });
      }
    }
  return longest;
});
