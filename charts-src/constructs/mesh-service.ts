import { Construct } from 'constructs';
import { horizontalPodAutoscalerSpec, podDisruptionBudgetSpec } from '../manifest/autoscaling.ts';
import { destinationRuleSpec } from '../manifest/destination-rule.ts';
import { serviceSpec } from '../manifest/service.ts';
import { DEFAULT_TIMEOUT, virtualServiceSpec, type Split } from '../manifest/virtual-service.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import type { Contract, OperationId } from '../model/contract.ts';
import { durationProblem } from '../model/duration.ts';
import { acceptedBy, type RequestEdge } from '../model/edge.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { dnsLabelProblem, urlVariable } from '../model/names.ts';
import type { Callee, CalleePort, Party } from '../model/party.ts';
import {
  fieldProblems,
  operationProblems,
  patienceProblems,
  portProblems,
  policyProblems,
  scalingProblems,
  versionProblems,
} from '../model/problems.ts';
import type { Migrations, SecretReference, VersionProps } from '../model/service.ts';
import type { Retries, TrafficPolicy } from '../model/traffic-policy.ts';
import { scalingTraps, trapMessage, trapsOf, unaccepted } from '../model/traps.ts';
import { weightsProblems, type Weights } from '../model/weights.ts';
import type { EnvironmentVariable } from '../model/workload.ts';
import type { Broker } from './broker.ts';
import type { Client } from './client.ts';
import type { ExternalService } from './external-service.ts';
import { CallerPolicies } from './caller-policies.ts';
import { ManifestObject } from './manifest-object.ts';
import type {
  AdditionalPort,
  AdditionalPorts,
  Call,
  Callable,
  MeshServiceProps,
  RequestCall,
} from './mesh-service-props.ts';
import { Mesh, SERVICE_URLS } from './mesh.ts';
import { MeshChart } from './mesh-chart.ts';
import { migrationPod, servicePod, type ServicePod } from './service-workload.ts';
import { warn } from './warning.ts';
import { workloadAcceptance } from './workload-acceptance.ts';
import { workloadSpec } from './workload-shape.ts';

/**
 * A service: a Deployment a version, and all that a secure mesh needs around them. `calls` says whom it calls; what
 * is not said is refused.
 * @example
 * const orders = new MeshService(shop, 'order-service', {
 *   contract: orderService,
 *   versions: { v1: { image: ordersV1 }, v2: { image: ordersV2 } },
 *   weights: { v1: 90, v2: 10 },
 * });
 * orders.calls(users, { operations: ['getUser'], timeout: seconds(2) });
 */
export class MeshService<
  V extends string,
  C extends Contract,
  const W extends Readonly<Record<string, number>> = Record<never, never>,
  const P extends AdditionalPorts = Record<never, never>,
