import { Construct, type IConstruct } from 'constructs';
import { authorizationPolicySpec, denyAllSpec } from '../manifest/authorization-policy.ts';
import { destinationRuleSpec } from '../manifest/destination-rule.ts';
import { namespaceLabels } from '../manifest/namespace.ts';
import { denyAllNetworkPolicySpec, networkPolicySpec, type PodPeer } from '../manifest/network-policy.ts';
import { peerAuthenticationSpec } from '../manifest/peer-authentication.ts';
import { namespaceSidecarSpec, sidecarSpec } from '../manifest/sidecar.ts';
import { telemetrySpec, type TelemetrySettings } from '../manifest/telemetry.ts';
import { noteDeclaration } from '../model/declaration.ts';
import type { Edge } from '../model/edge.ts';
import { dnsLabelProblem, serviceHost, urlVariable } from '../model/names.ts';
import type { Callee, Party } from '../model/party.ts';
import { given } from '../model/given.ts';
import { fieldProblems } from '../model/problems.ts';
import type { ObjectSchema, Schema, SchemaProblem } from '../model/schema.ts';
import { someTextsSchema, textsSchema } from '../model/word-schemas.ts';
import { fitId } from './fit-id.ts';
import { ManifestObject } from './manifest-object.ts';
import { MeshChart } from './mesh-chart.ts';
import { SynthError } from './synth-error.ts';

/** Where a mesh lives, and what it demands of everything in it. */
export interface MeshProps {
  /** Namespaces of the mesh; the first is where services live that name none.
   * @default - one, called like the mesh */
  readonly namespaces?: readonly [string, ...string[]];
  /** What it is called in the label `app.kubernetes.io/part-of`. @default - its id */
  readonly partOf?: string;
  /** Folder below the output folder that its YAML goes to, one file a service.
   * @default - the id of the mesh */
  readonly folder?: string;
  /** First part of every identity, as meshConfig.trustDomain has it. @default 'cluster.local' */
  readonly trustDomain?: string;
  /** Domain of the cluster's Services. @default 'cluster.local' */
  readonly clusterDomain?: string;
  /**
   * Whether istio-cni redirects the traffic of pods. Without it each pod has an init container that needs
   * NET_ADMIN, and its namespace can only enforce the security level `privileged`.
   * @default true
   */
  readonly istioCni?: boolean;
  /** `native`: the proxy starts before init containers and outlives the application (the default since Istio 1.27).
   * @default 'native' */
  readonly sidecars?: 'native' | 'classic';
  /** Revision of the control plane that serves these namespaces.
   * Source: the namespace label `istio.io/rev`
   * @default - the default revision */
  readonly revision?: string;
  /** Pods of istiod. @default - label app=istiod in istio-system */
  readonly controlPlane?: PodPeer;
  /** Pods that scrape metrics. @default - label app.kubernetes.io/name=prometheus in istio-system */
  readonly monitoring?: PodPeer;
  /** Pods that answer DNS. @default - label k8s-app=kube-dns in kube-system */
  readonly dns?: PodPeer;
  /** Logs and traces of the proxies. @default - failed requests are logged, 1 % is traced */
  readonly telemetry?: TelemetrySettings;
  /** How images are named. By tag, what runs can change without a change in the manifests, so it needs a reason.
   * @default 'by digest' */
  readonly images?: 'by digest' | { readonly byTag: string };
}

/** Something with pods of its own that takes part in a mesh. */
export interface Member {
  readonly party: Party;
  /** How others reach it, when they can. */
  readonly callee?: Callee;
  /** Where others find it: the value of its variable in `service-urls`. */
  readonly url?: string;
}

/**
 * A mesh: namespaces in which everything speaks mutual TLS and nothing is allowed that no edge names. It knows all
 * members and all edges, and each member's policies are made from its own when the app is synthesised.
 */
export class Mesh extends MeshChart {
  /** The mesh that a construct is part of.
   * @throws when there is none above it */
  static override of(construct: IConstruct): Mesh {
    const mesh = construct.node.scopes.find((scope): scope is Mesh => scope instanceof Mesh);
    if (mesh === undefined)
      throw new SynthError([
        {
          path: construct.node.path,
          message:
            'is in no mesh, so nobody knows its namespace. Make it with a Mesh, or something in one, as its scope.',
        },
      ]);
    return mesh;
  }

  readonly namespaces: readonly [string, ...string[]];
  readonly folder: string;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  readonly sidecars: 'native' | 'classic';
  /** Why images may be named by tag; undefined when they may not. */
  readonly imagesByTag: string | undefined;
  readonly #around: { readonly dns: PodPeer; readonly controlPlane: PodPeer; readonly monitoring: PodPeer };
  readonly #members = new Map<string, Member>();
  readonly #edges = new Map<string, { readonly in: Edge[]; readonly out: Edge[] }>();
  readonly #all: Edge[] = [];
  readonly #callees = new WeakSet<Callee>();
  /** Members with an address, by the variable that holds it. */
  readonly #byVariable = new Map<string, readonly Member[]>();

