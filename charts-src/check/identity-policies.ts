import { actionOf } from '../graph/policies.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import { isIdentityAttribute, rulesOf } from './authorization-conditions.ts';

/** Whether Istio enforces a policy, or only counts what it would do. Source: annotation istio.io/dry-run */
export const isDryRun = ({ manifest }: Pick<Resource, 'manifest'>): boolean =>
  /^(1|t|true)$/i.test(manifest.annotations['istio.io/dry-run'] ?? '');

/** Names of the ALLOW policies of workloads that ask who calls: they count on mutual TLS. */
export function identityPoliciesOf(graph: MeshGraph, workloads: Iterable<Workload>): readonly string[] {
  const names = new Set<string>();
  for (const workload of workloads)
    for (const policy of graph.authorizationPolicies.for(workload))
      if (actionOf(policy) === 'ALLOW' && asksWho(policy)) names.add(policy.name);
  return [...names];
}

const asksWho = (policy: Resource<'AuthorizationPolicy'>): boolean =>
  rulesOf(policy).some(({ all }) => all.some(({ attribute }) => isIdentityAttribute(attribute)));
