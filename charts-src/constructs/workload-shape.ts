import { ApiObject, App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { fingerprint } from '../model/fingerprint.ts';
import type { ContainerModel, PodModel, ProbeModel, VolumeModel, WorkloadModel } from '../model/workload.ts';
import type { ManifestContent } from './manifest-object.ts';

/** A JSON value of a manifest. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** The `spec` of a workload's object. */
export type WorkloadSpec = JsonObject;

/**
 * Renders a workload through cdk8s-plus-28, once for each shape: most services of a mesh differ in their strings
 * only, and a shape with its strings left open is stamped with each service's own. (A cdk8s-plus-28 Deployment costs
 * 0.4 ms and 19 kB; a stamp costs neither.)
 */
export function workloadSpec(model: WorkloadModel): WorkloadSpec {
  const strings: string[] = [];
  const key = structureOf(model, '', strings);
  let stamp = stamps.get(key);
  if (stamp === undefined) {
    const open = withHoles(model, '', strings) as WorkloadModel; // same structure, other strings
    stamps.set(key, (stamp = stampOf(render(open))));
  }
  return stamp(strings) as WorkloadSpec; // stamping keeps the structure of a spec
}

/** The content of a Job. Its pods can never be changed, so other pods, by whatever they differ, are another Job. */
export function jobContent(name: string, model: Extract<WorkloadModel, { kind: 'Job' }>): ManifestContent {
  const spec = workloadSpec(model);
  return { metadata: { name: `${name}-${fingerprint(JSON.stringify(spec))}` }, spec };
}

const stamps = new Map<string, Stamp>();

const HOLE = /^hole-(\d+)-x$/;
/** Strings that decide what is rendered, and so belong to the shape. */
const STRUCTURAL = new Set(['kind', 'imagePullPolicy']);
/** A label may be called `kind` too; with a value like a hole's it must not be taken for one. */
const isStructural = (key: string, value: string): boolean => STRUCTURAL.has(key) && !HOLE.test(value);

/**
 * What a value is but for its free strings, which are numbered in `strings`: values of one shape have one structure.
 * Equal strings share a number.
 */
function structureOf(value: unknown, key: string, strings: string[]): string {
  if (typeof value === 'string') {
    if (isStructural(key, value)) return JSON.stringify(value);
    const known = strings.indexOf(value);
    return `#${known < 0 ? strings.push(value) - 1 : known}`;
  }
  if (typeof value !== 'object' || value === null) return `${value as boolean | number | null | undefined}`; // JSON has no others
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += structureOf(item, '', strings) + ',';
    return `[${text}]`;
  }
  for (const name in value)
    // A line break ends a key, for no key of a manifest holds one. Any object has string keys.
    text += `${name}\n${structureOf((value as Record<string, unknown>)[name], name, strings)},`;
  return `{${text}}`;
}

/** The same value with every free string replaced by the hole of its number. */
function withHoles(value: unknown, key: string, strings: readonly string[]): unknown {
  if (typeof value === 'string') return isStructural(key, value) ? value : `hole-${strings.indexOf(value)}-x`;
  if (Array.isArray(value)) return value.map((item) => withHoles(item, '', strings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withHoles(item, name, strings)]));
}

/** Makes a shape's value from the strings of its holes. */
type Stamp = (strings: readonly string[]) => Json;

/** The stamp of a shape. What has no hole, most of a workload, is one frozen value that all stamps share. */
function stampOf(shape: Json): Stamp {
  const holes = [...new Set(holesOf(shape))];
  if (holes.length === 0) {
    deepFreeze(shape);
    return () => shape;
  }
  if (typeof shape === 'string') {
    const [hole = 0] = holes;
    return (strings) => strings[hole] ?? shape;
  }
  return keptStamp(holes, Array.isArray(shape) ? listStamp(shape) : mapStamp(shape as JsonObject)); // has holes: a list or a map
}

/**
 * The same stamp, that keeps what it made last. Many strings are the same in most services, such as the path of a
 * probe: what depends on them alone is made twice, and from then on it is one frozen value too.
 */
function keptStamp(holes: readonly number[], make: Stamp): Stamp {
  let last: readonly string[] = [];
  let kept: Json | undefined;
  return (strings) => {
    for (const hole of holes)
      if (strings[hole] !== last[hole]) {
        last = strings;
        kept = undefined;
        return make(strings);
      }
    if (kept === undefined) deepFreeze((kept = make(strings)));
    return kept;
  };
}

function listStamp(shape: readonly Json[]): Stamp {
  const items = shape.map(stampOf);
  return (strings) => items.map((item) => item(strings));
}

