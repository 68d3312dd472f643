/** CPU, memory and disk of a container. Asked for and limited alike: what a pod gets does not depend on its neighbours. */
export interface Resources {
  /** Thousandths of a CPU. @default 100 */
  readonly cpuMillis?: number;
  /** Mebibytes of memory. @default 128 */
  readonly memoryMib?: number;
  /** Mebibytes of disk for logs and writable folders. @default 64 */
  readonly ephemeralStorageMib?: number;
}

/** {@link Resources} with nothing left open. */
export type FullResources = Required<Resources> & {
  /** Whether the CPU is limited too. */
  readonly hasCpuLimit: boolean;
};

/** How Kubernetes asks a container whether it is well. */
export type ProbeHandler =
  | { readonly kind: 'http'; readonly path: string; readonly port: number }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

/** A probe with its patience. */
export interface ProbeModel {
  readonly handler: ProbeHandler;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** A variable of a container's environment. Secrets are never among them: they come as files. */
export type EnvironmentVariable =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly configMap: string; readonly key: string }
  | { readonly name: string; readonly kind: 'pod-name' | 'pod-index' };

/** A folder that pods mount. */
export type VolumeModel =
  | { readonly kind: 'emptyDir'; readonly name: string; readonly sizeMib: number }
  | { readonly kind: 'configMap'; readonly name: string; readonly configMap: string }
  | { readonly kind: 'secret'; readonly name: string; readonly secret: string }
  | { readonly kind: 'claim'; readonly name: string; readonly sizeGib: number; readonly storageClass?: string };

/** A container of a pod. */
export interface ContainerModel {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent';
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports: readonly { readonly name: string; readonly number: number }[];
  readonly environment: readonly EnvironmentVariable[];
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly isReadOnly: boolean }[];
  readonly resources: FullResources;
  readonly startup?: ProbeModel;
  readonly liveness?: ProbeModel;
  readonly readiness?: ProbeModel;
  /** How long the container goes on serving after it was told to stop, until no proxy sends to it any more. */
  readonly drainSeconds?: number;
}

/** What all kinds of workload share: the pods. */
export interface PodModel {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The labels that select these pods; they can never change. */
  readonly selector: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly userId: number;
  readonly graceSeconds: number;
  readonly initContainers: readonly ContainerModel[];
  readonly containers: readonly ContainerModel[];
  readonly volumes: readonly VolumeModel[];
}

/** A workload: pods and how they are replaced. */
export type WorkloadModel =
  | {
      readonly kind: 'Deployment';
      /** `undefined`: an autoscaler owns the number. */
      readonly replicas: number | undefined;
      readonly pod: PodModel;
    }
  | { readonly kind: 'StatefulSet'; readonly replicas: number; readonly serviceName: string; readonly pod: PodModel }
  | { readonly kind: 'Job'; readonly pod: PodModel };
