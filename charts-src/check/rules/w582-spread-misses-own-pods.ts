import { selectorMatches } from '../../graph/labels.ts';
import type { LabelSelectorSpec } from '../../graph/shapes.ts';
import type { Workload } from '../../graph/workload.ts';
import type { Path } from '../../model/schema.ts';
import { podAt } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import { describeSelector, nearestLabels } from '../nearest-labels.ts';
import type { Rule } from '../rule.ts';

/** A constraint counts pods with other labels than those that it stands in: it spreads nothing. */
export const spreadMissesOwnPods = {
  code: 'W582',
  name: 'spread-misses-own-pods',
  severity: 'warning',
  summary: 'A topologySpreadConstraint does not select the pods that it stands in.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet'],
  *check(graph) {
    for (const workload of longRunning(graph))
      for (const { selector, at } of selectorsOf(workload)) {
        if (selectorMatches(selector, workload.labels)) continue;
        const meant = nearestLabels(selector.matchLabels ?? {}, [workload]);
        yield {
          manifest: workload.manifest,
          at,
          message: `the constraint counts pods with ${describeSelector(selector)}, and these have other labels: it does not spread them, and all may be on one node`,
          fix: meant === undefined ? `select labels of the pods themselves` : `did you mean ${meant}`,
        };
      }
  },
} satisfies Rule;

interface SelectorAt {
  readonly selector: LabelSelectorSpec;
  readonly at: Path;
}

const selectorsOf = (workload: Workload): readonly SelectorAt[] =>
  (workload.pod.topologySpreadConstraints ?? []).flatMap(({ labelSelector }, index) =>
    labelSelector === undefined
      ? []
      : [
          {
            selector: labelSelector,
            at: [...podAt(workload), 'topologySpreadConstraints', index, 'labelSelector'],
          },
        ],
  );
