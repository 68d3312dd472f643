import type { Construct } from 'constructs';
import { podDisruptionBudgetSpec } from '../manifest/autoscaling.ts';
import { connectionPool } from '../manifest/destination-rule.ts';
import { serviceSpec } from '../manifest/service.ts';
import type { Acceptances } from '../model/acceptance.ts';
import { noteDeclaration } from '../model/declaration.ts';
import { dnsLabelProblem } from '../model/names.ts';
import type { Callee, CalleePort, Party } from '../model/party.ts';
import type { Given } from '../model/given.ts';
import { fieldProblems, imageProblems } from '../model/problems.ts';
import type { Schema } from '../model/schema.ts';
import type { ContainerModel, EnvironmentVariable, ProbeHandler, Resources, VolumeModel } from '../model/workload.ts';
import { acceptsSchema, resourcesSchema } from '../model/word-schemas.ts';
import { fitId } from './fit-id.ts';
import { ManifestObject } from './manifest-object.ts';
import { Mesh, type Member } from './mesh.ts';
import { MeshChart } from './mesh-chart.ts';
import { fullResources, USER_ID } from './service-workload.ts';
import { workloadAcceptance } from './workload-acceptance.ts';
import { workloadSpec } from './workload-shape.ts';

/** A disk of each pod. */
export interface Storage {
  /** Gibibytes. @default 10 */
  readonly sizeGib?: number;
  /** @default - the cluster's default class */
  readonly storageClass?: string;
}

/** What the software of a stateful cluster needs; its user only sees {@link StatefulProps}. */
export interface StatefulSoftware {
  readonly replicas: number;
  readonly ports: readonly CalleePort[];
  readonly environment: readonly EnvironmentVariable[];
  readonly dataPath: string;
  readonly writableFolders: readonly string[];
  readonly volumes: readonly VolumeModel[];
  readonly mounts: ContainerModel['mounts'];
  readonly liveness: ProbeHandler;
  readonly readiness: ProbeHandler;
  /** How long a probe may take, in seconds; one that starts a virtual machine needs more. @default 5 */
  readonly probeSeconds?: number;
  /** Most time from start to ready, in seconds. */
  readonly startSeconds: number;
  /** Time to write everything down after SIGTERM, in seconds. */
  readonly graceSeconds: number;
  readonly defaultResources: Required<Resources>;
  readonly version: string;
}

/** What is said of any database or broker that runs in the mesh. */
export interface StatefulProps {
  /** Image with its digest. */
  readonly image: string;
  /** Namespace, one of its mesh's. @default - the first of the mesh */
  readonly namespace?: string;
  readonly storage?: Storage;
  readonly resources?: Resources;
  /** Traps that are meant, each with its reason. */
  readonly accepts?: Acceptances;
}

/** Schemas of {@link StatefulProps}. */
export const statefulFields: Record<keyof StatefulProps, Schema> = {
  image: 'string',
  namespace: 'string',
  storage: {
    type: 'object',
    fields: { sizeGib: { type: 'integer', min: 1 }, storageClass: 'string' } satisfies Record<keyof Storage, Schema>,
  },
  resources: resourcesSchema,
  accepts: acceptsSchema,
};

/** Pods with a disk each, behind a Service: the base of databases and brokers. Clients connect over mutual TLS. */
export abstract class StatefulCluster extends MeshChart implements Member {
  readonly mesh: Mesh;
  readonly party: Party;
  readonly callee: Callee;
  readonly statefulSet: ManifestObject;
  readonly authorizationPolicy: ManifestObject;

