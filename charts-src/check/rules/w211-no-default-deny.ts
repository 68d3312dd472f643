import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { actionOf, targetsOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { guardOf, isCallable } from '../authorization-cover.ts';
import { isDryRun } from '../identity-policies.ts';
import { listNames, meshNamespaces } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** There are policies, but what none of them is about is open, now or with the next workload. */
export const noDefaultDeny = {
  code: 'W211',
  name: 'no-default-deny',
  severity: 'warning',
  summary: 'A namespace has AuthorizationPolicies, but none that refuses what is not allowed.',
  also: ['KIA1301'],
  reads: ['AuthorizationPolicy', 'Service', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    const hasMeshWide = hasDefault(graph, graph.settings.rootNamespace);
    for (const { name, workloads, manifest } of meshNamespaces(graph)) {
      if (hasMeshWide || hasDefault(graph, name)) continue;
      const called = workloads
        .filter((workload) => isCallable(graph, workload))
        .map((workload) => ({ workload, guard: guardOf(graph, workload) }));
      const policies = [...new Set(called.flatMap(({ guard }) => guard.policies))];
      if (policies.length === 0) continue;
      const open = called.filter(({ guard }) => !guard.deniesByDefault).map(({ workload }) => workload.name);
      const onlyDenies = policies.every((policy) => actionOf(policy) !== 'ALLOW' && actionOf(policy) !== 'CUSTOM');
      const [first] = policies;
      const fix = `add an AuthorizationPolicy with "spec: {}" to ${name}: it denies what no other policy allows`;
      if (onlyDenies && first !== undefined)
        yield {
          manifest: first.manifest,
          at: ['spec', 'action'],
          message: `the policies of namespace ${name} only deny: every request that ${listNames(policies.map((p) => p.name))} does not name is let in`,
          fix,
        };
      else
        yield {
          manifest,
          at: ['metadata', 'name'],
          message:
            open.length > 0
              ? `namespace ${name} does not deny by default, and no policy with action ALLOW is about ${listNames(open)}: anybody may call it`
              : `namespace ${name} does not deny by default: the next workload in it, or one whose labels change, may be called by anybody`,
          fix,
        };
    }
  },
} satisfies Rule;

/** Whether a policy of a namespace for all of its pods makes everything else refused. */
const hasDefault = (graph: MeshGraph, namespace: string): boolean =>
  graph.authorizationPolicies
    .for({ namespace, labels: {} })
    .some(
      (policy) =>
        policy.namespace === namespace &&
        actionOf(policy) === 'ALLOW' &&
        targetsOf(policy).length === 0 &&
        !isDryRun(policy),
    );
