import type { MeshGraph } from '../graph/mesh-graph.ts';
import { perGraph } from '../graph/per-graph.ts';
import type { Workload } from '../graph/workload.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { push } from '../model/multimap.ts';
import { isOfIstio, isOwned } from './long-running.ts';

/** Whether anything among the files is for Istio: one of its objects, or pods or namespaces with a sidecar. */
export const hasMesh = (graph: MeshGraph): boolean =>
  graph.manifests.some(({ group }) => group.endsWith('.istio.io')) ||
  [...graph.namespaces.values()].some(({ injection }) => injection === 'enabled' || injection === 'ambient') ||
  graph.workloads.some(({ sidecar }) => sidecar === 'yes');

/** Namespaces that belong to Kubernetes or to Istio itself. */
export const isSystemNamespace = (graph: Pick<MeshGraph, 'settings'>, name: string): boolean =>
  name === graph.settings.rootNamespace || name === 'istio-system' || name.startsWith('kube-');

/** A namespace, and its workloads that are, or may be, in the mesh. */
export interface MeshNamespace {
  readonly name: string;
  /** Pods of applications: gateways, Istio's own, and what a controller made of others are not among them. */
  readonly workloads: readonly [Workload, ...Workload[]];
  /** Where to report what is missing: the Namespace itself, else its first workload. */
  readonly manifest: Manifest;
}

/** Namespaces with workloads that have, or may have, a sidecar. What is missing there is worth a word. */
export const meshNamespaces = perGraph((graph): readonly MeshNamespace[] => {
  if (!hasMesh(graph)) return [];
  const byName = new Map<string, Workload[]>();
  for (const workload of graph.workloads) {
    if (workload.sidecar === 'no' || workload.isGateway || isSystemNamespace(graph, workload.namespace)) continue;
    if (isOwned(workload.manifest) || isOfIstio(workload.manifest)) continue;
    push(byName, workload.namespace, workload);
  }
  return [...byName].flatMap(([name, [first, ...others]]) =>
    first === undefined
      ? []
      : [{ name, workloads: [first, ...others], manifest: graph.namespaces.get(name)?.manifest ?? first.manifest }],
  );
});

const MAX_NAMED = 5;

/** Names in a sentence: `a, b and 3 more`. */
export function listNames(names: readonly string[]): string {
  const unique = [...new Set(names)];
  if (unique.length > MAX_NAMED + 1)
    return `${unique.slice(0, MAX_NAMED).join(', ')} and ${unique.length - MAX_NAMED} more`;
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1) ?? ''}`;
}
