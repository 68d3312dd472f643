import type { SubsetCapacity, SubsetQuery } from '../../charts-src/canary/ports/cluster.ts';

/** What of an EndpointSlice counts. */
export interface EndpointSlice {
  readonly metadata: { readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
        readonly targetRef?: { readonly kind?: string; readonly name?: string };
      }[]
    | null;
}

/** What of a Pod counts. */
export interface Pod {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

/**
 * Joins endpoints with their pods, as Istio does: the Service says which pods there are, the labels which subset they are
 * of. A pod is counted once, however many slices (IPv4 and IPv6, several ports) it is in.
 */
export function subsetCapacities(
  subsets: readonly SubsetQuery[],
  slices: readonly EndpointSlice[],
  pods: readonly Pod[],
): readonly SubsetCapacity[] {
  const podNamed = new Map(pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]));
  return subsets.map(({ service, labels }) => {
    const [ready, staying, ending] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const { metadata, endpoints } of slices) {
      if (metadata.namespace !== service.namespace || metadata.labels?.[SERVICE_NAME] !== service.name) continue;
      for (const { addresses, conditions, targetRef } of endpoints ?? []) {
        const pod = podNamed.get(`${metadata.namespace}/${targetRef?.name ?? ''}`);
        // Without a pod there are no labels, so such an address is of the whole host only.
        if (!hasLabels(pod?.metadata.labels ?? {}, labels)) continue;
        const name = pod?.metadata.name ?? addresses.join();
        const isEnding = conditions?.terminating === true || pod?.metadata.deletionTimestamp !== undefined;
        (isEnding ? ending : staying).add(name);
        // Source: EndpointConditions.ready: "nil should be interpreted as true"
        if (!isEnding && conditions?.ready !== false) ready.add(name);
      }
    }
    return { readyEndpoints: ready.size, pods: staying.size, terminatingPods: ending.size };
  });
}

/** The label that ties an EndpointSlice to its Service. */
const SERVICE_NAME = 'kubernetes.io/service-name';

const hasLabels = (all: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([key, value]) => all[key] === value);
