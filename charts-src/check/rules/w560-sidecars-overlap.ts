import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import type { Resource } from '../../graph/resource.ts';
import { contested, type Contested } from '../contested.ts';
import type { Rule } from '../rule.ts';

/** Two Sidecars are about the same pods: the older one holds, the other does nothing. */
export const sidecarsOverlap = {
  code: 'W560',
  name: 'sidecars-overlap',
  severity: 'warning',
  summary: 'Two Sidecars are about the same pods, and one of them does nothing.',
  also: ['IST0110', 'KIA0003'],
  reads: ['Sidecar', ...WORKLOAD_KINDS],
  *check(graph) {
    for (const found of contested(graph, graph.of('Sidecar'), ({ spec }) => spec.workloadSelector?.labels))
      // Where there are no sidecars none of them matters: another finding says so.
      if (!isAmbient(found, (namespace) => graph.namespaces.get(namespace)?.injection === 'ambient'))
        yield {
          manifest: found.resource.manifest,
          at: found.pods === undefined ? [] : ['spec', 'workloadSelector'],
          also: found.pods === undefined ? ['IST0111', 'KIA0002'] : ['IST0110', 'KIA0003'],
          message: told(found),
          fix:
            found.pods === undefined
              ? 'make one of them, or give all but one a workloadSelector'
              : 'make one of them, or select by a label that tells the pods apart',
        };
  },
} satisfies Rule;

const isAmbient = ({ resource, pods }: Contested<Resource<'Sidecar'>>, is: (namespace: string) => boolean): boolean =>
  is(resource.namespace) || pods?.annotations['ambient.istio.io/redirection'] === 'enabled';

const told = ({ others, pods, resource }: Contested<Resource<'Sidecar'>>): string =>
  `Sidecar ${others.map(({ name }) => `"${name}"`).join(', ')} ${pods === undefined ? `${others.length === 1 ? 'has' : 'have'} no workloadSelector either in namespace "${resource.namespace}"` : `${others.length === 1 ? 'selects' : 'select'} the pods of ${pods.kind} "${pods.name}" too`}: the oldest one holds and the others do nothing, so what is reached depends on what was created first`;
