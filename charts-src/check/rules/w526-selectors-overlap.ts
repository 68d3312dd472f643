import type { Workload } from '../../graph/workload.ts';
import { selectedBy } from '../disruption-budgets.ts';
import { longRunning } from '../long-running.ts';
import { describeSelector } from '../nearest-labels.ts';
import type { Rule } from '../rule.ts';

/** Two workloads count the same pods as theirs. */
export const selectorsOverlap = {
  code: 'W526',
  name: 'selectors-overlap',
  severity: 'warning',
  summary: 'A workload selects the pods of another one as well.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'],
  *check(graph) {
    const judged = longRunning(graph);
    const known = new Set(judged);
    const told = new Set<Workload>();
    for (const workload of judged) {
      const { selector } = workload.spec;
      if (selector === undefined || Object.keys(selector.matchLabels ?? {}).length === 0) continue;
      const other = selectedBy(selector, graph.workloadsBy(workload.namespace)).find(
        (found) => found !== workload && known.has(found) && !told.has(found) && !isTheSame(found, workload),
      );
      if (other === undefined) continue;
      told.add(workload);
      yield {
        manifest: workload.manifest,
        at: ['spec', 'selector'],
        message: `selector ${describeSelector(selector)} selects the pods of ${other.kind} "${other.name}" too: an autoscaler of one counts the pods of both, and without their owner, as after a restore, one takes the other's pods and ends them`,
        fix: 'add a label that only these pods have, such as version, to selector and template; the selector of a Deployment that exists cannot be changed, so make a new one',
      };
    }
  },
} satisfies Rule;

/** One object that is written twice, as in a base and what is laid over it. */
const isTheSame = (one: Workload, other: Workload): boolean => one.kind === other.kind && one.name === other.name;