  constructor(scope: Construct, id: string, props: MeshProps = {}) {
    const fit = fitId(scope, id, { problemOf: (name) => (name === '' ? 'is empty. Name the mesh' : undefined) });
    const checked = given(meshSchema, props, {}, furtherProblems);
    ({ id } = fit);
    ({ props } = checked);
    const namespaces = props.namespaces ?? [id];
    const folder = props.folder ?? id;
    super(scope, id, {
      namespace: namespaces[0],
      // First by name: `kubectl apply -f` takes the files of a folder in this order, and namespaces must be there.
      file: `${folder}/00-mesh`,
      labels: managedLabels(props.partOf ?? id),
    });
    noteDeclaration(this);
    this.namespaces = namespaces;
    this.folder = folder;
    this.trustDomain = props.trustDomain ?? 'cluster.local';
    this.clusterDomain = props.clusterDomain ?? 'cluster.local';
    this.sidecars = props.sidecars ?? 'native';
    this.imagesByTag = typeof props.images === 'object' ? props.images.byTag : undefined;
    this.#around = {
      dns: props.dns ?? { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } },
      controlPlane: props.controlPlane ?? { namespace: 'istio-system', podLabels: { app: 'istiod' } },
      monitoring: props.monitoring ?? {
        namespace: 'istio-system',
        podLabels: { 'app.kubernetes.io/name': 'prometheus' },
      },
    };
    for (const namespace of namespaces) this.#secure(namespace, props);
    this.node.addValidation({
      validate: () => [
        ...fit.problems,
        ...checked.problems,
        ...namespaces.flatMap((name) => fieldProblems({ namespaces: dnsLabelProblem(name) })),
        ...fieldProblems({
          'images.byTag':
            this.imagesByTag?.trim() === ''
              ? 'the reason is empty: say why images need no digest here, it is written on every workload'
              : undefined,
        }),
        ...this.#foreignCallees(),
        ...this.#hiddenHosts(),
        ...this.#sharedVariables(),
        ...this.#sharedListeners(),
      ],
    });
  }

  /** Edges whose callee another mesh protects: its policies are made there, and would not let the caller in. */
  #foreignCallees(): string[] {
    return this.#all.flatMap(({ caller, callee }) =>
      'podLabels' in callee && !this.#callees.has(callee)
        ? [
            `${caller.name} calls ${callee.name}, which is in another mesh and would refuse it. Put both into one mesh, or make an ExternalService of it.`,
          ]
        : [],
    );
  }

  /** Edges to hosts that only another namespace sees: the caller's proxy would not know them. */
  #hiddenHosts(): string[] {
    return this.#all.flatMap(({ caller, callee }) =>
      'hosts' in callee && callee.namespace !== caller.namespace
        ? [
            `${key(caller)} calls ${callee.name}, which is for workloads of ${callee.namespace} alone, so its proxy would not know the host. Make an ExternalService with namespace: '${caller.namespace}'.`,
          ]
        : [],
    );
  }

  /** Services of one name in two namespaces: callers could not tell their addresses apart. */
  #sharedVariables(): string[] {
    return [...this.#byVariable].flatMap(([variable, members]) =>
      members.length < 2
        ? []
        : [
            `${members.map(({ party }) => key(party)).join(' and ')} share the variable ${variable}, so callers would get one address for both. Rename one of them.`,
          ],
    );
  }

  /** Plain TCP out of the mesh: a proxy knows it by its port alone, so one caller has one such host a port. */
  #sharedListeners(): string[] {
    const hosts = new Map<string, Set<string>>();
    for (const { caller, callee } of this.#all)
      if ('hosts' in callee)
        for (const { number } of callee.ports.filter(({ protocol }) => protocol === 'TCP')) {
          const listener = `${key(caller)} reaches port ${number}`;
          hosts.set(listener, (hosts.get(listener) ?? new Set()).add(callee.hosts[0] ?? callee.name));
        }
    return [...hosts].flatMap(([listener, names]) =>
      names.size < 2
        ? []
        : [
            `${listener} of ${[...names].join(' and ')} by plain TCP, which its proxy cannot tell apart: all would go to the first. Use TLS, or another port.`,
          ],
    );
  }

  /** All edges, in the order they were declared. */
  get edges(): readonly Edge[] {
    return this.#all;
  }

  /** The edges that start or end at a member. */
  edgesOf(party: Pick<Party, 'name' | 'namespace'>): { readonly in: readonly Edge[]; readonly out: readonly Edge[] } {
    return this.#edges.get(key(party)) ?? { in: [], out: [] };
  }

  /** Full name of a Service of this mesh. */
  host(name: string, namespace: string): string {
    return serviceHost(name, namespace, this.clusterDomain);
  }

  /** The file of a chart of this mesh; services of the first namespace go by their name alone. */
  fileOf(name: string, namespace: string): string {
    return `${this.folder}/${namespace === this.namespaces[0] ? '' : `${namespace}-`}${name}`;
  }

  /**
   * Writes a callee's policy into a namespace that calls it from elsewhere. Istio looks for rules in the caller's
   * namespace first, and takes only those as soon as there is one: the rule of a single caller there would leave all
   * other callers without subsets.
   */
  showPolicy(callee: Callee, namespace: string): void {
    const name = `${callee.name}-of-${callee.namespace}`;
    const id = `DestinationRule-${namespace}-${name}`;
    if (this.node.tryFindChild(id)) return;
    new ManifestObject(this, id, { ...networking, kind: 'DestinationRule', metadata: { name, namespace } }, () => ({
      spec: destinationRuleSpec(callee, callee.traffic ?? {}, { exportTo: [namespace] }),
    }));
  }

  /** Whether a member has this name in this namespace. */
  hasMember(party: Pick<Party, 'name' | 'namespace'>): boolean {
    return this.#members.has(key(party));
  }

  /** Makes a member known; constructs do this for themselves. */
  join(member: Member): void {
    this.#members.set(key(member.party), member);
    if (member.callee) this.admit(member.callee);
    if (!('url' in member)) return;
    const variable = urlVariable(member.party.name);
    this.#byVariable.set(variable, [...(this.#byVariable.get(variable) ?? []), member]);
  }

  /** Lets edges of this mesh end at a callee, or at some of its ports. */
  admit(callee: Callee): void {
    this.#callees.add(callee);
  }

  /** Declares an edge. All policies follow from it. */
  connect(edge: Edge): void {
    noteDeclaration(this, edge);
    this.#all.push(edge);
    this.#ends(edge.caller).out.push(edge);
    this.#ends(edge.callee).in.push(edge);
  }

  /**
   * Namespaces whose proxies may see what belongs to a callee: its own and those of its callers. Its own is written by
   * name, never as `.`: Istio 1.31 takes a DestinationRule exported to `.` alone for one with the rules of single
   * callers beside it, and everybody else then loses its subsets and is answered 503.
   * Source: Istio VirtualService.spec.exportTo, DestinationRule.spec.exportTo
   */
  exportTo(callee: Callee): readonly string[] {
    const callers = this.edgesOf(callee).in.map(({ caller }) => caller.namespace);
    return [...new Set([callee.namespace, ...callers.sort()])];
  }

  /** The identity, Sidecar and NetworkPolicy of a member, and the AuthorizationPolicy of one that can be called. */
  protect(scope: Construct, { party, callee }: Member): MemberPolicies {
    const metadata = { name: party.name, namespace: party.namespace };
    const edges = () => this.edgesOf(party);
    return {
      sidecar: new ManifestObject(scope, 'Sidecar', { ...networking, kind: 'Sidecar', metadata }, () => ({
        spec: sidecarSpec(party, edges().out),
      })),
      networkPolicy: new ManifestObject(
        scope,
        'NetworkPolicy',
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata },
        () => ({ spec: networkPolicySpec(party, edges(), this.#around) }),
      ),
      authorizationPolicy: callee
        ? new ManifestObject(
            scope,
            'AuthorizationPolicy',
            { ...security, kind: 'AuthorizationPolicy', metadata },
            () => ({
              spec: authorizationPolicySpec(
                callee,
                edges().in.flatMap((edge) => (edge.kind === 'external' ? [] : [edge])),
                this.trustDomain,
              ),
            }),
          )
        : undefined,
    };
  }

  /** Where the services of the mesh are found: the content of the ConfigMap `service-urls`. */
  get serviceUrls(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#byVariable.keys()].map((variable) => [variable, this.urlOf(variable) ?? '']));
  }

  /** The value of one variable of `service-urls`. */
  urlOf(variable: string): string | undefined {
    return this.#byVariable.get(variable)?.[0]?.url;
  }

  #ends(party: Pick<Party, 'name' | 'namespace'>) {
    const name = key(party);
    let ends = this.#edges.get(name);
    if (ends === undefined) this.#edges.set(name, (ends = { in: [], out: [] }));
    return ends;
  }

  #secure(namespace: string, { revision, istioCni = true, telemetry = {} }: MeshProps): void {
    // With a capital, so that a service may be called like its namespace.
    const scope = new Construct(this, `Namespace-${namespace}`);
    const named = (name: string) => ({ name, namespace });
    new ManifestObject(
      scope,
      'Namespace',
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace, labels: namespaceLabels({ ...(revision && { revision }), istioCni }) },
      },
      () => ({}),
    );
    new ManifestObject(
      scope,
      'StrictMtls',
      { ...security, kind: 'PeerAuthentication', metadata: named('default') },
      () => ({
        spec: peerAuthenticationSpec({}),
      }),
    );
    new ManifestObject(
      scope,
      'DenyAll',
      { ...security, kind: 'AuthorizationPolicy', metadata: named('deny-all') },
      () => ({
        spec: denyAllSpec(),
      }),
    );
    new ManifestObject(scope, 'Sidecar', { ...networking, kind: 'Sidecar', metadata: named('default') }, () => ({
      spec: namespaceSidecarSpec(),
    }));
    new ManifestObject(
      scope,
      'DenyAllPackets',
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: named('deny-all') },
      () => ({ spec: denyAllNetworkPolicySpec() }),
    );
    new ManifestObject(
      scope,
      'Telemetry',
      { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', metadata: named('default') },
      () => ({ spec: telemetrySpec(telemetry) }),
    );
    new ManifestObject(
      scope,
      'ServiceUrls',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: named(SERVICE_URLS) },
      () => ({
        data: this.serviceUrls,
      }),
    );
  }
}

