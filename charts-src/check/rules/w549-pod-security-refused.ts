import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import type { Labels } from '../../graph/labels.ts';
import { isOwned } from '../long-running.ts';
import { podSecurityViolations, type PodSecurityLevel } from '../pod-security.ts';
import type { Rule } from '../rule.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** The namespace refuses the pods: the workload is there, and it has none. */
export const podSecurityRefused = {
  code: 'W549',
  name: 'pod-security-refused',
  severity: 'error',
  summary: 'Pods have what their namespace does not allow, so none is created.',
  reads: ['Namespace', ...WORKLOAD_KINDS],
  *check({ namespaces, workloads }) {
    for (const workload of workloads) {
      const level = levelOf(namespaces.get(workload.namespace)?.labels ?? {});
      // What the injector fills in for a gateway is not in the files.
      if (level === undefined || workload.isGateway || isOwned(workload.manifest)) continue;
      const violations = podSecurityViolations(workload, level);
      const [first] = violations;
      if (first === undefined) continue;
      const told = violations.slice(0, 3).map(({ what }) => what);
      yield {
        manifest: workload.manifest,
        at: first.at,
        message: `namespace "${workload.namespace}" enforces pod security "${level}", and the pods have ${told.join(', ')}${violations.length > 3 ? ` and ${violations.length - 3} more` : ''}: the API server refuses every pod${workload.kind === 'Pod' ? '' : `, and the ${workload.kind} stays without`}`,
        fix: `set what "${level}" asks for, or put it into a namespace with another label ${ENFORCE}`,
      };
    }
  },
} satisfies Rule;

function levelOf(labels: Labels): PodSecurityLevel | undefined {
  const level = labels[ENFORCE];
  return level === 'baseline' || level === 'restricted' ? level : undefined;
}