>
  extends MeshChart
  implements Callable<C>, Client
{
  readonly contract: C;
  readonly mesh: Mesh;
  readonly party: Party;
  readonly callee: Callee;
  /** Share of each version, in per cent. */
  readonly weights: Weights<V>;
  readonly service: ManifestObject;
  readonly serviceAccount: ManifestObject;
  readonly virtualService: ManifestObject;
  readonly destinationRule: ManifestObject;
  readonly sidecar: ManifestObject;
  readonly networkPolicy: ManifestObject;
  readonly authorizationPolicy: ManifestObject;
  readonly #props: MeshServiceProps<V, C, W, P>;
  readonly #deployments = new Map<string, ManifestObject>();
  readonly #environment: EnvironmentVariable[] = [];
  readonly #secrets: Record<string, SecretReference>;
  readonly #ports: readonly CalleePort[];
  readonly #policies: CallerPolicies;
  /** Variables whose value is an entry of `service-urls`. */
  readonly #urls = new Set<string>();

  constructor(scope: Construct, id: string, props: MeshServiceProps<V, C, W, P>) {
    const mesh = Mesh.of(scope);
    const namespace = props.namespace ?? mesh.namespaces[0];
    super(scope, id, { namespace, file: mesh.fileOf(id, namespace), labels: { ...mesh.labels, app: id } });
    this.mesh = mesh;
    this.contract = props.contract;
    this.#props = props;
    this.#secrets = { ...props.secrets };
    // The keys of the versions are V; Object.keys only says string.
    const versions = Object.keys(props.versions ?? {}) as V[];
    this.weights = props.weights ?? ((versions.length === 1 ? { [versions[0] ?? '']: 100 } : {}) as Weights<V>); // the one version gets all
    const { number = 80, targetPort = 8080 } = props.port ?? {};
    this.party = { name: id, namespace, serviceAccount: id, podLabels: { app: id } };
    const main = { name: props.contract.protocol, number, targetPort, protocol: props.contract.protocol };
    this.#ports = [main, ...Object.entries<AdditionalPort>(props.additionalPorts ?? {}).map(calleePort)];
    this.callee = {
      ...this.party,
      host: mesh.host(id, namespace),
      ports: [main],
      subsets: versions,
      ...(props.traffic && { traffic: props.traffic }),
    };
    mesh.join(this);
    this.#policies = new CallerPolicies(this, mesh, this.party);

    const metadata = { name: id, namespace };
    const annotated = { ...metadata, annotations: acceptanceAnnotations(props.accepts) };
    this.serviceAccount = new ManifestObject(
      this,
      'ServiceAccount',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      () => ({
        automountServiceAccountToken: false,
      }),
    );
    this.service = new ManifestObject(this, 'Service', { apiVersion: 'v1', kind: 'Service', metadata }, () => ({
      spec: serviceSpec({ selector: this.party.podLabels, ports: this.#ports }),
    }));
    this.destinationRule = new ManifestObject(
      this,
      'DestinationRule',
      { ...networking, kind: 'DestinationRule', metadata: annotated },
      () => ({
        spec: destinationRuleSpec({ ...this.callee, ports: this.#ports }, props.traffic ?? {}, {
          exportTo: mesh.exportTo(this.callee),
        }),
      }),
    );
    this.virtualService = new ManifestObject(
      this,
      'VirtualService',
      { ...networking, kind: 'VirtualService', metadata },
      () => {
        const edges = mesh
          .edgesOf(this.party)
          .in.filter((edge): edge is RequestEdge => edge.kind === 'request' && edge.via === undefined);
        return {
          metadata: { annotations: acceptedBy(edges) },
          spec: virtualServiceSpec({
            callee: { ...this.callee, ports: this.#ports },
            weights: this.weights,
            exportTo: mesh.exportTo(this.callee),
            edges,
          }),
        };
      },
    );
    const policies = mesh.protect(this, this);
    this.sidecar = policies.sidecar;
    this.networkPolicy = policies.networkPolicy;
    this.authorizationPolicy = policies.authorizationPolicy as ManifestObject; // it has a callee, so it has one
    if (props.config)
      new ManifestObject(
        this,
        'Config',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${id}-config`, namespace } },
        () => ({
          data: props.config,
        }),
      );
    for (const [name] of Object.entries(props.config ?? {}))
      this.#environment.push({ name, configMap: `${id}-config`, key: name });
    for (const version of versions) this.#addVersion(version, metadata.namespace);
    if (props.migrations?.as === 'job') this.#addMigrationJob(props.migrations);
    this.node.addValidation({ validate: () => this.#problems() });
    for (const [version, { scaling = props.scaling }] of Object.entries<VersionProps>(props.versions ?? {}))
      if (scaling && 'replicas' in scaling)
        for (const trap of unaccepted(scalingTraps(version, scaling.replicas), props.accepts))
          warn(this, trapMessage(trap));
  }

  /** Where its requests go, for whoever routes to it. */
  get split(): Split {
    const [port] = this.callee.ports;
    return { callee: this.callee, port: port?.number ?? 80, protocol: this.contract.protocol, weights: this.weights };
  }

  /** One of its additional ports, for callers to call. */
  on<K extends keyof P & string>(name: K): Callable<P[K]['contract']> {
    const port = this.#ports.find((port) => port.name === name);
    const additional = this.#props.additionalPorts?.[name];
    if (port === undefined || additional === undefined)
      throw new Error(
        `[${this.node.path}] has no additional port "${name}" (it has ${Object.keys(this.#props.additionalPorts ?? {}).join(', ') || 'none'}). Name one of these.`,
      );
    const callee = { ...this.callee, ports: [port] };
    this.mesh.admit(callee);
    return { contract: additional.contract, callee };
  }

  /** Address that callers use. */
  get url(): string {
    const { number = 80 } = this.#props.port ?? {};
    const authority =
      number === 80 && this.contract.protocol === 'http' ? this.callee.host : `${this.callee.host}:${number}`;
    return this.contract.protocol === 'http' ? `http://${authority}${this.contract.basePath}` : authority;
  }

  /** The Deployment of a version. */
  deployment(version: V): ManifestObject {
    const deployment = this.#deployments.get(version);
    if (deployment === undefined)
      throw new Error(
        `[${this.node.path}] has no version "${version}" (versions: ${this.callee.subsets.join(', ')}). Name one of these.`,
      );
    return deployment;
  }

  /**
   * Declares whom this service calls: the callee lets it in for these operations and no others, its proxy learns
   * of the callee, and its pods get the callee's address.
   */
  calls(callee: ExternalService): this;
  calls<D extends Contract, const O extends OperationId<D>>(callee: Callable<D>, call: Call<D, O>): this;
  calls<D extends Contract, const O extends OperationId<D>>(
    to: Callable<D> | ExternalService,
    call?: Call<D, O>,
  ): this {
    if ('external' in to) {
      this.mesh.connect({ kind: 'external', caller: this.party, callee: to.external });
      return this;
    }
    const { callee, contract } = to;
    if (contract.protocol === 'tcp')
      this.mesh.connect({
        kind: 'connection',
        caller: this.party,
        callee,
        ports: callee.ports.map(({ name }) => name),
        policy: call ?? {},
      });
    else this.#addRequestEdge(callee, contract, (call ?? { operations: [] }) as RequestCall<Contract, never>); // not a TCP call, by the branch above
    const { accepts, ...policy } = (call ?? {}) as TrafficPolicy & { readonly accepts?: Acceptances }; // every call is a policy with more
    this.#policies.add(callee, policy, accepts);
    this.#learnUrl(callee);
    return this;
  }

  /** Publishes events or topics of a broker. */
  publishes<P extends string>(broker: Broker<P, string>, names: readonly NoInfer<P>[]): this {
    broker.addPublisher(this, names);
    return this;
  }

  /** Consumes from a queue or topic of a broker. */
  consumes<Q extends string>(broker: Broker<string, Q>, from: NoInfer<Q> | readonly NoInfer<Q>[]): this {
    broker.addConsumer(this, typeof from === 'string' ? [from] : from);
    return this;
  }

  /** Adds variables and secrets to the pods of every version, for constructs that this service uses. */
  addEnvironment(
    variables: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, SecretReference>> = {},
  ): this {
    for (const [name, value] of Object.entries(variables)) this.#environment.push({ name, value });
    Object.assign(this.#secrets, secrets);
    return this;
  }

  #addVersion(version: V, namespace: string): void {
    const name = `${this.node.id}-${version}`;
    const labels = { version };
    const { scaling = this.#props.scaling ?? { replicas: 2 } } = this.#props.versions[version];
    const selector = { app: this.node.id, version };
    const { replicas } = scaling;
    const { annotations } = workloadAcceptance(this.mesh, this.#props.versions[version].image, this.#props.accepts);
    this.#deployments.set(
      version,
      new ManifestObject(
        this,
        `Deployment-${version}`,
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels, annotations } },
        () => ({ spec: workloadSpec({ kind: 'Deployment', replicas, pod: servicePod(this.#pod(version)) }) }),
      ),
    );
    new ManifestObject(
      this,
      `PodDisruptionBudget-${version}`,
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace, labels } },
      () => ({ spec: podDisruptionBudgetSpec(selector) }),
    );
    if (scaling.minReplicas !== undefined)
      new ManifestObject(
        this,
        `HorizontalPodAutoscaler-${version}`,
        { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name, namespace, labels } },
        () => ({ spec: horizontalPodAutoscalerSpec(name, scaling) }),
      );
  }

  #addMigrationJob(migrations: Migrations): void {
    const [version] = this.callee.subsets.slice(-1) as V[]; // the newest version; subsets are the keys of versions
    if (version === undefined) return;
    const name = `${this.node.id}-migrations`;
    const party: Party = { ...this.party, name, podLabels: { app: name } };
    this.mesh.protect(new Construct(this, 'Migrations'), { party });
    this.migrationParty = party;
    // Jobs have no replicas to excuse.
    const { 'single-replica': _, ...accepts } = this.#props.accepts ?? {};
    const { annotations } = workloadAcceptance(this.mesh, this.#props.versions[version].image, accepts);
    const image = fingerprint(JSON.stringify([this.#props.versions[version].image, migrations.command]));
    new ManifestObject(
      this,
      'MigrationJob',
      // A Job cannot be changed: another image or command is another Job.
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: `${name}-${image}`, namespace: this.party.namespace, annotations },
      },
      () => ({ spec: workloadSpec({ kind: 'Job', pod: migrationPod(this.#pod(version), migrations) }) }),
    );
  }

  /** Who runs the migrations, when a Job does: whatever the service's database lets in must let in this too. */
  migrationParty: Party | undefined;

  #pod(version: V): ServicePod {
    const { contract, versions, metricsPath, ...props } = this.#props;
    return {
      name: this.node.id,
      version,
      props: versions[version],
      ports: this.#ports.map(({ name, targetPort }) => ({ name, number: targetPort })),
      resources: props.resources,
      health: props.health,
      shutdown: props.shutdown,
      migrations: props.migrations,
      writableFolders: props.writableFolders ?? ['/tmp'],
      around: { environment: this.#environment, secrets: this.#secrets, watched: this.#watched },
      takesTags: this.mesh.imagesByTag !== undefined,
      accepts: props.accepts,
      protocol: contract.protocol,
      metricsPath: metricsPath ?? (contract.protocol === 'http' ? '/metrics' : undefined),
    };
  }

  #addRequestEdge(
    callee: Callee,
    contract: Contract,
    call: RequestCall<Contract, never> & { readonly retries?: Retries & { idempotent?: 'by key' } },
  ): void {
    const { operations, timeout, retries, accepts, ...policy } = call;
    this.mesh.connect({
      kind: 'request',
      caller: this.party,
      callee,
      contract,
      operations,
      policy,
      ...(timeout !== undefined && { timeout }),
      ...(retries !== undefined && { retries }),
      ...(accepts !== undefined && { accepts }),
    });
    this.node.addValidation({
      validate: () =>
        [
          ...operationProblems(contract, operations, retries),
          ...patienceProblems(timeout, retries),
          ...policyProblems(policy, `call to ${callee.name}`),
          ...(callee.host === this.callee.host
            ? [
                `it calls itself, which only adds a trip through two proxies. Call the function instead, or name another service.`,
              ]
            : []),
        ].map((problem) => (problem.startsWith('call to') ? problem : `call to ${callee.name}: ${problem}`)),
    });
    const traps = trapsOf({
      timeout: timeout ?? DEFAULT_TIMEOUT,
      ...(retries && { retries }),
      ...(policy.connectionPool?.http?.maxRequestsPerConnection !== undefined && {
        maxRequestsPerConnection: policy.connectionPool.http.maxRequestsPerConnection,
      }),
    });
    for (const trap of unaccepted(traps, accepts)) warn(this, `call to ${callee.name}: ${trapMessage(trap)}`);
  }

  #learnUrl(callee: Callee): void {
    const name = urlVariable(callee.name);
    if (this.#urls.has(name)) return;
    this.#urls.add(name);
    this.#environment.push({ name, configMap: SERVICE_URLS, key: name });
  }

  /** What comes from ConfigMaps: when it changes, the pods must start anew. */
  get #watched(): Readonly<Record<string, string>> {
    const urls = [...this.#urls].map((name) => [name, this.mesh.urlOf(name) ?? '']);
    return { ...this.#props.config, ...Object.fromEntries(urls) };
  }

  #problems(): string[] {
    const props = this.#props;
    const versions = this.callee.subsets;
    return [
      ...fieldProblems({
        id: dnsLabelProblem(this.node.id),
        namespace: this.mesh.namespaces.includes(this.party.namespace)
          ? undefined
          : `"${this.party.namespace}" is no namespace of the mesh (it has ${this.mesh.namespaces.join(', ')}), so nothing there would be secured. Add it to the mesh`,
        'health.startWithin': props.health?.startWithin && durationProblem(props.health.startWithin),
        'shutdown.drain': props.shutdown?.drain && durationProblem(props.shutdown.drain),
        'shutdown.longestRequest': props.shutdown?.longestRequest && durationProblem(props.shutdown.longestRequest),
        health:
          props.health?.liveness !== undefined && props.health.liveness === (props.health.readiness ?? '/readyz')
            ? `liveness and readiness are both "${props.health.liveness}": a busy pod would be restarted instead of left alone. Use two paths`
            : undefined,
        migrations:
          props.migrations && props.migrations.as !== 'job' && this.mesh.sidecars === 'classic'
            ? `an init container has no network behind a classic sidecar, so it would wait for ever. Write as: 'job', or use native sidecars`
            : undefined,
      }),
      ...versionProblems(props.versions ?? {}, this.mesh.imagesByTag !== undefined),
      ...portProblems(this.#ports),
      ...scalingProblems(props.scaling, 'scaling'),
      ...policyProblems(props.traffic, 'traffic'),
      ...this.#weightProblems(versions),
    ];
  }

  #weightProblems(versions: readonly string[]): readonly string[] {
    if (this.#props.weights === undefined && versions.length > 1)
      return [
        `weights: none are given, so nobody knows how requests divide among ${versions.join(', ')}. Give weights that total 100.`,
      ];
    if (versions.length === 0) return [];
    return weightsProblems(this.weights, versions).map((problem) => `weights: ${problem}.`);
  }
}

const calleePort = ([name, { contract, number, targetPort = number }]: [string, AdditionalPort]): CalleePort => ({
  name,
  number,
  targetPort,
  protocol: contract.protocol,
});

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
