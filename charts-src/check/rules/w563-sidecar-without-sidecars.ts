import type { Workload } from '../../graph/workload.ts';
import type { Rule } from '../rule.ts';

/** A Sidecar is about pods that have none. */
export const sidecarWithoutSidecars = {
  code: 'W563',
  name: 'sidecar-without-sidecars',
  severity: 'warning',
  summary: 'A Sidecar is about pods whose traffic no sidecar carries.',
  also: ['IST0167'],
  reads: ['Sidecar', 'Namespace', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Pod'],
  *check(graph) {
    for (const { manifest, namespace, spec } of graph.of('Sidecar')) {
      const isAmbientHere = graph.namespaces.get(namespace)?.injection === 'ambient';
      const selector = spec.workloadSelector?.labels ?? {};
      const pods = Object.keys(selector).length === 0 ? [] : graph.workloadsBy(namespace).select(selector);
      const isIdle = pods.length === 0 ? isAmbientHere : pods.every((workload) => isAmbient(workload, isAmbientHere));
      if (!isIdle) continue;
      yield {
        manifest,
        at: pods.length === 0 ? [] : ['spec', 'workloadSelector'],
        message: `${pods.length === 0 ? `namespace "${namespace}" is` : 'the pods that it selects are'} in ambient mode, where ztunnel carries the traffic: no proxy reads this Sidecar`,
        fix: 'remove it, or use sidecars: label the namespace istio-injection: enabled',
      };
    }
  },
} satisfies Rule;

const isAmbient = ({ annotations, labels, sidecar }: Workload, isAmbientHere: boolean): boolean =>
  annotations['ambient.istio.io/redirection'] === 'enabled' ||
  (sidecar !== 'yes' && (labels['istio.io/dataplane-mode'] ?? (isAmbientHere ? 'ambient' : '')) === 'ambient');