function mapStamp(shape: JsonObject): Stamp {
  const open = Object.entries(shape).flatMap(([name, value]) =>
    holesOf(value).length > 0 ? [{ name, stamp: stampOf(value) }] : [],
  );
  const Fields = plainObjects();
  const fixed = Object.assign(new Fields(), shape);
  for (const { name } of open) fixed[name] = ''; // a place in the order of fields
  Object.values(fixed).forEach(deepFreeze);
  return (strings) => {
    const copy = new Fields();
    for (const name in fixed) copy[name] = fixed[name] ?? null; // JSON has no undefined
    for (const { name, stamp } of open) copy[name] = stamp(strings);
    return copy;
  };
}

/**
 * A constructor of plain objects that all get the same fields. V8 describes each set of fields once, as a way that
 * goes on from a shorter set, and knows at most 1,536 ways that go on from `{}`. The ids of children, kept in objects
 * by constructs, use these up in a mesh of that many charts; from then on each copy of an object would have a
 * description of its own (10 kB and 40 µs a Deployment). What an own constructor makes has ways of its own.
 */
function plainObjects(): new () => Record<string, Json> {
  const make = function () {
    // Plain objects begin empty.
  };
  make.prototype = Object.prototype;
  return make as unknown as new () => Record<string, Json>; // any function constructs
}

/** The numbers of a shape's holes, each as often as it is there. */
function holesOf(shape: Json): readonly number[] {
  if (typeof shape === 'string') return [...(HOLE.exec(shape)?.slice(1) ?? [])].map(Number);
  return typeof shape === 'object' && shape !== null ? Object.values(shape).flatMap(holesOf) : [];
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}

/** One workload through cdk8s-plus-28, and then what it does not know or sets differently. */
export function render(model: WorkloadModel): WorkloadSpec {
  const chart = new Chart(new App(), 'shape', { disableResourceNameHashes: true });
  const spec = rendered(chart, model);
  const { template, replicas, minReadySeconds, ...rest } = spec as {
    readonly template: { readonly spec: JsonObject };
  } & JsonObject; // every workload has one
  const claims = model.pod.volumes.filter((volume) => volume.kind === 'claim');
  return {
    ...rest,
    // Without a number where an autoscaler owns it: each apply would set it back.
    ...(model.kind !== 'Job' && model.replicas !== undefined && replicas !== undefined && { replicas }),
    ...(model.kind === 'Deployment' && minReadySeconds !== undefined && { minReadySeconds }),
    ...(model.kind !== 'Job' && { selector: { matchLabels: model.pod.selector } }),
    ...(model.kind === 'StatefulSet' && { serviceName: model.serviceName }),
    ...(claims.length > 0 && { volumeClaimTemplates: claims.map(volumeClaimTemplate) }),
    template: {
      // Without cdk8s-plus-28's own label: it holds the construct's path, and a rename would restart the pods.
      metadata: {
        labels: model.pod.labels,
        ...(Object.keys(model.pod.annotations).length > 0 && { annotations: model.pod.annotations }),
      },
      spec: podSpec(template.spec, model),
    },
  };
}

function rendered(chart: Chart, model: WorkloadModel): JsonObject {
  const { pod } = model;
  const volumes = new Map(
    pod.volumes.flatMap((volume) =>
      volume.kind === 'claim' ? [] : [[volume.name, plusVolume(chart, volume)] as const],
    ),
  );
  const container = (one: ContainerModel) => plusContainer(chart, one, volumes);
  const common = {
    metadata: { name: 'shape' },
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'account', pod.serviceAccount),
    automountServiceAccountToken: false,
    terminationGracePeriod: Duration.seconds(pod.graceSeconds),
    securityContext: { user: pod.userId, group: pod.userId, fsGroup: pod.userId, ensureNonRoot: true },
    volumes: [...volumes.values()],
    initContainers: pod.initContainers.map(container),
    containers: pod.containers.map(container),
  };
  return (ApiObject.of(plusWorkload(chart, model, common)).toJson() as { spec: JsonObject }).spec; // every kind here has a spec
}

