import type { Rule } from '../rule.ts';

/** A pod that runs, was to get a sidecar, and has none: it is older than the label, or the webhook was not there. */
export const podWithoutProxy = {
  code: 'W243',
  name: 'pod-without-proxy',
  severity: 'warning',
  summary: 'A running pod of a namespace with sidecars has none.',
  also: ['IST0103'],
  reads: ['Pod', 'Namespace'],
  *check(graph) {
    for (const { kind, manifest, pod, labels, annotations, namespace } of graph.workloads) {
      // Only what a cluster printed: a Pod that is still to be created will be injected then.
      if (kind !== 'Pod' || manifest.object['status'] === undefined) continue;
      if (graph.namespaces.get(namespace)?.injection !== 'enabled' || pod.hostNetwork === true) continue;
      if ((labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'])?.toLowerCase() === 'false')
        continue;
      if ([...(pod.containers ?? []), ...(pod.initContainers ?? [])].some(({ name }) => name === 'istio-proxy'))
        continue;
      yield {
        manifest,
        at: ['spec', 'containers'],
        message: `the pod runs without container istio-proxy in namespace ${namespace}, whose pods are injected: it was made before the label, or while the webhook was away`,
        fix: 'make it anew: kubectl rollout restart of what owns it',
      };
    }
  },
} satisfies Rule;
