import { perGraph } from '../../graph/per-graph.ts';
import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { selectorMatches, type Labels } from '../../graph/labels.ts';
import { conform } from '../../model/conform.ts';
import { push } from '../../model/multimap.ts';
import { listNames, meshNamespaces } from '../mesh-presence.ts';
import { networkPolicySpecShape, type NetworkPolicySpec } from '../network-policy-shape.ts';
import type { Rule } from '../rule.ts';

/** Below the mesh everything is open: a pod without a sidecar, or that goes past its own, reaches every port. */
export const noNetworkPolicy = {
  code: 'W260',
  name: 'no-network-policy',
  severity: 'warning',
  summary: 'No NetworkPolicy denies by default what comes into the pods of a namespace.',
  reads: ['NetworkPolicy', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    for (const { name, workloads, manifest } of meshNamespaces(graph)) {
      const policies = policiesOf(graph, name);
      if (selectsAll(policies, 'Ingress')) {
        if (selectsAll(policies, 'Egress')) continue;
        const free = workloads.filter(({ labels }) => !isCovered(policies, labels, 'Egress'));
        yield {
          manifest,
          at: ['metadata', 'name'],
          severity: 'info',
          message: `no NetworkPolicy denies by default what leaves namespace ${name}${free.length === 0 ? '' : `, and none limits ${listNames(free.map((w) => w.name))}`}: a pod that goes past its sidecar may call any address`,
          fix: 'add policyTypes [Ingress, Egress] to the policy that denies by default, and allow DNS, istiod on 15012 and what is called',
        };
        continue;
      }
      const open = workloads.filter(({ labels }) => !isCovered(policies, labels, 'Ingress'));
      yield {
        manifest,
        at: ['metadata', 'name'],
        message:
          policies.length === 0
            ? `namespace ${name} has no NetworkPolicy: whoever is in the cluster reaches every port of its pods, also past the sidecar`
            : open.length > 0
              ? `no NetworkPolicy of namespace ${name} denies by default, and none is about ${listNames(open.map((w) => w.name))}: every pod of the cluster reaches every port of it`
              : `no NetworkPolicy of namespace ${name} denies by default: the next workload in it is open to the whole cluster`,
        fix: `add a NetworkPolicy to ${name} with podSelector: {} and policyTypes [Ingress, Egress], and one for each pair of pods that talk`,
      };
    }
  },
} satisfies Rule;

type PolicyType = 'Ingress' | 'Egress';

const policiesOf = (graph: MeshGraph, namespace: string): readonly NetworkPolicySpec[] =>
  byNamespace(graph).get(namespace) ?? [];

const byNamespace = perGraph((graph): ReadonlyMap<string, readonly NetworkPolicySpec[]> => {
  const found = new Map<string, NetworkPolicySpec[]>();
  for (const { namespace, object } of graph.objects('NetworkPolicy', 'networking.k8s.io'))
    push(found, namespace, conform(networkPolicySpecShape, object['spec']) as NetworkPolicySpec); // `conform` leaves these types
  return found;
});

/** Source: NetworkPolicy.spec.policyTypes, whose default is Ingress, and Egress where there are egress rules */
const isFor = ({ policyTypes, egress }: NetworkPolicySpec, type: PolicyType): boolean =>
  policyTypes === undefined ? type === 'Ingress' || egress !== undefined : policyTypes.includes(type);

const isCovered = (policies: readonly NetworkPolicySpec[], labels: Labels, type: PolicyType): boolean =>
  policies.some((policy) => isFor(policy, type) && selectorMatches(policy.podSelector ?? {}, labels));

/** Whether some policy is about all pods: then what no policy allows is refused. */
const selectsAll = (policies: readonly NetworkPolicySpec[], type: PolicyType): boolean =>
  policies.some(
    ({ podSelector = {}, ...policy }) =>
      isFor(policy, type) &&
      Object.keys(podSelector.matchLabels ?? {}).length === 0 &&
      (podSelector.matchExpressions ?? []).length === 0,
  );
