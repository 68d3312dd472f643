import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { SIDES, type Passage, type Passages, type Side } from '../../graph/network-policies.ts';
import { workloadName, WORKLOAD_KINDS } from '../../graph/workload.ts';
import { deliveries, deliveryInWords, type Delivery } from '../deliveries.ts';
import { isToNobody, mayBe, namespaceMeant, networkPoliciesOf, opens } from '../network-reach.ts';
import type { Hit, Rule } from '../rule.ts';

/** Pods call others, and NetworkPolicies drop the packets on the way: the caller waits until its timeout. */
export const networkPolicyBlocksCall = {
  code: 'W264',
  name: 'network-policy-blocks-call',
  severity: 'error',
  summary: 'NetworkPolicies drop the connections of pods that call each other.',
  reads: ['NetworkPolicy', 'Namespace', 'Service', 'VirtualService', 'Gateway', 'ConfigMap', ...WORKLOAD_KINDS],
  *check(graph) {
    const policies = networkPoliciesOf(graph);
    if (policies.isEmpty) return;
    const told = new Set<string>();
    for (const delivery of deliveries(graph)) {
      const { from, to, host } = delivery;
      // ztunnel carries it on a port of its own, and what a node sends no policy sees.
      if ([from, to].some(({ namespace, pod }) => isAmbient(graph, namespace) || pod.hostNetwork === true)) continue;
      for (const side of SIDES) {
        const [near, far] = side === 'egress' ? [from, to] : [to, from];
        const passages = policies.for(near, side);
        const toPeer = passages.all.filter(({ peer }) => mayBe(graph, peer, far));
        if (passages.by === undefined || toPeer.some(({ port }) => opens(port, 'TCP', delivery.containerPort, to)))
          continue;
        // Labels that nobody has are the cause, and told where they stand.
        if (passages.all.some((passage) => isToNobody(graph, passage) || namespaceMeant(graph, passage) !== undefined))
          continue;
        const key = `${side} ${far.namespace}/${far.serviceAccount} ${host.host} ${near.namespace}/${near.serviceAccount}`;
        if (told.has(key)) continue;
        told.add(key);
        yield hitOf(delivery, side, passages, toPeer);
      }
    }
  },
} satisfies Rule;

const isAmbient = ({ namespaces }: MeshGraph, name: string): boolean => namespaces.get(name)?.injection === 'ambient';

function hitOf(delivery: Delivery, side: Side, { by }: Passages, toPeer: readonly Passage[]): Hit {
  const { from, to, port, containerPort } = delivery;
  const call = deliveryInWords(delivery);
  const way = side === 'egress' ? `lets it out to ${workloadName(to)}` : `lets it in at ${workloadName(to)}`;
  const wrong = toPeer.find(({ port: open }) => open?.from === port.number && port.number !== containerPort);
  // There is one, or nothing would be blocked.
  const place = (wrong ?? toPeer[0])?.by ?? (by as NonNullable<typeof by>);
  if (wrong !== undefined)
    return {
      ...place,
      message: `${call}; port ${port.number} is that of the Service, and NetworkPolicies mean ports of pods, which is ${containerPort} there: no policy ${way}, and the connection times out`,
      fix: `write port: ${containerPort}`,
    };
  return {
    ...place,
    message: `${call}, and no NetworkPolicy ${way} on port ${containerPort}: the packets are dropped and the connection times out`,
    fix: `add to ${side}: { ${side === 'egress' ? 'to' : 'from'}: [{ ${peerWords(side === 'egress' ? to : from, side === 'egress' ? from : to)} }], ports: [{ port: ${containerPort} }] }`,
  };
}

function peerWords(peer: Delivery['from'], own: Delivery['from']): string {
  const pods = `podSelector: { matchLabels: { ${appLabel(peer)} } }`;
  return peer.namespace === own.namespace
    ? pods
    : `namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${peer.namespace} } }, ${pods}`;
}

/** The label that tells an application, whatever its version. */
function appLabel({ labels }: Delivery['from']): string {
  const key = ['app', 'app.kubernetes.io/name', 'istio', ...Object.keys(labels)].find(
    (each) => labels[each] !== undefined,
  );
  return key === undefined ? '' : `${key}: ${labels[key] ?? ''}`;
}