  protected constructor(
    scope: Construct,
    id: string,
    { props, problems }: Pick<Given<StatefulProps>, 'props' | 'problems'>,
    software: StatefulSoftware,
  ) {
    const mesh = Mesh.of(scope);
    const namespace = props.namespace ?? mesh.namespaces[0];
    const fit = fitId(scope, id, { isTaken: (name) => mesh.hasMember({ name, namespace }) });
    ({ id } = fit);
    super(scope, id, { namespace, file: mesh.fileOf(id, namespace), labels: { ...mesh.labels, app: id } });
    noteDeclaration(this);
    this.mesh = mesh;
    const headless = `${id}-headless`;
    this.party = { name: id, namespace, serviceAccount: id, podLabels: { app: id } };
    this.callee = {
      ...this.party,
      host: mesh.host(id, namespace),
      headlessHost: mesh.host(headless, namespace),
      ports: software.ports,
      subsets: [],
    };
    mesh.join(this);
    const metadata = { name: id, namespace };
    new ManifestObject(this, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, () => ({
      automountServiceAccountToken: false,
    }));
    new ManifestObject(this, 'Service', { apiVersion: 'v1', kind: 'Service', metadata }, () => ({
      spec: serviceSpec({ selector: { app: id }, ports: software.ports }),
    }));
    new ManifestObject(
      this,
      'HeadlessService',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: headless, namespace } },
      () => ({
        spec: serviceSpec({ selector: { app: id }, ports: software.ports, headless: true }),
      }),
    );
    for (const [name, host] of [
      [id, this.callee.host],
      [headless, this.callee.headlessHost],
    ] as const)
      new ManifestObject(
        this,
        `DestinationRule-${name}`,
        { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name, namespace } },
        () => ({
          spec: {
            host,
            exportTo: [...mesh.exportTo(this.callee)],
            trafficPolicy: {
              tls: { mode: 'ISTIO_MUTUAL' },
              connectionPool: connectionPool({ tcp: { connectTimeout: '2s' } }, false),
            },
          },
        }),
      );
    const policies = mesh.protect(this, this);
    this.authorizationPolicy = policies.authorizationPolicy as ManifestObject; // it has a callee, so it has one
    const { accepts, takesTag, annotations } = workloadAcceptance(mesh, props.image, props.accepts);
    this.statefulSet = new ManifestObject(
      this,
      'StatefulSet',
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { ...metadata, annotations },
      },
      () => ({ spec: this.#spec(props, software, headless, takesTag, accepts) }),
    );
    new ManifestObject(
      this,
      'PodDisruptionBudget',
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata },
      () => ({
        spec: podDisruptionBudgetSpec({ app: id }),
      }),
    );
    // Members of a cluster talk to each other; a single pod has nobody to talk to.
    if (software.replicas > 1)
      mesh.connect({
        kind: 'connection',
        caller: this.party,
        callee: this.callee,
        ports: software.ports.map(({ name }) => name),
      });
    this.node.addValidation({
      validate: () => [
        ...fit.problems,
        ...problems,
        ...fieldProblems({
          id: dnsLabelProblem(headless),
          namespace: mesh.namespaces.includes(namespace)
            ? undefined
            : `"${namespace}" is no namespace of the mesh (it has ${mesh.namespaces.join(', ')}). Add it to the mesh`,
          'storage.sizeGib':
            props.storage?.sizeGib === undefined || props.storage.sizeGib > 0
              ? undefined
              : `${props.storage.sizeGib} is no size`,
        }),
        ...imageProblems('image', props.image, mesh.imagesByTag !== undefined),
      ],
    });
  }

  #spec(
    props: StatefulProps,
    software: StatefulSoftware,
    serviceName: string,
    takesTag: boolean,
    accepts: Acceptances,
  ) {
    const { id } = this.node;
    const folder = (path: string) =>
      path
        .replace(/^\/+/, '')
        .replace(/[^a-z0-9]+/gi, '-')
        .toLowerCase();
    const { storage } = props;
    return workloadSpec({
      kind: 'StatefulSet',
      replicas: software.replicas,
      serviceName,
      pod: {
        labels: {
          app: id,
          'app.kubernetes.io/name': id,
          'app.kubernetes.io/version': software.version,
          'sidecar.istio.io/inject': 'true',
        },
        annotations: {},
        selector: { app: id },
        serviceAccount: id,
        userId: USER_ID,
        graceSeconds: software.graceSeconds,
        initContainers: [],
        containers: [
          {
            name: 'app',
            image: props.image,
            imagePullPolicy: takesTag ? 'IfNotPresent' : 'Always',
            ports: software.ports.map(({ name, targetPort }) => ({ name, number: targetPort })),
            environment: software.environment,
            mounts: [
              { volume: 'data', path: software.dataPath, isReadOnly: false },
              ...software.writableFolders.map((path) => ({ volume: folder(path), path, isReadOnly: false })),
              ...software.mounts,
            ],
            resources: fullResources({ ...software.defaultResources, ...props.resources }, accepts),
            ...probes(software),
          },
        ],
        volumes: [
          {
            kind: 'claim',
            name: 'data',
            sizeGib: storage?.sizeGib ?? 10,
            ...(storage?.storageClass !== undefined && { storageClass: storage.storageClass }),
          },
          ...software.writableFolders.map((path) => ({ kind: 'emptyDir' as const, name: folder(path), sizeMib: 64 })),
          ...software.volumes,
        ],
      },
    });
  }
}

/** A readiness probe that is also asked, more often, until the first time it says yes. */
function probes({ readiness, liveness, startSeconds, probeSeconds = 5 }: StatefulSoftware) {
  const patience = { periodSeconds: Math.max(10, 2 * probeSeconds), timeoutSeconds: probeSeconds };
  return {
    startup: {
      handler: readiness,
      periodSeconds: 5,
      timeoutSeconds: probeSeconds,
      failureThreshold: Math.ceil(startSeconds / 5),
    },
    liveness: { handler: liveness, ...patience, failureThreshold: 6 },
    readiness: { handler: readiness, ...patience, failureThreshold: 3 },
  };
}
