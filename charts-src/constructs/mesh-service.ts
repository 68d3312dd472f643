import { Construct } from 'constructs';
import { horizontalPodAutoscalerSpec, podDisruptionBudgetSpec } from '../manifest/autoscaling.ts';
import { destinationRuleSpec } from '../manifest/destination-rule.ts';
import { serviceSpec } from '../manifest/service.ts';
import { DEFAULT_TIMEOUT, virtualServiceSpec, type Split } from '../manifest/virtual-service.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import type { Contract, OperationId } from '../model/contract.ts';
import { noteDeclaration } from '../model/declaration.ts';
import { acceptedBy, type RequestEdge } from '../model/edge.ts';
import { given } from '../model/given.ts';
import { urlVariable } from '../model/names.ts';
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
import { show } from '../model/schema.ts';
import type { Migrations, SecretReference, VersionProps } from '../model/service.ts';
import type { Retries, TrafficPolicy } from '../model/traffic-policy.ts';
import { scalingTraps, trapMessage, trapsOf, unaccepted } from '../model/traps.ts';
import { weightsProblems, type Weights } from '../model/weights.ts';
import type { EnvironmentVariable } from '../model/workload.ts';
import type { Broker } from './broker.ts';
import type { Client } from './client.ts';
import type { ExternalService } from './external-service.ts';
import { fitId } from './fit-id.ts';
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
import {
  connectionCallSchema,
  meshServiceSchema,
  meshServiceStandIns,
  requestCallSchema,
} from './mesh-service-schema.ts';
import { migrationPod, OWN_VARIABLES, servicePod, type ServicePod } from './service-workload.ts';
import { SynthError } from './synth-error.ts';
import { warn } from './warning.ts';
import { workloadAcceptance } from './workload-acceptance.ts';
import { jobContent, workloadSpec } from './workload-shape.ts';

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
    const checked = given(meshServiceSchema, props, meshServiceStandIns);
    ({ props } = checked);
    const namespace = props.namespace ?? mesh.namespaces[0];
    const fit = fitId(scope, id, { isTaken: (name) => mesh.hasMember({ name, namespace }) });
    ({ id } = fit);
    super(scope, id, { namespace, file: mesh.fileOf(id, namespace), labels: { ...mesh.labels, app: id } });
    noteDeclaration(this);
    this.mesh = mesh;
    this.contract = props.contract;
    this.#props = props;
    this.#secrets = { ...props.secrets };
    // The keys of the versions are V; Object.keys only says string.
    const versions = Object.keys(props.versions) as V[];
    this.weights = props.weights ?? ((versions.length === 1 ? { [versions[0] ?? '']: 100 } : {}) as Weights<V>); // the one version gets all
    const { number = 80, targetPort = 8080 } = props.port ?? {};
    this.party = { name: id, namespace, serviceAccount: id, podLabels: { app: id } };
    const main = { name: props.contract.protocol, number, targetPort, protocol: props.contract.protocol };
    this.#ports = [main, ...Object.entries<AdditionalPort>(props.additionalPorts ?? {}).map(calleePort)];
    this.callee = {
      ...this.party,
      host: mesh.host(id, namespace),
      ports: [main],
      servicePorts: this.#ports,
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
    this.node.addValidation({
      validate: () => [...fit.problems, ...checked.problems, ...this.#problems(checked.wrong)],
    });
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
      throw new SynthError([
        {
          path: this.node.path,
          message: `has no additional port "${name}" (it has ${Object.keys(this.#props.additionalPorts ?? {}).join(', ') || 'none'}), so nobody can call it. Name one of these.`,
        },
      ]);
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
      throw new SynthError([
        {
          path: this.node.path,
          message: `has no version "${version}" (versions: ${this.callee.subsets.join(', ')}), so it has no such Deployment. Name one of these.`,
        },
      ]);
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
    if (!this.#canCall(to)) return this;
    if ('external' in to) {
      this.mesh.connect({ kind: 'external', caller: this.party, callee: to.external });
      return this;
    }
    const { callee, contract } = to;
    const checked =
      contract.protocol === 'tcp'
        ? given(connectionCallSchema, call ?? {}, {})
        : given(requestCallSchema, call ?? {}, { operations: [] });
    const itself =
      'it calls itself, which only adds a trip through two proxies. Call the function instead, or name another service.';
    this.node.addValidation({
      validate: () =>
        [...checked.problems, ...(callee.host === this.callee.host ? [itself] : [])].map(
          (problem) => `call to ${callee.name}: ${problem}`,
        ),
    });
    call = checked.props as Call<D, O>; // the schema of the callee's protocol says so
    if (contract.protocol === 'tcp')
      this.mesh.connect({
        kind: 'connection',
        caller: this.party,
        callee,
        ports: callee.ports.map(({ name }) => name),
        policy: call,
      });
    else this.#addRequestEdge(callee, contract, call as RequestCall<Contract, never>, checked.wrong); // not a TCP call, by the branch above
    const { accepts, ...policy } = call as TrafficPolicy & { readonly accepts?: Acceptances }; // every call is a policy with more
    this.#policies.add(callee, policy, accepts);
    this.#learnUrl(callee);
    return this;
  }

  /** Publishes events or topics of a broker. */
  publishes<P extends string>(broker: Broker<P, string>, names: NoInfer<P> | readonly NoInfer<P>[]): this {
    if (this.#canUse(broker, 'publishes')) broker.addPublisher(this, [names].flat() as P[]); // of one or of many
    return this;
  }

  /** Consumes from a queue or topic of a broker. */
  consumes<Q extends string>(broker: Broker<string, Q>, from: NoInfer<Q> | readonly NoInfer<Q>[]): this {
    if (this.#canUse(broker, 'consumes')) broker.addConsumer(this, [from].flat() as Q[]); // of one or of many
    return this;
  }

  /** Whether code that no compiler has seen gave something that can be called. */
  #canCall(to: unknown): boolean {
    const isObject = typeof to === 'object' && to !== null;
    if (isObject && ('external' in to || ('contract' in to && 'callee' in to))) return true;
    this.#refuse(
      `calls: ${show(to)} is nothing that can be called, so no edge comes of it. Give a service, one of its ports, or an ExternalService.`,
    );
    return false;
  }

  /** Whether code that no compiler has seen gave a broker. */
  #canUse(broker: unknown, verb: 'publishes' | 'consumes'): boolean {
    if (typeof broker === 'object' && broker !== null && 'addPublisher' in broker) return true;
    this.#refuse(
      `${verb}: ${show(broker)} is no broker, so no edge comes of it. Give a RabbitMq, a Kafka, or a broker of your own.`,
    );
    return false;
  }

  #refuse(problem: string): void {
    this.node.addValidation({ validate: () => [problem] });
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
    new ManifestObject(
      this,
      'MigrationJob',
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: this.party.namespace, annotations } },
      () => jobContent(name, { kind: 'Job', pod: migrationPod(this.#pod(version), migrations) }),
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
      writableFolders: [...new Set(props.writableFolders ?? ['/tmp'])],
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
    wrong: ReadonlySet<string>,
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
          ...(wrong.has('operations') ? [] : operationProblems(contract, operations, retries)),
          ...patienceProblems(timeout, retries),
          ...policyProblems(policy, `call to ${callee.name}`),
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

  #problems(wrong: ReadonlySet<string>): string[] {
    const props = this.#props;
    const versions = this.callee.subsets;
    return [
      ...fieldProblems({
        namespace: this.mesh.namespaces.includes(this.party.namespace)
          ? undefined
          : `"${this.party.namespace}" is no namespace of the mesh (it has ${this.mesh.namespaces.join(', ')}), so nothing there would be secured. Add it to the mesh`,
        health:
          props.health?.liveness !== undefined && props.health.liveness === (props.health.readiness ?? '/readyz')
            ? `liveness and readiness are both "${props.health.liveness}": a busy pod would be restarted instead of left alone. Use two paths`
            : undefined,
        migrations:
          props.migrations && props.migrations.as !== 'job' && this.mesh.sidecars === 'classic'
            ? `an init container has no network behind a classic sidecar, so it would wait for ever. Write as: 'job', or use native sidecars`
            : undefined,
      }),
      ...versionProblems(props.versions, this.mesh.imagesByTag !== undefined),
      ...portProblems(this.#ports),
      ...twice(props.writableFolders ?? []).map(
        (folder) =>
          `writableFolders: ${folder} is named twice, and Kubernetes refuses two volumes in one place. Name it once.`,
      ),
      ...twice(this.#variables()).map(
        (variable) =>
          `${variable} is given twice to its pods, and only one of the values would be there. Give it once: in config or secrets, or by a database, broker or call that sets it.`,
      ),
      ...this.#operationsTwice(),
      ...scalingProblems(props.scaling, 'scaling'),
      ...policyProblems(props.traffic, 'traffic'),
      // Weights that could not be read, or versions that could not, say nothing about the other ones.
      ...(wrong.has('weights') || wrong.has('versions') ? [] : this.#weightProblems(versions)),
    ];
  }

  /** Names of the variables that pods of every version have. */
  #variables(): readonly string[] {
    return [
      ...OWN_VARIABLES,
      ...this.#environment.map(({ name }) => name),
      ...Object.keys(this.#secrets).map((name) => `${name}_FILE`),
    ];
  }

  /** Operations in several calls to one callee: requests match the first one, and what the others ask is lost. */
  #operationsTwice(): readonly string[] {
    const named = this.mesh
      .edgesOf(this.party)
      .out.flatMap((edge) =>
        edge.kind === 'request' ? edge.operations.map((name) => `${edge.callee.name} ${name}`) : [],
      );
    return twice(named).map((call) => {
      const [callee, operation] = call.split(' ');
      return `call to ${callee ?? ''}: ${operation ?? ''} is in two calls, and only what the first one asks would hold. Name it in one.`;
    });
  }

  #weightProblems(versions: readonly string[]): readonly string[] {
    if (this.#props.weights === undefined && versions.length > 1)
      return [
        `weights: none are given, so nobody knows how requests divide among ${versions.join(', ')}. Give weights that total 100.`,
      ];
    if (versions.length === 0) return [];
    return weightsProblems(this.weights, versions).map((problem) => `weights: ${problem}`);
  }
}

const calleePort = ([name, { contract, number, targetPort = number }]: [string, AdditionalPort]): CalleePort => ({
  name,
  number,
  targetPort,
  protocol: contract.protocol,
});

/** What occurs more than once, each once. */
const twice = <T>(items: readonly T[]): readonly T[] => [
  ...new Set(items.filter((item, index) => items.indexOf(item) !== index)),
];

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
