import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Workload } from '../graph/workload.ts';
import { principal } from '../model/names.ts';

/** The identity of pods: `cluster.local/ns/shop/sa/orders`. */
export const principalOf = (
  { settings }: Pick<MeshGraph, 'settings'>,
  { namespace, serviceAccount }: Workload,
): string => principal(settings.trustDomain, namespace, serviceAccount);
