import { objectName, type Manifest } from '../manifest/manifest.ts';
import { fullHost, isWildcardHost } from '../model/host.ts';
import { formatPath, type Path } from '../model/schema.ts';
import { Environments, type Setting } from './environment.ts';
import { hostsIn, hostsOfUrlsIn, type HostMention } from './host-mentions.ts';
import type { Labels } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import { containerPortOf, type MeshHost, type MeshPort } from './mesh-host.ts';
import { networkPeers } from './network-peers.ts';
import { perGraph } from './per-graph.ts';
import { actionOf, targetsOf } from './policies.ts';
import { mayBeHttp } from './protocol.ts';
import type { Resource } from './resource.ts';
import { storeOf, storeOfPorts, type StoreKind } from './stores.ts';
import type { Workload } from './workload.ts';
import { push } from '../model/multimap.ts';

/** Kinds of objects that say who calls whom. */
export const CALL_KINDS = [
  'Service',
  'ServiceEntry',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Rollout',
  'Job',
  'CronJob',
  'Pod',
  'ConfigMap',
  'Secret',
  'AuthorizationPolicy',
  'Sidecar',
  'VirtualService',
  'NetworkPolicy',
] as const;

/** One application of a mesh: the versions of a service together, or a host whose pods are not among the files. */
export interface App {
  readonly namespace: string;
  readonly name: string;
  /** Empty for what is only known as a host. */
  readonly workloads: readonly Workload[];
  /** Hosts that lead to it and to nothing else. */
  readonly hosts: readonly MeshHost[];
  /** Undefined for what answers requests of its own. */
  readonly store: StoreKind | undefined;
}

/** What says that a call is made, or may be made. */
export interface CallEvidence {
  readonly manifest: Manifest;
  readonly at: Path;
  /** A phrase: `USERS_URL`, `principal of an AuthorizationPolicy`. */
  readonly says: string;
}

/** An address in the settings of pods that leads nowhere among the files: no such host, or no such port of it. */
export interface StrayAddress {
  readonly workload: Workload;
  /** As it is written, in lower case. */
  readonly name: string;
  readonly port: number | undefined;
  readonly scheme: string | undefined;
  /** What the name means; undefined where nobody has it. */
  readonly host: MeshHost | undefined;
  readonly evidence: CallEvidence;
}

/** One application that calls another one. */
export interface Call {
  readonly caller: App;
  readonly callee: App;
  /** Ports of hosts of the callee; empty where nothing says which. */
  readonly ports: ReadonlySet<MeshPort>;
  /** At least one, the surest first. */
  readonly evidence: readonly [CallEvidence, ...CallEvidence[]];
  /** Whether the caller waits for an answer of a service: HTTP or gRPC, and no database, cache or broker. */
  readonly isRequest: boolean;
}

/** Who calls whom in a mesh, as far as manifests say. */
export interface CallGraph {
  readonly apps: readonly App[];
  readonly calls: readonly Call[];
  callsFrom(app: App): readonly Call[];
  callsTo(app: App): readonly Call[];
  appOf(workload: Workload): App | undefined;
  /** The application that a host leads to. */
  appOfHost(host: MeshHost): App;
  /** What a name in the environment of a pod of a namespace means. */
  hostOf(name: string, namespace: string): MeshHost | undefined;
  readonly environments: Environments;
  readonly strays: readonly StrayAddress[];
}

/** Who calls whom, worked out once for a mesh. */
export const callsOf = perGraph((graph): CallGraph => new Reader(graph).read());

/** Pods of the ones that Istio calls by one name. Source: Istio's canonical service */
const canonicalName = ({ labels, name }: Workload): string =>
  labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name;

interface Draft {
  readonly namespace: string;
  name: string;
  readonly workloads: Workload[];
  readonly hosts: MeshHost[];
  store: StoreKind | undefined;
}

interface DraftCall {
  readonly caller: App;
  readonly callee: App;
  readonly ports: Set<MeshPort>;
  readonly evidence: CallEvidence[];
}

