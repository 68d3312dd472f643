import { describeLabels, describeSelector, nearestLabels, tellingLabels } from '../nearest-labels.ts';
import type { Rule } from '../rule.ts';
import { slipOf } from '../slip.ts';

/** A Service has no endpoints. */
export const serviceSelectsNothing = {
  code: 'W530',
  name: 'service-selects-nothing',
  severity: 'warning',
  summary: 'A Service selects no pod.',
  reads: ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Pod'],
  *check(graph) {
    for (const { manifest, namespace, workloads, from, ports } of graph.services) {
      const selector = from.kind === 'Service' ? (from.spec.selector ?? {}) : {};
      if (Object.keys(selector).length === 0 || workloads.length > 0 || ports.length === 0) continue;
      if (from.kind === 'Service' && from.spec.type === 'ExternalName') continue;
      const here = graph.workloadsBy(namespace).select({});
      const meant = nearestLabels(selector, here);
      const elsewhere =
        here.length > 0
          ? undefined
          : slipOf(
              namespace,
              new Set(
                graph
                  .workloadsBy()
                  .select(selector)
                  .map((pods) => pods.namespace),
              ),
            );
      yield {
        manifest,
        at: ['spec', 'selector'],
        // Pods that no file makes: an operator's, or of another chart. A near miss in spelling is no such thing.
        ...(meant === undefined && elsewhere === undefined && here.length === 0 ? { severity: 'info' as const } : {}),
        message: `selector ${describeSelector({ matchLabels: selector })} selects no pod of the files in namespace "${namespace}": unless somebody else makes such pods, the Service has no endpoints and every request gets 503`,
        fix:
          elsewhere !== undefined
            ? `did you mean namespace "${elsewhere}"`
            : meant === undefined
              ? `select labels that pods have${here[0] === undefined ? '' : `, such as ${describeLabels(tellingLabels(here[0].labels)) || 'none so far'}`}`
              : `did you mean ${meant}`,
      };
    }
  },
} satisfies Rule;
