import { perGraph } from '../graph/per-graph.ts';
import { selectorOf } from '../graph/policies.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { byAge, createdAt, type Resource } from '../graph/resource.ts';
import { groupBy } from '../model/multimap.ts';

/** Whether a PeerAuthentication acts, and what keeps it from doing so. */
export type Precedence =
  | { readonly state: 'acts' }
  /** It selects pods in the root namespace, which Istio reads for the mesh as a whole only. */
  | { readonly state: 'ignored-selector' }
  /** Another one for the same pods is older, or, of the same age, comes first by name. */
  | { readonly state: 'shadowed'; readonly by: Resource<'PeerAuthentication'>; readonly isAgeKnown: boolean };

/** Source: Istio's ComposePeerAuthentication */
export function precedenceOf(graph: MeshGraph, policy: Resource<'PeerAuthentication'>): Precedence {
  const own = selectorOf(policy);
  if (own !== undefined && policy.namespace === graph.settings.rootNamespace) return { state: 'ignored-selector' };
  const key = keyOf(own ?? {});
  const by = sameSelector(graph, policy.namespace, key)
    .filter((other) => other !== policy && byAge(other, policy) < 0)
    .sort(byAge)[0];
  if (by === undefined) return { state: 'acts' };
  return { state: 'shadowed', by, isAgeKnown: createdAt(by.manifest) !== '' && createdAt(policy.manifest) !== '' };
}

/** PeerAuthentications by their namespace and the labels in their selector. */
const bySelector = perGraph((graph): ReadonlyMap<string, readonly Resource<'PeerAuthentication'>[]> =>
  groupBy(graph.of('PeerAuthentication'), (policy) => `${policy.namespace} ${keyOf(selectorOf(policy) ?? {})}`),
);

/** PeerAuthentications of a namespace with exactly these labels in their selector. */
const sameSelector = (graph: MeshGraph, namespace: string, key: string): readonly Resource<'PeerAuthentication'>[] =>
  bySelector(graph).get(`${namespace} ${key}`) ?? [];

const keyOf = (labels: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(labels).sort());
