import { selects, type Labels } from '../graph/labels.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import type { Workload } from '../graph/workload.ts';

/** How many pods answer for something. */
export interface PodCount {
  /** When nothing is wrong and nothing was scaled out. */
  readonly usual: number;
  /** As many as an autoscaler makes. */
  readonly most: number;
}

/** The pods of a host, or of one of its subsets; undefined where the files do not say, as for a DaemonSet. */
export function podsOf({ workloads, from }: MeshHost, labels: Labels = {}): PodCount | undefined {
  if (from.kind === 'ServiceEntry' && workloads.length === 0) return endpointsOf(from.entry.spec.endpoints, labels);
  return countOf(workloads.filter((workload) => selects(labels, workload.labels)));
}

/** The pods of workloads together. */
export function countOf(workloads: readonly Workload[]): PodCount | undefined {
  if (workloads.length === 0) return undefined;
  let usual = 0;
  let most = 0;
  for (const { replicas, maxReplicas } of workloads) {
    if (replicas === undefined || maxReplicas === undefined) return undefined;
    usual += replicas;
    most += Math.max(replicas, maxReplicas);
  }
  return { usual, most };
}

function endpointsOf(
  endpoints: readonly { readonly labels?: Labels }[] | undefined,
  labels: Labels,
): PodCount | undefined {
  if (endpoints === undefined || endpoints.length === 0) return undefined;
  const count = endpoints.filter((endpoint) => selects(labels, endpoint.labels ?? {})).length;
  return { usual: count, most: count };
}

/** `3 pods`, `1 pod` */
export const podsInWords = (count: number): string => `${count} ${count === 1 ? 'pod' : 'pods'}`;