class Reader {
  readonly #graph: MeshGraph;
  readonly #environments: Environments;
  readonly #apps: Draft[] = [];
  readonly #byWorkload = new Map<Workload, Draft>();
  readonly #byHost = new Map<MeshHost, Draft>();
  readonly #byAccount = new Map<string, Set<Draft>>();
  readonly #calls = new Map<App, Map<App, DraftCall>>();
  readonly #strays: StrayAddress[] = [];

  constructor(graph: MeshGraph) {
    this.#graph = graph;
    this.#environments = new Environments(graph);
  }

  read(): CallGraph {
    this.#gatherApps();
    this.#readEnvironments();
    for (const policy of this.#graph.of('AuthorizationPolicy')) this.#readPolicy(policy);
    for (const sidecar of this.#graph.of('Sidecar')) this.#readSidecar(sidecar);
    for (const virtualService of this.#graph.of('VirtualService')) this.#readVirtualService(virtualService);
    for (const policy of this.#graph.objects('NetworkPolicy', 'networking.k8s.io')) this.#readNetworkPolicy(policy);
    return this.#finish();
  }

  /** Versions of one service are one application: they share a Service and the name that Istio knows them by. */
  #gatherApps(): void {
    const { workloads, services, hosts } = this.#graph;
    const parent = new Map<Workload, Workload>();
    const rootOf = (workload: Workload): Workload => {
      let root = workload;
      for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
      if (root !== workload) parent.set(workload, root);
      return root;
    };
    const join = (one: Workload, other: Workload): void => {
      const [left, right] = [rootOf(one), rootOf(other)];
      if (left !== right) parent.set(right, left);
    };
    for (const service of services) {
      const firstOf = new Map<string, Workload>();
      for (const workload of service.workloads) {
        const first = firstOf.get(canonicalName(workload));
        if (first) join(first, workload);
        else firstOf.set(canonicalName(workload), workload);
      }
    }
    const drafts = new Map<Workload, Draft>();
    for (const workload of workloads) {
      const root = rootOf(workload);
      let draft = drafts.get(root);
      if (draft === undefined) {
        draft = { namespace: root.namespace, name: canonicalName(root), workloads: [], hosts: [], store: undefined };
        drafts.set(root, draft);
        this.#apps.push(draft);
      }
      draft.workloads.push(workload);
      this.#byWorkload.set(workload, draft);
      const account = `${workload.namespace}/${workload.serviceAccount}`;
      this.#byAccount.set(account, (this.#byAccount.get(account) ?? new Set()).add(draft));
    }
    for (const host of hosts) this.#placeHost(host);
    for (const draft of this.#apps) {
      const named = draft.hosts.filter(({ from }) => from.kind === 'Service' && !from.isHeadless);
      const [first] = (named.length > 0 ? named : draft.hosts).map(({ manifest }) => manifest.name).sort(shortestFirst);
      draft.name = first ?? draft.name;
      draft.store = [...draft.workloads.map(storeOf), ...draft.hosts.map(storeOfPorts)].find(
        (store) => store !== undefined,
      );
    }
  }

  #placeHost(host: MeshHost): void {
    const owners = new Set(host.workloads.flatMap((workload) => this.#byWorkload.get(workload) ?? []));
    const [only] = owners;
    const isOne = owners.size === 1 && only !== undefined;
    const draft: Draft = isOne
      ? only
      : { namespace: host.namespace, name: host.manifest.name, workloads: [], hosts: [], store: undefined };
    if (!isOne) this.#apps.push(draft);
    draft.hosts.push(host);
    this.#byHost.set(host, draft);
  }

  #hostOf(name: string, namespace: string): MeshHost | undefined {
    const domain = this.#graph.settings.clusterDomain;
    const candidates = [
      fullHost(name, namespace, domain),
      `${name}.svc.${domain}`,
      ...(name.endsWith('.svc') ? [`${name}.${domain}`] : []),
    ];
    for (const candidate of candidates) {
      const all = this.#graph.hostsNamed(candidate);
      const found = all.find((host) => host.namespace === namespace) ?? [...all].sort(byNamespace)[0];
      if (found) return found;
    }
    // The name of one pod of a StatefulSet: `kafka-0.kafka`, `kafka-0.kafka.shop.svc`.
    const service = /^[^.]+-\d+\.(.+)$/.exec(name)?.[1];
    return service === undefined ? undefined : this.#hostOf(service, namespace);
  }

  #readEnvironments(): void {
    const readers = new Map<string, Set<Draft>>();
    const configs: (readonly [Draft, Workload, string, CallEvidence])[] = [];
    for (const workload of this.#graph.workloads) {
      const caller = this.#byWorkload.get(workload);
      if (caller === undefined || workload.isGateway) continue;
      for (const { settings, container, at } of this.#environments.of(workload)) {
        for (const setting of settings) this.#readSetting(caller, workload, setting);
        for (const [index, { configMapRef }] of (container.envFrom ?? []).entries())
          if (configMapRef?.name !== undefined)
            configs.push([
              caller,
              workload,
              configMapRef.name,
              { manifest: workload.manifest, at: [...at, 'envFrom', index], says: `ConfigMap ${configMapRef.name}` },
            ]);
      }
      for (const [index, { configMap }] of (workload.pod.volumes ?? []).entries())
        if (configMap?.name !== undefined)
          configs.push([
            caller,
            workload,
            configMap.name,
            {
              manifest: workload.manifest,
              at: [...workload.at, 'spec', 'volumes', index],
              says: `ConfigMap ${configMap.name}`,
            },
          ]);
    }
    for (const [caller, { namespace }, name] of configs) {
      const key = `${namespace}/${name}`;
      readers.set(key, (readers.get(key) ?? new Set()).add(caller));
    }
    for (const [caller, workload, name, evidence] of configs) {
      const { namespace } = workload;
      // What all of them are given, such as the addresses of all services, says of none of them whom it calls.
      if ((readers.get(`${namespace}/${name}`)?.size ?? 0) > 1) continue;
      for (const [key, text] of Object.entries(this.#environments.data(namespace, name))) {
        if (!isAboutCalls(key)) continue;
        const mentions = text.includes('\n') ? hostsOfUrlsIn(text) : hostsIn(text, namesHost(key));
        for (const each of mentions)
          this.#mention(caller, workload, each, { ...evidence, says: `${evidence.says} key ${key}` });
      }
    }
  }

  #readSetting(caller: Draft, workload: Workload, setting: Setting): void {
    if (setting.value === undefined || !isAboutCalls(setting.name)) return;
    const mentions =
      setting.isText && /\s/.test(setting.value)
        ? hostsOfUrlsIn(setting.value)
        : hostsIn(setting.value, !setting.isText && namesHost(setting.name));
    for (const each of mentions)
      this.#mention(caller, workload, each, { manifest: workload.manifest, at: setting.at, says: setting.name });
  }

  #mention(caller: Draft, workload: Workload, { host: name, port, scheme }: HostMention, evidence: CallEvidence): void {
    const host = this.#hostOf(name, workload.namespace);
    const callee = host && this.#byHost.get(host);
    const found = port === undefined ? undefined : host?.ports.filter(({ number }) => number === port);
    if (host === undefined || found?.length === 0) this.#strays.push({ workload, name, port, scheme, host, evidence });
    if (host === undefined || callee === undefined) return;
    this.#add(caller, callee, found, evidence);
  }

  /** Callers by their identity; a policy that names a namespace says too little. */
  #readPolicy(policy: Resource<'AuthorizationPolicy'>): void {
    const { spec, namespace, manifest } = policy;
    if (actionOf(policy) !== 'ALLOW' || targetsOf(policy).length > 0) return;
    const callee = this.#only(namespace, spec.selector?.matchLabels);
    if (callee === undefined) return;
    for (const [index, { from = [], to = [] }] of (spec.rules ?? []).entries()) {
      const open = to.flatMap(({ operation }) => operation?.ports ?? []).map(Number);
      for (const [place, { source }] of from.entries()) {
        const accounts = [
          ...(source?.principals ?? []).map((principal) =>
            /\/?ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal)?.slice(1, 3).join('/'),
          ),
          ...(source?.serviceAccounts ?? []).map((name) => (name.includes('/') ? name : `${namespace}/${name}`)),
        ];
        for (const account of accounts) {
          const callers = this.#byAccount.get(account ?? '');
          const [caller] = callers ?? [];
          // An account that many share says of none of them that it calls.
          if (caller === undefined || callers?.size !== 1) continue;
          this.#add(caller, callee, portsBehind(callee, open), {
            manifest,
            at: ['spec', 'rules', index, 'from', place],
            says: `AuthorizationPolicy ${policy.name}`,
          });
        }
      }
    }
  }

  #readSidecar({ spec, namespace, name, manifest }: Resource<'Sidecar'>): void {
    const caller = this.#only(namespace, spec.workloadSelector?.labels);
    if (caller === undefined) return;
    for (const [index, { hosts, port }] of (spec.egress ?? []).entries())
      for (const [place, entry] of hosts.entries()) {
        const [owner = '', host = ''] = entry.split('/');
        if (owner === '' || owner.startsWith('~') || isWildcardHost(host)) continue;
        const ns = owner === '.' ? namespace : owner;
        const found = this.#graph.hostsNamed(host.toLowerCase()).find((each) => owner === '*' || each.namespace === ns);
        const callee = found && this.#byHost.get(found);
        if (!found || !callee) continue;
        const ports =
          port?.number === undefined ? undefined : found.ports.filter(({ number }) => number === port.number);
        this.#add(caller, callee, ports, {
          manifest,
          at: ['spec', 'egress', index, 'hosts', place],
          says: `Sidecar ${name}`,
        });
      }
  }

  #readVirtualService({ spec, namespace, name, manifest }: Resource<'VirtualService'>): void {
    const { clusterDomain } = this.#graph.settings;
    for (const [index, { match = [], route = [] }] of (spec.http ?? []).entries())
      for (const [place, { sourceLabels, sourceNamespace, gateways = [] }] of match.entries()) {
        // With gateways in the match, Istio does not look at the labels.
        const caller = gateways.length > 0 ? undefined : this.#only(sourceNamespace || namespace, sourceLabels);
        if (caller === undefined) continue;
        for (const { destination } of route) {
          const host = this.#graph.lookUp(fullHost(destination.host, namespace, clusterDomain), namespace);
          const callee = host && this.#byHost.get(host);
          if (!host || !callee) continue;
          this.#add(
            caller,
            callee,
            host.ports.filter(({ number }) => number === destination.port?.number),
            {
              manifest,
              at: ['spec', 'http', index, 'match', place],
              says: `sourceLabels of VirtualService ${name}`,
            },
          );
        }
      }
  }

  #readNetworkPolicy(manifest: Manifest): void {
    for (const { from, to, ports, at } of networkPeers(manifest)) {
      const [caller, callee] = [this.#only(from.namespace, from.labels), this.#only(to.namespace, to.labels)];
      if (caller === undefined || callee === undefined) continue;
      const numbers = ports.filter((port) => typeof port === 'number');
      const says = `NetworkPolicy ${manifest.name}`;
      this.#add(caller, callee, portsBehind(callee, numbers), { manifest, at, says });
    }
  }

  /** The one application that labels select; undefined where they select none, or several. */
  #only(namespace: string, labels: Labels | undefined): Draft | undefined {
    if (labels === undefined || Object.keys(labels).length === 0) return undefined;
    const found = new Set<Draft>();
    for (const workload of this.#graph.workloadsBy(namespace).select(labels)) {
      const draft = this.#byWorkload.get(workload);
      if (draft) found.add(draft);
      if (found.size > 1) return undefined;
    }
    const [only] = found;
    return only;
  }

  #add(caller: Draft, callee: Draft, ports: readonly MeshPort[] | undefined, evidence: CallEvidence): void {
    if (caller === callee) return;
    const from = this.#calls.get(caller) ?? new Map<App, DraftCall>();
    this.#calls.set(caller, from);
    const call = from.get(callee) ?? { caller, callee, ports: new Set<MeshPort>(), evidence: [] };
    from.set(callee, call);
    for (const port of ports ?? []) call.ports.add(port);
    call.evidence.push(evidence);
  }

  #finish(): CallGraph {
    const from = new Map<App, Call[]>();
    const to = new Map<App, Call[]>();
    const calls: Call[] = [];
    const drafts = [...this.#calls.values()].flatMap((byCallee) => [...byCallee.values()]);
    for (const { caller, callee, ports, evidence } of drafts.sort(byEnds)) {
      const [first, ...more] = evidence.sort(bySurety);
      if (first === undefined) continue;
      const called = ports.size > 0 ? [...ports] : callee.hosts.flatMap((host) => host.ports);
      const isRequest = callee.store === undefined && called.some(({ protocol }) => mayBeHttp(protocol));
      const call: Call = { caller, callee, ports, evidence: [first, ...more], isRequest };
      calls.push(call);
      push(from, caller, call);
      push(to, callee, call);
    }
    return {
      apps: this.#apps.sort(byName),
      calls,
      callsFrom: (app) => from.get(app) ?? [],
      callsTo: (app) => to.get(app) ?? [],
      appOf: (workload) => this.#byWorkload.get(workload),
      // Every host was placed.
      appOfHost: (host) => this.#byHost.get(host) as App,
      hostOf: (name, namespace) => this.#hostOf(name, namespace),
      environments: this.#environments,
      strays: this.#strays,
    };
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const byName = (one: App, other: App): number =>
  compare(one.namespace, other.namespace) || compare(one.name, other.name);
const byEnds = (one: DraftCall, other: DraftCall): number =>
  byName(one.caller, other.caller) || byName(one.callee, other.callee);

/** What a caller is told comes before what it is allowed. */
const KINDS = ['AuthorizationPolicy', 'Sidecar', 'VirtualService', 'NetworkPolicy'];
const bySurety = ({ manifest: one, at }: CallEvidence, { manifest: other, at: otherAt }: CallEvidence): number =>
  KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) ||
  compare(objectName(one), objectName(other)) ||
  compare(formatPath(at), formatPath(otherAt));