function plusWorkload(
  chart: Chart,
  model: WorkloadModel,
  common: kplus.AbstractPodProps & { metadata: { name: string } },
): Construct {
  switch (model.kind) {
    case 'Deployment':
      return new kplus.Deployment(chart, 'workload', {
        ...common,
        select: false,
        replicas: model.replicas ?? 0,
        minReady: Duration.seconds(5),
        strategy: kplus.DeploymentStrategy.rollingUpdate({
          maxSurge: kplus.PercentOrAbsolute.absolute(1),
          maxUnavailable: kplus.PercentOrAbsolute.absolute(0),
        }),
      });
    case 'StatefulSet':
      return new kplus.StatefulSet(chart, 'workload', {
        ...common,
        select: false,
        replicas: model.replicas,
        // Members of a cluster wait for each other: one at a time would wait for ever.
        podManagementPolicy: kplus.PodManagementPolicy.PARALLEL,
        service: new kplus.Service(chart, 'service', { metadata: { name: 'shape' }, ports: [{ port: 1 }] }),
      });
    case 'Job':
      return new kplus.Job(chart, 'workload', {
        ...common,
        select: false,
        backoffLimit: 10,
        restartPolicy: kplus.RestartPolicy.ON_FAILURE,
      });
  }
}

function plusVolume(chart: Chart, volume: Exclude<VolumeModel, { kind: 'claim' }>): kplus.Volume {
  switch (volume.kind) {
    case 'emptyDir':
      return kplus.Volume.fromEmptyDir(chart, volume.name, volume.name, { sizeLimit: Size.mebibytes(volume.sizeMib) });
    case 'configMap':
      return kplus.Volume.fromConfigMap(
        chart,
        volume.name,
        kplus.ConfigMap.fromConfigMapName(chart, `${volume.name}-map`, volume.configMap),
        { name: volume.name },
      );
    case 'secret':
      return kplus.Volume.fromSecret(
        chart,
        volume.name,
        kplus.Secret.fromSecretName(chart, `${volume.name}-secret`, volume.secret),
        // Readable by the group that all containers of the pod have, and by nobody else.
        { name: volume.name, defaultMode: 0o440 },
      );
  }
}

function plusContainer(
  chart: Chart,
  model: ContainerModel,
  volumes: ReadonlyMap<string, kplus.Volume>,
): kplus.ContainerProps {
  const { cpuMillis, memoryMib, hasCpuLimit } = model.resources;
  const cpu = kplus.Cpu.millis(cpuMillis);
  const memory = Size.mebibytes(memoryMib);
  const probe = (wanted: ProbeModel | undefined) => (wanted ? plusProbe(wanted) : undefined);
  return {
    name: model.name,
    image: model.image,
    imagePullPolicy:
      model.imagePullPolicy === 'Always' ? kplus.ImagePullPolicy.ALWAYS : kplus.ImagePullPolicy.IF_NOT_PRESENT,
    ...(model.command && { command: [...model.command] }),
    ...(model.args && { args: [...model.args] }),
    ports: model.ports.map(({ name, number }) => ({ name, number })),
    envVariables: Object.fromEntries(
      model.environment.map((variable) => [variable.name, plusVariable(chart, variable)]),
    ),
    volumeMounts: model.mounts.flatMap(({ volume, path, isReadOnly }) => {
      const mounted = volumes.get(volume);
      return mounted ? [{ volume: mounted, path, readOnly: isReadOnly }] : [];
    }),
    // kplus reads an absent startup probe as "the default one", a TCP probe of the first port.
    startup: probe(model.startup) as kplus.Probe, // undefined is told apart from absent there, its type does not say so
    ...(model.liveness && { liveness: plusProbe(model.liveness) }),
    ...(model.readiness && { readiness: plusProbe(model.readiness) }),
    resources: {
      cpu: hasCpuLimit ? { request: cpu, limit: cpu } : { request: cpu },
      memory: { request: memory, limit: memory },
    },
    securityContext: {
      ensureNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      privileged: false,
      capabilities: { drop: [kplus.Capability.ALL] },
      seccompProfile: { type: kplus.SeccompProfileType.RUNTIME_DEFAULT },
    },
  };
}

function plusProbe({ handler, ...patience }: ProbeModel): kplus.Probe {
  const options = {
    initialDelaySeconds: Duration.seconds(0),
    periodSeconds: Duration.seconds(patience.periodSeconds),
    timeoutSeconds: Duration.seconds(patience.timeoutSeconds),
    failureThreshold: patience.failureThreshold,
  };
  switch (handler.kind) {
    case 'http':
      return kplus.Probe.fromHttpGet(handler.path, { ...options, port: handler.port });
    case 'tcp':
      return kplus.Probe.fromTcpSocket({ ...options, port: handler.port });
    case 'exec':
      return kplus.Probe.fromCommand([...handler.command], options);
  }
}

