import { BlockList, isIP, isIPv6 } from 'node:net';

// Which packets a set of NetworkPolicies lets through, by the meaning of networking.k8s.io/v1.
//
// It judges manifests where no CNI enforces them. Left out, because no policy can change it: traffic between a pod and
// the node it runs on (so kubelet's probes), and a pod's traffic to itself. An ipBlock is compared with the address that
// the question names, so with what the CNI sees; a pod whose address is not named is in no ipBlock.

/** Transport protocols that a NetworkPolicy can name. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

type Labels = Readonly<Record<string, string>>;

/** A container port: what a named port of a policy is resolved against. */
export interface PodPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** A pod, as far as policies can tell it from others. */
export interface PodParty {
  readonly namespace: string;
  readonly labels: Labels;
  /** @default - the ports of the pod template in the objects that has exactly these labels, if there is one */
  readonly ports?: readonly PodPort[];
  /** @default - unknown: the pod is in no ipBlock */
  readonly ip?: string;
}

/** One end of a connection: a pod, or an address outside the cluster. */
export type Party = PodParty | { readonly ip: string };

/** May this client open a connection to that port? */
export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  /** @default 'TCP' */
  readonly protocol?: Protocol;
}

interface LabelSelector {
  readonly matchLabels?: Labels | null;
  readonly matchExpressions?:
    readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[] | null;
}

interface PolicyPeer {
  readonly podSelector?: LabelSelector | null;
  readonly namespaceSelector?: LabelSelector | null;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface PolicyPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: Protocol;
}

interface Rule {
  /** `from` or `to`; undefined: everybody. */
  readonly peers: readonly PolicyPeer[] | undefined;
  readonly ports: readonly PolicyPort[] | undefined;
}

interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  /** Undefined where the policy says nothing about that direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

/** A pod template, under the name `<namespace>/<app>`. */
export interface Workload extends PodParty {
  readonly name: string;
  readonly ports: readonly PodPort[];
}

/** Namespaces, pod templates and NetworkPolicies, read once. */
export interface Network {
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly workloads: readonly Workload[];
  readonly policies: readonly Policy[];
}

/** Kubernetes puts this label on every namespace, whatever its manifest says. */
const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

const DEFAULT_NAMESPACE = 'default';

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec?: unknown;
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec?: {
    readonly containers?: readonly Containers[];
    readonly initContainers?: readonly Containers[];
  };
}
interface Containers {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: Protocol }[];
}

