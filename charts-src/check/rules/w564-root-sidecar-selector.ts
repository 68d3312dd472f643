import type { Rule } from '../rule.ts';

/** A Sidecar of the root namespace is the default of the mesh only without a selector. */
export const rootSidecarSelector = {
  code: 'W564',
  name: 'root-sidecar-selector',
  severity: 'warning',
  summary: 'A Sidecar of the root namespace has a selector, so it is not the default of the mesh.',
  also: ['KIA1006'],
  reads: ['Sidecar'],
  *check(graph) {
    const { rootNamespace } = graph.settings;
    for (const { manifest, namespace, spec } of graph.of('Sidecar')) {
      const selector = spec.workloadSelector?.labels ?? {};
      if (namespace !== rootNamespace || spec.workloadSelector === undefined) continue;
      // Pods of the root namespace itself can be meant.
      if (Object.keys(selector).length > 0 && graph.workloadsBy(rootNamespace).select(selector).length > 0) continue;
      yield {
        manifest,
        at: ['spec', 'workloadSelector'],
        message: `namespace "${rootNamespace}" is the root of the mesh, where a Sidecar without a selector is the default of all namespaces; with one it is about pods of "${rootNamespace}" alone`,
        fix: 'remove workloadSelector, or move the Sidecar to the namespace of the pods',
      };
    }
  },
} satisfies Rule;
