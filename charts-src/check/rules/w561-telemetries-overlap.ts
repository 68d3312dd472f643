import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { contested } from '../contested.ts';
import type { Rule } from '../rule.ts';

/** Two Telemetry objects are about the same pods: only the older one is read. */
export const telemetriesOverlap = {
  code: 'W561',
  name: 'telemetries-overlap',
  severity: 'warning',
  summary: 'Two Telemetry objects are about the same pods, and one of them does nothing.',
  also: ['IST0159', 'KIA0003'],
  reads: ['Telemetry', ...WORKLOAD_KINDS],
  *check(graph) {
    // Those that target something by name are for waypoints and gateways.
    const all = graph.of('Telemetry').filter(({ spec }) => !('targetRef' in spec) && !('targetRefs' in spec));
    for (const { resource, others, pods } of contested(graph, all, ({ spec }) => spec.selector?.matchLabels)) {
      const named = others.map(({ name }) => `"${name}"`).join(', ');
      yield {
        manifest: resource.manifest,
        at: pods === undefined ? [] : ['spec', 'selector'],
        also: pods === undefined ? ['IST0160', 'KIA0002'] : ['IST0159', 'KIA0003'],
        message: `Telemetry ${named} ${pods === undefined ? `${others.length === 1 ? 'has' : 'have'} no selector either in namespace "${resource.namespace}"` : `${others.length === 1 ? 'selects' : 'select'} the pods of ${pods.kind} "${pods.name}" too`}: the oldest one holds and the others do nothing, so what is measured depends on what was created first`,
        fix: 'put it all into one of them',
      };
    }
  },
} satisfies Rule;