interface PolicySpec {
  readonly podSelector?: LabelSelector | null;
  readonly policyTypes?: readonly string[] | null;
  readonly ingress?:
    readonly { readonly from?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[] | null;
  readonly egress?: readonly { readonly to?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[] | null;
}

/** Reads the objects of a mesh; kinds that have nothing to do with the question are left out.
 * @throws Error on a policy that the API server would refuse, and that would be misread here */
export const readNetwork = (objects: readonly unknown[]): Network => {
  // The shapes are those of manifests that a real API server accepts, in another tier of the tests.
  const all = objects as readonly KubernetesObject[];
  return {
    namespaces: new Map(
      all.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    ),
    workloads: all.flatMap(workloadOf),
    policies: all.filter(({ kind }) => kind === 'NetworkPolicy').map(policyOf),
  };
};

const templateOf = ({ kind, metadata, spec }: KubernetesObject): PodTemplate | undefined => {
  // As above: `spec` has the shape that its kind prescribes.
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'Job':
      return (spec as { readonly template: PodTemplate }).template;
    case 'CronJob':
      return (spec as { readonly jobTemplate: { readonly spec: { readonly template: PodTemplate } } }).jobTemplate.spec
        .template;
    case 'Pod':
      return { metadata, spec: spec as NonNullable<PodTemplate['spec']> };
    default:
      return undefined;
  }
};

const workloadOf = (object: KubernetesObject): readonly Workload[] => {
  const template = templateOf(object);
  if (template === undefined) return [];
  const namespace = object.metadata.namespace ?? DEFAULT_NAMESPACE;
  const labels = template.metadata?.labels ?? {};
  const containers = [...(template.spec?.initContainers ?? []), ...(template.spec?.containers ?? [])];
  return [
    {
      name: `${namespace}/${labels['app'] ?? object.metadata.name}`,
      namespace,
      labels,
      ports: containers.flatMap(({ ports }) =>
        (ports ?? []).map(({ name, containerPort, protocol }) => ({
          ...(name === undefined ? {} : { name }),
          port: containerPort,
          protocol: protocol ?? 'TCP',
        })),
      ),
    },
  ];
};

const policyOf = ({ metadata, spec }: KubernetesObject): Policy => {
  const { podSelector, policyTypes, ingress, egress } = (spec ?? {}) as PolicySpec; // as above
  const namespace = metadata.namespace ?? DEFAULT_NAMESPACE;
  // Without policyTypes a policy is about ingress, and about egress only if it has a rule for it.
  const types = policyTypes?.length ? policyTypes : ['Ingress', ...(egress?.length ? ['Egress'] : [])];
  const at = `NetworkPolicy ${namespace}/${metadata.name}`;
  return {
    namespace,
    name: metadata.name,
    podSelector: podSelector ?? {},
    ingress: types.includes('Ingress') ? (ingress ?? []).map(({ from, ports }) => rule(at, from, ports)) : undefined,
    egress: types.includes('Egress') ? (egress ?? []).map(({ to, ports }) => rule(at, to, ports)) : undefined,
  };
};

const rule = (at: string, peers: readonly PolicyPeer[] | undefined, ports: readonly PolicyPort[] | undefined): Rule => {
  for (const { podSelector, namespaceSelector, ipBlock } of peers ?? []) {
    const selectors = [podSelector, namespaceSelector].filter(
      (selector) => selector !== undefined && selector !== null,
    );
    if (ipBlock === undefined && selectors.length === 0)
      throw new Error(`${at}: a peer names nobody: it needs a selector or an ipBlock`);
    if (ipBlock !== undefined && selectors.length > 0)
      throw new Error(`${at}: a peer has both an ipBlock and a selector`);
  }
  for (const { port, endPort } of ports ?? []) {
    if (endPort === undefined) continue;
    if (typeof port !== 'number') throw new Error(`${at}: endPort ${endPort} needs a number as port, not ${port}`);
    if (endPort < port) throw new Error(`${at}: endPort ${endPort} is below port ${port}`);
  }
  // An empty list means the same as none.
  return { peers: peers?.length ? peers : undefined, ports: ports?.length ? ports : undefined };
};

const matches = ({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean =>
  Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && (values ?? []).includes(value);
      case 'NotIn': // also without the label
        return value === undefined || !(values ?? []).includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        throw new Error(`a label selector has the operator ${operator}, which Kubernetes does not know`);
    }
  });

const isIn = (ip: string, cidr: string): boolean => {
  const [network = '', prefix = ''] = cidr.split('/');
  if (isIP(network) === 0 || prefix === '') throw new Error(`${cidr} is no CIDR`);
  if (isIP(ip) !== isIP(network)) return false;
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(ip, family);
};

const isPod = (party: Party): party is PodParty => 'namespace' in party;

const isPeer = (network: Network, policy: Policy, peer: PolicyPeer, party: Party): boolean => {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (ipBlock !== undefined) {
    const { ip } = party;
    return ip !== undefined && isIn(ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => isIn(ip, cidr));
  }
  if (!isPod(party)) return false;
  const isNamespace =
    namespaceSelector === undefined || namespaceSelector === null
      ? party.namespace === policy.namespace
      : matches(namespaceSelector, {
          ...network.namespaces.get(party.namespace),
          [NAMESPACE_NAME_LABEL]: party.namespace,
        });
  return isNamespace && matches(podSelector ?? {}, party.labels);
};

const isSameLabels = (a: Labels, b: Labels): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

const portsOf = (network: Network, party: Party): readonly PodPort[] => {
  if (!isPod(party)) return [];
  return (
    party.ports ??
    network.workloads
      .filter(({ namespace, labels }) => namespace === party.namespace && isSameLabels(labels, party.labels))
      .flatMap(({ ports }) => ports)
  );
};

/** `destination` is where the packet goes, in both directions: a named port is always one of the server's. */
const isPort = (network: Network, entry: PolicyPort, destination: Party, port: number, protocol: Protocol): boolean => {
  if ((entry.protocol ?? 'TCP') !== protocol) return false;
  if (entry.port === undefined) return true;
  if (typeof entry.port === 'string') {
    return portsOf(network, destination).some(
      (candidate) => candidate.name === entry.port && candidate.port === port && candidate.protocol === protocol,
    );
  }
  return entry.port <= port && port <= (entry.endPort ?? entry.port);
};

