import type { Edge } from '../model/edge.ts';
import type { Party } from '../model/party.ts';

/** Port where istiod hands out configuration and certificates. */
const ISTIOD_PORT = 15012;
/** Port where a sidecar shows its own metrics and the application's, in plain text. */
const MERGED_METRICS_PORT = 15020;

/** Pods of a namespace, by label. */
export interface PodPeer {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** What every pod of the mesh needs besides its edges. */
export interface Surroundings {
  /** Answers DNS on port 53. */
  readonly dns: PodPeer;
  readonly controlPlane: PodPeer;
  /** Scrapes metrics. */
  readonly monitoring: PodPeer;
}

/** Nothing in, nothing out: for every pod of a namespace that has no policy of its own. */
export const denyAllNetworkPolicySpec = () => ({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

/**
 * The packets that a workload's pods may send and receive: those of its edges, DNS, its control plane, its metrics.
 * It holds where the mesh does not: a pod can go around its own sidecar, but not around this.
 * Source: Kubernetes NetworkPolicy.spec
 */
export function networkPolicySpec(
  party: Party,
  edges: { readonly in: readonly Edge[]; readonly out: readonly Edge[] },
  around: Surroundings,
) {
  return {
    podSelector: { matchLabels: { ...party.podLabels } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      ...merged(edges.in.map((edge) => ({ peer: peer(edge.caller), ports: portsOf(edge) }))).map(
        ({ peers, ports }) => ({
          from: peers,
          ports,
        }),
      ),
      { from: [peer(around.monitoring)], ports: [tcp(MERGED_METRICS_PORT)] },
    ],
    egress: [
      { to: [peer(around.dns)], ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
      { to: [peer(around.controlPlane)], ports: [tcp(ISTIOD_PORT)] },
      ...merged(
        edges.out.map((edge) => ({
          peer: 'podLabels' in edge.callee ? peer(edge.callee) : OUTSIDE,
          ports: portsOf(edge),
        })),
      ).map(({ peers, ports }) => ({ to: peers, ports })),
    ],
  };
}

const tcp = (port: number) => ({ protocol: 'TCP', port });

/** Any address but the private ranges, where clusters have their pods and services. */
const OUTSIDE = {
  ipBlock: {
    cidr: '0.0.0.0/0',
    except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  },
};

const peer = ({ namespace, podLabels }: PodPeer) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: { ...podLabels } },
});

function portsOf(edge: Edge): number[] {
  switch (edge.kind) {
    case 'request':
      return edge.callee.ports.map(({ targetPort }) => targetPort);
    case 'connection':
      return edge.callee.ports.filter(({ name }) => edge.ports.includes(name)).map(({ targetPort }) => targetPort);
    case 'external':
      return edge.callee.ports.map(({ targetPort }) => targetPort);
  }
}

/** Peers with the same ports share a rule, and each is named once: what several edges say is said in one place. */
function merged<P>(rules: readonly { readonly peer: P; readonly ports: readonly number[] }[]) {
  const portsOfPeer = new Map<string, { peer: P; ports: Set<number> }>();
  for (const { peer, ports } of rules) {
    const key = JSON.stringify(peer);
    const known = portsOfPeer.get(key) ?? { peer, ports: new Set<number>() };
    for (const port of ports) known.ports.add(port);
    portsOfPeer.set(key, known);
  }
  const byPorts = new Map<string, { peers: P[]; ports: ReturnType<typeof tcp>[] }>();
  for (const { peer, ports } of portsOfPeer.values()) {
    const sorted = [...ports].sort((a, b) => a - b);
    const rule = byPorts.get(sorted.join()) ?? { peers: [], ports: sorted.map(tcp) };
    rule.peers.push(peer);
    byPorts.set(sorted.join(), rule);
  }
  return [...byPorts.values()];
}
