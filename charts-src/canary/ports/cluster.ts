import type { Cancellation } from './cancellation.ts';
import type { ObjectName, PortFailure, Result } from './failure.ts';

/** A value as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

/** An object as the API server gave it, whole and untouched: what we do not know is written back as it was. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly spec?: { readonly [field: string]: Json };
  readonly [field: string]: unknown;
}

/** Name and namespace of an object. */
export interface Reference {
  readonly namespace: string;
  readonly name: string;
}

/** What a watch tells. */
export type WatchEvent =
  | { readonly type: 'changed'; readonly object: KubernetesObject }
  | { readonly type: 'deleted'; readonly object: KubernetesObject }
  /** The watch ended; whoever wants to go on opens a new one from a fresh read. */
  | { readonly type: 'interrupted'; readonly failure: PortFailure };

/** Pods and endpoints of one subset. */
export interface SubsetCapacity {
  /** Addresses that EndpointSlices call ready (and not terminating) of pods with the subset's labels. */
  readonly readyEndpoints: number;
  /** Pods with the subset's labels that are not about to end, ready or not. */
  readonly pods: number;
  /** Pods that are about to end. */
  readonly terminatingPods: number;
}

/** Pods by whose labels an arm of the canary is told. */
export interface SubsetQuery {
  /** Service whose EndpointSlices count. */
  readonly service: Reference;
  /** Labels of the subset, from the DestinationRule. Empty: all pods of the service. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Something with replicas. */
export interface Workload extends Reference {
  readonly kind: 'Deployment' | 'StatefulSet' | 'ReplicaSet';
}

/** A right that a run needs. */
export interface Permission {
  readonly verb: string;
  /** Resource with its API group: `virtualservices.networking.istio.io`, `pods`, `deployments.apps/scale`. */
  readonly resource: string;
  readonly namespace: string;
  /** One object only; undefined: all of the namespace. */
  readonly name?: string;
}

/**
 * What the canary needs of a cluster. Every call tries once: whether to try again is decided by who asked.
 * A call gives up before `signal` says so when its own deadline is over.
 */
export interface Cluster {
  virtualService(reference: Reference, signal: Cancellation): Promise<Result<KubernetesObject>>;
  destinationRule(reference: Reference, signal: Cancellation): Promise<Result<KubernetesObject>>;
  /** PUT: replaces the object if its `metadata.resourceVersion` is the newest. Gives what the server made of it. */
  replaceVirtualService(object: KubernetesObject, signal: Cancellation): Promise<Result<KubernetesObject>>;
  /** The same, of which nothing stays: for `--dry-run=server`. */
  dryRunVirtualService(object: KubernetesObject, signal: Cancellation): Promise<Result<KubernetesObject>>;
  /** Changes of one VirtualService after the one with this resourceVersion, until `signal` or an interruption. */
  watchVirtualService(
    reference: Reference,
    from: { readonly resourceVersion: string },
    signal: Cancellation,
  ): AsyncIterable<WatchEvent>;
  /** All VirtualServices that can be seen: of one namespace, or of all. May well be forbidden. */
  virtualServices(namespace: string | undefined, signal: Cancellation): Promise<Result<readonly KubernetesObject[]>>;
  /** One read of EndpointSlices and one of pods, for all subsets asked for, in the same order. */
  capacity(subsets: readonly SubsetQuery[], signal: Cancellation): Promise<Result<readonly SubsetCapacity[]>>;
  /** Replicas that a workload is asked to have. */
  replicas(workload: Workload, signal: Cancellation): Promise<Result<number>>;
  /** The autoscaler that owns the replicas of a workload, if any. */
  autoscaler(workload: Workload, signal: Cancellation): Promise<Result<ObjectName | undefined>>;
  /** Asks for so many replicas; only with a capacity policy. */
  scale(workload: Workload, replicas: number, signal: Cancellation): Promise<Result<void>>;
  /** Those of the permissions that are missing. */
  missing(permissions: readonly Permission[], signal: Cancellation): Promise<Result<readonly Permission[]>>;
}