/** Whether the policies that are about `subject` in this direction let a packet pass; without one, all pass. */
const passes = (
  network: Network,
  direction: 'ingress' | 'egress',
  subject: Party,
  other: Party,
  connection: Required<Connection>,
): boolean => {
  if (!isPod(subject)) return true;
  const concerned = network.policies.filter(
    (policy) =>
      policy[direction] !== undefined &&
      policy.namespace === subject.namespace &&
      matches(policy.podSelector, subject.labels),
  );
  if (concerned.length === 0) return true;
  return concerned.some((policy) =>
    (policy[direction] ?? []).some(
      ({ peers, ports }) =>
        (peers?.some((peer) => isPeer(network, policy, peer, other)) ?? true) &&
        (ports?.some((entry) => isPort(network, entry, connection.to, connection.port, connection.protocol)) ?? true),
    ),
  );
};

/** Whether a connection is allowed: the client's egress and the server's ingress must both let it pass. */
export const allows = (network: Network, connection: Connection): boolean => {
  const question = { ...connection, protocol: connection.protocol ?? 'TCP' };
  return (
    passes(network, 'egress', question.from, question.to, question) &&
    passes(network, 'ingress', question.to, question.from, question)
  );
};

/** Somebody who is not among the objects, but takes part: DNS, the control plane, the gateway, a scraper, the internet. */
export type NamedParty = Party & { readonly name: string };

/** A port that no policy and no template names: open only where everything is. */
const ANY_OTHER_PORT = 65_535;

/**
 * Every connection that the policies leave open between the pods of these objects and with the others named,
 * as `<namespace>/<app>-><namespace>/<app>:<port>`, with `/UDP` or `/SCTP` behind the port where it is not TCP.
 *
 * Tried is every port that a template, a party or a policy names, and one that nobody names. An app with several
 * templates (its versions) is one name: a connection that only some of them may make or take has a `~` in front, so that
 * it is equal neither to an open one nor to a closed one. Connections among the others are not asked for.
 */
export const reachability = (objects: readonly unknown[], others: readonly NamedParty[] = []): ReadonlySet<string> => {
  const network = readNetwork(objects);
  const groups = new Map<string, readonly Party[]>();
  for (const workload of network.workloads) groups.set(workload.name, [...(groups.get(workload.name) ?? []), workload]);
  const ours = new Set(groups.keys());
  for (const other of others) {
    if (groups.has(other.name)) throw new Error(`${other.name} is the name of a workload already`);
    groups.set(other.name, [other]);
  }
  const ports = portsToTry(network, others);
  const open = new Set<string>();
  for (const [caller, clients] of groups) {
    for (const [callee, servers] of groups) {
      if (!ours.has(caller) && !ours.has(callee)) continue;
      for (const { port, protocol } of ports) {
        const answers = clients.flatMap((from) => servers.map((to) => allows(network, { from, to, port, protocol })));
        if (!answers.includes(true)) continue;
        const suffix = protocol === 'TCP' ? '' : `/${protocol}`;
        open.add(`${answers.includes(false) ? '~' : ''}${caller}->${callee}:${port}${suffix}`);
      }
    }
  }
  return open;
};

const portsToTry = (network: Network, others: readonly NamedParty[]): readonly Pick<PodPort, 'port' | 'protocol'>[] => {
  const entries = network.policies
    .flatMap(({ ingress, egress }) => [...(ingress ?? []), ...(egress ?? [])])
    .flatMap(({ ports }) => ports ?? []);
  const numbers = new Set<number>([
    ANY_OTHER_PORT,
    ...network.workloads.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ...others.flatMap((other) => (isPod(other) ? (other.ports ?? []) : []).map(({ port }) => port)),
    ...entries.flatMap(({ port, endPort }) => [port, endPort].filter((number) => typeof number === 'number')),
  ]);
  return (['TCP', 'UDP', 'SCTP'] as const).flatMap((protocol) =>
    [...numbers].sort((a, b) => a - b).map((port) => ({ port, protocol })),
  );
};
