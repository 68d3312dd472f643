import { perGraph } from '../graph/per-graph.ts';
import { routeDestinations } from '../graph/route-destinations.ts';

/** Subsets that VirtualServices route or mirror to, with the largest share of requests that some rule gives them. */
export type SubsetShares = ReadonlyMap<string, number>;

/** The key of a subset of a host in {@link subsetShares}. */
export const subsetKey = (host: string, subset: string): string => `${subset} of ${host}`;

/** What subsets get, worked out once. */
export const subsetShares = perGraph((graph): SubsetShares => {
  const shares = new Map<string, number>();
  for (const virtualService of graph.of('VirtualService'))
    for (const { destination, host, share, isMirror } of routeDestinations(
      virtualService,
      graph.settings.clusterDomain,
    )) {
      if (destination.subset === undefined) continue;
      const key = subsetKey(host, destination.subset);
      // A mirror that cannot be reached fails no request.
      shares.set(key, Math.max(shares.get(key) ?? 0, isMirror ? 0 : share));
    }
  return shares;
});