const podPeer: Schema = {
  type: 'object',
  fields: { namespace: 'string', podLabels: textsSchema } satisfies Record<keyof PodPeer, Schema>,
  required: ['namespace', 'podLabels'],
};

const meshSchema: ObjectSchema = {
  type: 'object',
  fields: {
    namespaces: someTextsSchema,
    partOf: 'string',
    folder: 'string',
    // Source: SPIFFE ID, section 2.1
    trustDomain: {
      type: 'string',
      pattern: '^[-._a-z0-9]{1,255}$',
      expects: 'a trust domain: a-z, 0-9, ".", "-" and "_"',
    },
    clusterDomain: { type: 'string', minLength: 1 },
    istioCni: 'boolean',
    sidecars: { type: 'enum', of: ['native', 'classic'] },
    revision: { type: 'string', minLength: 1 },
    controlPlane: podPeer,
    monitoring: podPeer,
    dns: podPeer,
    telemetry: {
      type: 'object',
      fields: {
        accessLog: { type: 'enum', of: ['all', 'failed', 'none'] },
        traceSamplingPercent: { type: 'number', min: 0, max: 100 },
      } satisfies Record<keyof TelemetrySettings, Schema>,
    },
    images: 'any', // a text or an object: see below
  } satisfies Record<keyof MeshProps, Schema>,
};

