import type { Labels } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import { push } from '../model/multimap.ts';

/** An object that is about the same pods as others of its kind. */
export interface Contested<R extends Resource> {
  readonly resource: R;
  readonly others: readonly R[];
  /** The pods that all of them select; undefined where none of them has a selector, in one namespace. */
  readonly pods: Workload | undefined;
}

/**
 * Objects of one kind that select the same pods, once for every object and workload; and those without a selector that
 * are not alone in their namespace.
 */
export function* contested<R extends Resource>(
  graph: Pick<MeshGraph, 'workloadsBy'>,
  all: readonly R[],
  selectorOf: (resource: R) => Labels | undefined,
): Iterable<Contested<R>> {
  const byNamespace = new Map<string, R[]>();
  const byPods = new Map<Workload, R[]>();
  for (const resource of all) {
    const selector = selectorOf(resource) ?? {};
    if (Object.keys(selector).length === 0) push(byNamespace, resource.namespace, resource);
    else for (const pods of graph.workloadsBy(resource.namespace).select(selector)) push(byPods, pods, resource);
  }
  for (const resources of byNamespace.values()) yield* among(resources, undefined);
  for (const [pods, resources] of byPods) yield* among(resources, pods);
}

function* among<R extends Resource>(resources: readonly R[], pods: Workload | undefined): Iterable<Contested<R>> {
  // The same object in two files is one that replaces the other (W552).
  const distinct = [...new Map(resources.map((resource) => [resource.name, resource])).values()];
  if (distinct.length < 2) return;
  for (const resource of distinct) yield { resource, others: distinct.filter((other) => other !== resource), pods };
}