function plusVariable(chart: Chart, variable: ContainerModel['environment'][number]): kplus.EnvValue {
  if ('value' in variable) return kplus.EnvValue.fromValue(variable.value);
  if ('configMap' in variable) {
    // One construct a variable: references are not shared, and their ids need only differ.
    const id = `variable-${chart.node.children.length}`;
    return kplus.EnvValue.fromConfigMap(kplus.ConfigMap.fromConfigMapName(chart, id, variable.configMap), variable.key);
  }
  return variable.kind === 'pod-name'
    ? kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME)
    : kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_LABEL, { key: 'apps.kubernetes.io/pod-index' });
}

/** The pod of cdk8s-plus-28 with what it has no word for. */
function podSpec(spec: JsonObject, model: WorkloadModel): JsonObject {
  const { pod } = model;
  const { containers, initContainers, securityContext, hostNetwork, setHostnameAsFQDN, dnsPolicy, ...rest } = spec as {
    readonly containers: readonly JsonObject[];
    readonly initContainers?: readonly JsonObject[];
    readonly securityContext: JsonObject;
  } & JsonObject; // the shape that cdk8s-plus-28 gives every pod
  void [hostNetwork, setHostnameAsFQDN, dnsPolicy]; // written by cdk8s-plus-28 with Kubernetes' own defaults: noise
  return {
    ...rest,
    enableServiceLinks: false,
    securityContext: { ...securityContext, seccompProfile: { type: 'RuntimeDefault' } },
    ...(model.kind !== 'Job' && spreadOut(pod)),
    containers: containers.map((container, index) => completed(container, pod.containers[index], pod.volumes)),
    ...(initContainers && {
      initContainers: initContainers.map((container, index) =>
        completed(container, pod.initContainers[index], pod.volumes),
      ),
    }),
  };
}

/** Pods of one version apart from each other, where there are nodes enough: never a reason not to run. */
function spreadOut({ selector }: PodModel): JsonObject {
  const labelSelector = { matchLabels: selector };
  return {
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector,
    })),
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector } },
        ],
      },
    },
  };
}

function completed(
  container: JsonObject,
  model: ContainerModel | undefined,
  volumes: readonly VolumeModel[],
): JsonObject {
  const {
    startupProbe,
    livenessProbe,
    readinessProbe,
    volumeMounts = [],
    securityContext,
    resources,
    ...rest
  } = container as {
    readonly resources: { readonly requests: JsonObject; readonly limits: JsonObject };
    readonly volumeMounts?: readonly JsonObject[];
    readonly securityContext: JsonObject;
    readonly startupProbe?: JsonObject;
    readonly livenessProbe?: JsonObject;
    readonly readinessProbe?: JsonObject;
  } & JsonObject; // the shape that cdk8s-plus-28 gives every container
  const { privileged, ...context } = securityContext;
  void privileged; // false is Kubernetes' default
  const claims = new Set(volumes.filter(({ kind }) => kind === 'claim').map(({ name }) => name));
  const mounts = [
    ...volumeMounts.map(({ readOnly, ...mount }) => (readOnly === true ? { ...mount, readOnly } : mount)),
    ...(model?.mounts ?? [])
      .filter(({ volume }) => claims.has(volume))
      .map(({ volume, path }) => ({ name: volume, mountPath: path })),
  ];
  // cdk8s-plus-28 takes disk in whole gibibytes only.
  const disk = { 'ephemeral-storage': `${model?.resources.ephemeralStorageMib ?? 0}Mi` };
  return {
    ...rest,
    resources: { requests: { ...resources.requests, ...disk }, limits: { ...resources.limits, ...disk } },
    securityContext: context,
    ...(model?.startup && startupProbe && { startupProbe: started(startupProbe) }),
    ...(livenessProbe && { livenessProbe: started(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: started(readinessProbe) }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    // Done by the kubelet: the image needs no shell. Source: Kubernetes Container.lifecycle.preStop.sleep, from 1.30
    ...(model?.drainSeconds && { lifecycle: { preStop: { sleep: { seconds: model.drainSeconds } } } }),
  };
}

/** A probe without the delay of 0 that cdk8s-plus-28 writes and the API server does not keep. */
const started = ({ initialDelaySeconds, ...probe }: JsonObject): JsonObject =>
  initialDelaySeconds === 0 || initialDelaySeconds === undefined ? probe : { ...probe, initialDelaySeconds };

const volumeClaimTemplate = (volume: Extract<VolumeModel, { kind: 'claim' }>): JsonObject => ({
  metadata: { name: volume.name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    ...(volume.storageClass !== undefined && { storageClassName: volume.storageClass }),
    resources: { requests: { storage: `${volume.sizeGib}Gi` } },
  },
});
