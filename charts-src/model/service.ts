import type { Duration } from './duration.ts';
import type { Resources } from './workload.ts';

/** How many pods a version has: a number, or a range for an autoscaler. Never both: each would undo the other. */
export type Scaling =
  | {
      /** Number of pods, at least 1. */
      readonly replicas: number;
      readonly minReplicas?: never;
      readonly maxReplicas?: never;
      readonly targetCpuPercent?: never;
    }
  | {
      readonly replicas?: never;
      /** Fewest pods, at least 2. */
      readonly minReplicas: number;
      /** Most pods, more than `minReplicas`. */
      readonly maxReplicas: number;
      /** Use of the requested CPU at which pods are added, in per cent. @default 70 */
      readonly targetCpuPercent?: number;
    };

/** One version of a service: a Deployment of its own, and a subset that routes can name. */
export interface VersionProps {
  /** Image with its digest, `repository:tag@sha256:…`: what runs cannot change behind the manifest's back. A mesh
   * that takes images by tag (see `Mesh`) needs no digest. */
  readonly image: string;
  /** @default - that of the service */
  readonly scaling?: Scaling;
  /** @default - those of the service */
  readonly resources?: Resources;
  /** Variables for this version only. Never a secret. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where Kubernetes asks after a service's health. The paths must differ: alive is not the same as ready. */
export interface HealthPaths {
  /** Answers 200 as long as a restart would not help. @default '/livez' */
  readonly liveness?: `/${string}`;
  /** Answers 200 when requests may come. @default '/readyz' */
  readonly readiness?: `/${string}`;
  /** Longest time that the application may take to start. @default '60s' */
  readonly startWithin?: Duration;
}

/** How a pod leaves without losing a request. */
export interface Shutdown {
  /** How long the pod goes on serving after it is told to stop, so that every proxy learns of it. @default '10s' */
  readonly drain?: Duration;
  /** Longest request that must be let finish. @default '30s' */
  readonly longestRequest?: Duration;
}

/** A value in a Secret that exists already; manifests name it and never hold it. */
export interface SecretReference {
  /** Name of the Secret. */
  readonly secret: string;
  /** Key in it. */
  readonly key: string;
}

/** Changes the database before the new version runs. */
export interface Migrations {
  /** Command in the image of the version. */
  readonly command: readonly string[];
  /**
   * Where it runs: before each pod, or once. An init container has a network only behind a native sidecar (the
   * default since Istio 1.27); with classic sidecars it must be a Job.
   * @default 'initContainer'
   */
  readonly as?: 'initContainer' | 'job';
}
