import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { listNames, meshNamespaces } from '../mesh-presence.ts';
import { guardOf, isCallable } from '../authorization-cover.ts';
import type { Rule } from '../rule.ts';

/** Nobody asks who calls: every workload of the mesh may call everything. */
export const noAuthorizationPolicy = {
  code: 'W210',
  name: 'no-authorization-policy',
  severity: 'warning',
  summary: 'No AuthorizationPolicy is about any pod of a namespace.',
  also: ['KIA1301'],
  reads: ['AuthorizationPolicy', 'Service', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    for (const { name, workloads, manifest } of meshNamespaces(graph)) {
      const called = workloads.filter((workload) => isCallable(graph, workload));
      if (called.length === 0 || called.some((workload) => guardOf(graph, workload).policies.length > 0)) continue;
      yield {
        manifest,
        at: ['metadata', 'name'],
        message: `no AuthorizationPolicy is about any pod of namespace ${name}: whoever reaches ${listNames(called.map((w) => w.name))} may call every path of it`,
        fix: `add an AuthorizationPolicy with "spec: {}" to ${name}, which denies everything, and one with action ALLOW for each caller that is meant`,
      };
    }
  },
} satisfies Rule;
