import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Passages, PolicyPlace } from '../../graph/network-policies.ts';
import { workloadName, WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { isOwned } from '../long-running.ts';
import { listNames } from '../mesh-presence.ts';
import { mayBeOf, networkPoliciesOf, opens } from '../network-reach.ts';
import type { Rule } from '../rule.ts';

/** What every pod, or every proxy, calls besides its dependencies. */
interface Need {
  readonly what: string;
  readonly effect: string;
  readonly fix: string;
  isFor(workload: Workload, passages: Passages): boolean;
  isMet(graph: MeshGraph, passages: Passages): boolean;
}

const isProxy = ({ sidecar, isGateway }: Workload): boolean => sidecar === 'yes' || isGateway;

const NEEDS: readonly Need[] = [
  {
    what: 'DNS (port 53 over UDP)',
    effect: 'no name is found, not even that of istiod, and every call fails',
    fix: 'add to egress: { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }] }',
    // Pods that may call nobody look nothing up; a proxy looks for istiod.
    isFor: (workload, { all }) => isProxy(workload) || all.length > 0,
    // Which pods answer DNS the files do not say: any passage out of the namespaces of the files may be for it.
    isMet: (_graph, { all }) => all.some(({ port }) => opens(port, 'UDP', 53)),
  },
  {
    what: 'istiod (port 15012)',
    effect: 'the proxy gets neither configuration nor certificate, and the pods never become ready',
    fix: 'add to egress: { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: istio-system } } }], ports: [{ port: 15012 }] }',
    isFor: isProxy,
    isMet: (graph, { all }) =>
      all.some(({ peer, port }) => opens(port, 'TCP', 15012) && mayBeOf(graph, peer, graph.settings.rootNamespace)),
  },
];

/** NetworkPolicies that let pods call their dependencies, and forgot what every pod needs. */
export const networkPolicyCutsOff = {
  code: 'W263',
  name: 'network-policy-cuts-off',
  severity: 'error',
  summary: 'A NetworkPolicy keeps pods from DNS or from istiod.',
  reads: ['NetworkPolicy', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    const policies = networkPoliciesOf(graph);
    if (policies.isEmpty) return;
    for (const need of NEEDS) {
      const cutOff = new Map<string, { readonly by: PolicyPlace; readonly names: string[]; isWhole: boolean }>();
      for (const workload of graph.workloads) {
        if (isOwned(workload.manifest) || workload.pod.hostNetwork === true) continue;
        const passages = policies.for(workload, 'egress');
        const { by } = passages;
        if (by === undefined || !need.isFor(workload, passages) || need.isMet(graph, passages)) continue;
        const key = `${by.manifest.namespace}/${by.manifest.name}`;
        const found = cutOff.get(key) ?? { by, names: [], isWhole: true };
        cutOff.set(key, found);
        found.names.push(workloadName(workload));
        if (passages.all.length > 0) found.isWhole = false;
      }
      for (const { by, names, isWhole } of cutOff.values())
        yield {
          ...by,
          // What only denies is one half: those that allow may be applied from elsewhere.
          ...(isWhole ? { severity: 'warning' as const } : {}),
          message: `the NetworkPolicies of ${listNames(names)} let out no connection to ${need.what}: ${need.effect}`,
          fix: need.fix,
        };
    }
  },
} satisfies Rule;
