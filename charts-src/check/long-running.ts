import type { Workload } from '../graph/workload.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { perGraph } from '../graph/per-graph.ts';

const KINDS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet']);

/**
 * Workloads that are there to stay, and that somebody wrote: without jobs, without what a controller made of another
 * object, without gateways and Istio's own, whose pods are Istio's business.
 */
export const longRunning = perGraph((graph): readonly Workload[] =>
  graph.workloads.filter(
    (workload) =>
      KINDS.has(workload.kind) &&
      workload.spec.workloadRef === undefined &&
      !workload.isGateway &&
      !isOwned(workload.manifest) &&
      !isOfIstio(workload.manifest),
  ),
);

/** Those of them that answer requests, because a Service selects their pods. */
export const serving = perGraph((graph): readonly Workload[] =>
  longRunning(graph).filter((workload) => graph.servicesOf(workload).length > 0),
);

/** Whether a controller made the object, as in what a cluster prints. */
export function isOwned({ object }: Pick<Manifest, 'object'>): boolean {
  const metadata = object['metadata'] as { readonly ownerReferences?: unknown } | null | undefined; // JSON of any shape
  return Array.isArray(metadata?.ownerReferences) && metadata.ownerReferences.length > 0;
}

/**
 * Whether an object is a part of Istio itself.
 * Source: Istio's IsIstioControlPlane
 */
export const isOfIstio = ({ labels }: Pick<Manifest, 'labels'>): boolean =>
  labels['istio'] !== undefined || labels['release'] === 'istio' || labels['app'] === 'istiod';
