import type { Manifest } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';
import { own } from '../model/own.ts';
import type { Path } from '../model/schema.ts';
import type { Labels } from './labels.ts';
import type { Injection } from './namespace.ts';
import { cronJobSpecShape, podSpecShape, workloadSpecShape, type PodSpec, type WorkloadSpec } from './shapes.ts';

/** Whether the pods of a workload have an Envoy beside them. `unknown`: the files do not say. */
export type HasSidecar = 'yes' | 'no' | 'unknown';

/** What makes pods: a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob or Rollout, or a Pod itself. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly manifest: Manifest;
  /** Labels of its pods. */
  readonly labels: Labels;
  /** Annotations of its pods. */
  readonly annotations: Labels;
  /** Spec of the workload; empty for a Pod. */
  readonly spec: WorkloadSpec;
  readonly pod: PodSpec;
  /** Where `metadata` and `spec` of the pods are: `['spec', 'template']`; empty for a Pod. */
  readonly at: Path;
  /** Fewest pods that run when nothing is wrong; the autoscaler's minimum where there is one. Undefined for a DaemonSet. */
  readonly replicas: number | undefined;
  /** Most pods; undefined for a DaemonSet. */
  readonly maxReplicas: number | undefined;
  /** The ServiceAccount whose identity the pods have. */
  readonly serviceAccount: string;
  readonly sidecar: HasSidecar;
  /** Whether its pods are the proxies of a gateway, injected or of Istio's own chart. */
  readonly isGateway: boolean;
}

/** Pods that an autoscaler keeps. */
export interface Autoscaling {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** API groups of the kinds that make pods. */
const GROUP_OF_KIND: Readonly<Record<string, string>> = {
  Pod: '',
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  Job: 'batch',
  CronJob: 'batch',
  Rollout: 'argoproj.io',
};

/** Kinds of objects that make pods. */
export const WORKLOAD_KINDS: readonly string[] = Object.keys(GROUP_OF_KIND);

/** Whether an object makes pods. */
export const isWorkload = ({ kind, group }: Pick<Manifest, 'kind' | 'group'>): boolean =>
  own(GROUP_OF_KIND, kind) === group;

/** The workload that an object is. */
export function workloadOf(manifest: Manifest, injection: Injection, autoscaling: Autoscaling | undefined): Workload {
  const { kind, name, namespace } = manifest;
  const { spec, pod, at, labels, annotations } = templateOf(manifest);
  return {
    kind,
    name,
    namespace,
    manifest,
    labels,
    annotations,
    spec,
    pod,
    at,
    replicas: autoscaling?.minReplicas ?? declaredReplicas(kind, spec),
    maxReplicas: autoscaling?.maxReplicas ?? declaredReplicas(kind, spec),
    serviceAccount: pod.serviceAccountName ?? pod.serviceAccount ?? 'default',
    sidecar: sidecarOf(pod, labels, annotations, injection),
    isGateway: isGatewayPod(pod, annotations),
  };
}

function templateOf(manifest: Manifest): Pick<Workload, 'spec' | 'pod' | 'at' | 'labels' | 'annotations'> {
  const raw = manifest.object['spec'];
  switch (manifest.kind) {
    case 'Pod':
      return {
        spec: {},
        // `conform` leaves exactly what has the types of this schema.
        pod: conform(podSpecShape, raw) as PodSpec,
        at: [],
        labels: manifest.labels,
        annotations: manifest.annotations,
      };
    case 'CronJob': {
      const { jobTemplate } = conform(cronJobSpecShape, raw) as {
        readonly jobTemplate?: { readonly spec?: WorkloadSpec };
      };
      return ofSpec(jobTemplate?.spec ?? {}, ['spec', 'jobTemplate', 'spec', 'template']);
    }
    default:
      return ofSpec(conform(workloadSpecShape, raw) as WorkloadSpec, ['spec', 'template']);
  }
}

const ofSpec = (spec: WorkloadSpec, at: Path): ReturnType<typeof templateOf> => ({
  spec,
  pod: spec.template?.spec ?? {},
  at,
  labels: spec.template?.metadata?.labels ?? {},
  annotations: spec.template?.metadata?.annotations ?? {},
});

function declaredReplicas(kind: string, { replicas, parallelism }: WorkloadSpec): number | undefined {
  switch (kind) {
    case 'DaemonSet':
      return undefined;
    case 'Pod':
      return 1;
    case 'Job':
    case 'CronJob':
      return parallelism ?? 1;
    default:
      return replicas ?? 1;
  }
}

/**
 * Whether Istio's webhook gives the pods a sidecar: the pod's own label, then its annotation, then the namespace.
 * Source: Istio's injection webhook and injectRequired
 */
function sidecarOf(pod: PodSpec, labels: Labels, annotations: Labels, injection: Injection): HasSidecar {
  const containers = [...(pod.containers ?? []), ...(pod.initContainers ?? [])];
  // What `istioctl kube-inject` and a cluster print has it already.
  if (containers.some(({ name, image }) => name === 'istio-proxy' && image !== 'auto')) return 'yes';
  if (pod.hostNetwork === true) return 'no';
  if (injection === 'disabled' || injection === 'ambient') return 'no';
  const wish = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (wish === 'false') return 'no';
  if (injection === 'enabled') return 'yes';
  // In a namespace without a label the pod's own label is enough; its annotation is not.
  if (labels['sidecar.istio.io/inject'] === 'true' || (labels['istio.io/rev'] ?? '') !== '') return 'yes';
  return injection === 'unset' ? 'no' : 'unknown';
}

const isGatewayPod = (pod: PodSpec, annotations: Labels): boolean =>
  annotations['inject.istio.io/templates'] === 'gateway' ||
  (pod.containers ?? []).some(({ name, args }) => name === 'istio-proxy' && (args?.includes('router') ?? false));

/** How people name a workload: `Deployment shop/orders-v1`. */
export const workloadName = ({ kind, namespace, name }: Pick<Workload, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace}/${name}`;
