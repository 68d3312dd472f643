import { own } from '../model/own.ts';

/** The group of an apiVersion: `apps` of `apps/v1`, empty for the core group. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** Kinds that belong to no namespace, by group. Source: `kubectl api-resources --namespaced=false`, and Gateway API. */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  '': ['Namespace', 'Node', 'PersistentVolume'],
  'admissionregistration.k8s.io': [
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'cert-manager.io': ['ClusterIssuer'],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'gateway.networking.k8s.io': ['GatewayClass'],
  'networking.k8s.io': ['IPAddress', 'IngressClass', 'ServiceCIDR'],
  'node.k8s.io': ['RuntimeClass'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'resource.k8s.io': ['DeviceClass', 'ResourceSlice'],
  'scheduling.k8s.io': ['PriorityClass'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
};

/** Whether objects of this kind belong to no namespace; kinds that are not known are taken as namespaced. */
export const isClusterScoped = (apiVersion: string, kind: string): boolean =>
  own(CLUSTER_SCOPED, groupOf(apiVersion))?.includes(kind) ?? false;

/**
 * Kinds in the order in which they are written and applied: what others need comes first. Policies stand before the
 * workloads that they guard, so that no pod is ever open; a DestinationRule and the workloads of its subsets stand
 * before the VirtualService that sends requests there.
 */
const ORDER = [
  'CustomResourceDefinition',
  'Namespace',
  'PriorityClass',
  'StorageClass',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PeerAuthentication',
  'RequestAuthentication',
  'AuthorizationPolicy',
  'NetworkPolicy',
  'Sidecar',
  'Telemetry',
  'ProxyConfig',
  'EnvoyFilter',
  'ServiceEntry',
  'Service',
  'DestinationRule',
  'StatefulSet',
  'Deployment',
  'DaemonSet',
  'WorkloadGroup',
  'WorkloadEntry',
  'Pod',
  'Job',
  'CronJob',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'Gateway',
  'VirtualService',
  'Ingress',
] as const;

const RANKS: ReadonlyMap<string, number> = new Map(ORDER.map((kind, rank) => [kind, rank]));

/** Place of a kind in the order of writing and applying; kinds that are not known come last. */
export const rankOf = (kind: string): number => RANKS.get(kind) ?? ORDER.length;
