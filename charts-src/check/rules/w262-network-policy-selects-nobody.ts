import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { NAME_LABEL, SIDES, type Passage } from '../../graph/network-policies.ts';
import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { closest } from '../../model/closest.ts';
import { describeLabels, describeSelector, nearestLabels } from '../nearest-labels.ts';
import { hasPods, isToNobody, mayBeOf, namespaceMeant, networkPoliciesOf } from '../network-reach.ts';
import type { Hit, Rule } from '../rule.ts';

/** Labels that nobody has: the policy is about no pod, or lets through nobody. */
export const networkPolicySelectsNobody = {
  code: 'W262',
  name: 'network-policy-selects-nobody',
  severity: 'warning',
  summary: 'A NetworkPolicy selects pods or namespaces that are not there.',
  reads: ['NetworkPolicy', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    const policies = networkPoliciesOf(graph);
    for (const policy of policies.all) {
      yield* ownPods(graph, policy, policies.selectorOf(policy));
      const told = new Set<Passage['peer']>();
      for (const side of SIDES)
        for (const passage of policies.of(policy).get(side) ?? []) {
          if (told.has(passage.peer)) continue;
          told.add(passage.peer);
          yield* peers(graph, passage);
        }
    }
  },
} satisfies Rule;

type Selector = Parameters<typeof describeSelector>[0];

function* ownPods(graph: MeshGraph, manifest: Manifest, selector: Selector): Generator<Hit> {
  if (hasPods(graph, manifest.namespace, selector)) return;
  const here = graph.workloadsBy(manifest.namespace).select({});
  if (here.length === 0) return;
  const meant = nearestLabels(selector.matchLabels ?? {}, here);
  yield {
    manifest,
    at: ['spec', 'podSelector'],
    message: `${describeSelector(selector)} selects no pod of the files in namespace "${manifest.namespace}": unless there are others, the policy does nothing, and the pods it means are as open as without it`,
    fix: meant === undefined ? 'select labels that pods have' : `did you mean ${meant}`,
  };
}

function* peers(graph: MeshGraph, passage: Passage): Generator<Hit> {
  const { peer, side, by } = passage;
  if (peer?.kind !== 'pods' || by === undefined) return;
  const whom = side === 'ingress' ? 'nobody is let in by it' : 'nothing is let out by it';
  const labels = peer.namespaces.matchLabels ?? {};
  if (isToNobody(graph, passage)) {
    const all = [...graph.namespaces.keys()].filter((name) => mayBeOf(graph, peer, name));
    const meant = nearestLabels(
      peer.pods.matchLabels ?? {},
      all.flatMap((name) => graph.workloadsBy(name).select({})),
    );
    yield {
      ...by,
      message: `no pod of namespace ${all.map((name) => `"${name}"`).join(', ')} has the labels ${describeSelector(peer.pods)}: ${whom}`,
      fix: meant === undefined ? 'select labels that pods have there' : `did you mean ${meant}`,
    };
    return;
  }
  const namespace = namespaceMeant(graph, passage);
  if (namespace !== undefined)
    yield {
      ...by,
      message: `no namespace has the labels ${describeLabels(labels)}, and namespace "${namespace}" neither: ${whom}`,
      fix: `write "${NAME_LABEL}: ${namespace}", a label that Kubernetes gives every namespace`,
    };
  const named = labels[NAME_LABEL];
  const near =
    named === undefined || graph.namespaces.has(named) ? undefined : closest(named, [...graph.namespaces.keys()]);
  // Of a short name nearly everything is a neighbour.
  if (named !== undefined && near !== undefined && named.length > 3)
    yield {
      ...by,
      message: `namespace "${named}" is not among the files: unless it is elsewhere, ${whom}`,
      fix: `did you mean "${near}"`,
    };
}
