import { declaredPortsOf } from '../graph/workload-ports.ts';
import { actionOf } from '../graph/policies.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import { isDryRun } from './identity-policies.ts';

/** What stands between a workload and its callers. */
export interface Guard {
  /** All that is enforced. */
  readonly policies: readonly Resource<'AuthorizationPolicy'>[];
  /** Whether what no policy allows is refused. */
  readonly deniesByDefault: boolean;
}

/** The policies that are enforced for a workload; with one ALLOW policy, all else is refused.
 * Source: Istio's order of CUSTOM, DENY and ALLOW */
export function guardOf(graph: Pick<MeshGraph, 'authorizationPolicies'>, workload: Workload): Guard {
  const policies = graph.authorizationPolicies.for(workload).filter((policy) => !isDryRun(policy));
  return { policies, deniesByDefault: policies.some((policy) => actionOf(policy) === 'ALLOW') };
}

/** Whether anybody can call a workload: a Service leads to it, or it declares a port. */
export const isCallable = (graph: Pick<MeshGraph, 'servicesOf'>, workload: Workload): boolean =>
  graph.servicesOf(workload).length > 0 || declaredPortsOf(workload).length > 0;
