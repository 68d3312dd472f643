import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Workload } from '../graph/workload.ts';
import type { Path } from '../model/schema.ts';
import { isSystemNamespace } from './mesh-presence.ts';

/** How a workload keeps out of the mesh that its namespace is in. */
export interface WayOut {
  readonly at: Path;
  readonly what: string;
  readonly fix: string;
}

const INJECT = 'sidecar.istio.io/inject';

/** How the pods of a workload keep out of the mesh; undefined where they do not, or their namespace is not in it. */
export function wayOut(graph: Pick<MeshGraph, 'namespaces' | 'settings'>, workload: Workload): WayOut | undefined {
  const { labels, annotations, at, pod, namespace, sidecar } = workload;
  const injection = graph.namespaces.get(namespace)?.injection;
  if (injection === 'disabled' || injection === 'unset' || isSystemNamespace(graph, namespace)) return undefined;
  const metadata = [...at, 'metadata'];
  if (injection === 'ambient')
    return labels['istio.io/dataplane-mode'] === 'none'
      ? {
          at: [...metadata, 'labels', 'istio.io/dataplane-mode'],
          what: 'istio.io/dataplane-mode is "none"',
          fix: 'remove the label',
        }
      : undefined;
  if (sidecar !== 'no') return undefined;
  if (pod.hostNetwork === true)
    // Elsewhere that may be all that is known of the namespace.
    return injection === 'enabled'
      ? {
          at: [...at, 'spec', 'hostNetwork'],
          what: 'hostNetwork: true, where Istio never injects',
          fix: 'remove hostNetwork, or move the workload into a namespace of its own with istio-injection: disabled',
        }
      : undefined;
  if (labels[INJECT] === 'false')
    return {
      at: [...metadata, 'labels', INJECT],
      what: `label ${INJECT} is "false"`,
      fix: 'remove the label',
    };
  if (labels[INJECT] === undefined && annotations[INJECT] === 'false')
    return {
      at: [...metadata, 'annotations', INJECT],
      what: `annotation ${INJECT} is "false"`,
      fix: 'remove the annotation',
    };
  return undefined;
}