/** Ports of hosts that lead to these ports of containers. */
function portsBehind({ hosts, workloads }: App, containerPorts: readonly number[]): readonly MeshPort[] {
  const [pods] = workloads;
  if (pods === undefined) return [];
  return hosts.flatMap(({ ports }) =>
    ports.filter((port) => containerPorts.includes(containerPortOf(port, pods) ?? -1)),
  );
}

/** What a variable is called that holds a bare host. */
const namesHost = (variable: string): boolean =>
  /(?:host|hostname|addr|address|server|servers|url|uri|endpoint|brokers?|dsn)$/.test(variable.toLowerCase());

/** Without what is for browsers, for others to call, for traces, metrics and logs, and without images. */
const isAboutCalls = (variable: string): boolean =>
  !/(?:origin|cors|callback|redirect|(?:^|_)public(?:_|$)|external|advertised|issuer|audience|no_proxy|allowed|otel|otlp|jaeger|zipkin|trac(?:e|ing)|statsd|metric|prometheus|loki|(?:^|_)log(?:s|ging)?(?:_|$)|sentry|telemetry|collector|image)/.test(
    variable.toLowerCase(),
  );

const byNamespace = (one: MeshHost, other: MeshHost): number => compare(one.namespace, other.namespace);
const shortestFirst = (one: string, other: string): number => one.length - other.length || (one < other ? -1 : 1);
