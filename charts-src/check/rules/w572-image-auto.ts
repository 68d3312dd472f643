import { selectorMatches } from '../../graph/labels.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Workload } from '../../graph/workload.ts';
import { PROXY, podAt } from '../app-containers.ts';
import type { Rule } from '../rule.ts';
import { webhooksOf } from '../webhooks.ts';

/** A container waits for the injector to fill in its image, and the injector never comes. */
export const imageAuto = {
  code: 'W572',
  name: 'image-auto',
  severity: 'error',
  summary: 'A proxy has the image "auto", and nothing fills it in.',
  also: ['IST0146', 'IST0147'],
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Namespace', 'MutatingWebhookConfiguration'],
  *check(graph) {
    for (const workload of graph.workloads) {
      const index = (workload.pod.containers ?? []).findIndex(({ name, image }) => name === PROXY && image === 'auto');
      if (index < 0) continue;
      const injected = isInjected(workload, graph);
      if (injected === true) continue;
      yield {
        manifest: workload.manifest,
        at: [...podAt(workload), 'containers', index, 'image'],
        also: [workload.kind === 'Pod' ? 'IST0147' : 'IST0146'],
        ...(injected === undefined ? { severity: 'info' as const } : {}),
        message: `image "auto" is filled in by Istio's injector, ${injected === undefined ? `and whether it takes pods of namespace "${workload.namespace}" is not in the files` : 'which does not take these pods'}: without it there is no such image, and the pods never start`,
        fix: 'set the label sidecar.istio.io/inject: "true" on the pods, or istio-injection: enabled on the namespace',
      };
    }
  },
} satisfies Rule;

/** Whether an injector takes the pods: the webhooks say so where they are among the files; undefined where nothing says. */
function isInjected(workload: Workload, graph: MeshGraph): boolean | undefined {
  const webhooks = webhooksOf(graph, 'MutatingWebhookConfiguration').filter(({ name }) => name.endsWith('istio.io'));
  if (webhooks.length === 0) return workload.sidecar === 'unknown' ? undefined : workload.sidecar === 'yes';
  const namespace = graph.namespaces.get(workload.namespace);
  const takes = webhooks.some(
    ({ namespaceSelector, objectSelector }) =>
      selectorMatches(namespaceSelector, namespace?.labels ?? {}) && selectorMatches(objectSelector, workload.labels),
  );
  if (takes || namespace?.manifest !== undefined) return takes;
  // Labels of a namespace that is not among the files are not known, and they may be what a webhook asks for.
  return webhooks.some(({ objectSelector }) => selectorMatches(objectSelector, workload.labels)) ? undefined : false;
}