/** What a schema cannot tell of a mesh's props. */
function furtherProblems({ namespaces, images }: Readonly<Record<string, unknown>>): SchemaProblem[] {
  const names = (Array.isArray(namespaces) ? namespaces : []).filter((name) => typeof name === 'string');
  const byTag = typeof images === 'object' && images !== null ? Object.entries(images) : [];
  const isByTag = byTag.length === 1 && byTag[0]?.[0] === 'byTag' && typeof byTag[0][1] === 'string';
  return [
    ...(new Set(names).size === names.length
      ? []
      : [
          {
            path: ['namespaces'],
            what: `${names.join(', ')} names one twice`,
            why: 'all that secures it would be made twice',
            fix: 'name each once',
          },
        ]),
    ...(images === undefined || images === 'by digest' || isByTag
      ? []
      : [
          {
            path: ['images'],
            what: `${JSON.stringify(images)} is no way to name images`,
            why: 'nobody would know whether what runs can change',
            fix: `write 'by digest', or { byTag: '<reason>' }`,
          },
        ]),
  ];
}

/** The ConfigMap in which callers find the addresses of what they call. */
export const SERVICE_URLS = 'service-urls';

/** The policies of one member; each is an ordinary ApiObject and can be patched. */
export interface MemberPolicies {
  readonly sidecar: ManifestObject;
  readonly networkPolicy: ManifestObject;
  readonly authorizationPolicy: ManifestObject | undefined;
}

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
const security = { apiVersion: 'security.istio.io/v1' } as const;
const key = ({ name, namespace }: Pick<Party, 'name' | 'namespace'>): string => `${namespace}/${name}`;

/** Labels of every object of a mesh: who made it, and what it belongs to. */
export const managedLabels = (mesh: string): Record<string, string> => ({
  'app.kubernetes.io/managed-by': 'weft',
  'app.kubernetes.io/part-of': mesh,
});
