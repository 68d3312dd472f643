import type { Acknowledgement } from './ports/acknowledgement.ts';
import type { KubernetesObject, SubsetCapacity } from './ports/cluster.ts';
import type { Result } from './ports/failure.ts';

/** What the engine knows of the world when it decides. What it does not know, or not lately, it can ask for. */
export interface Observation {
  /** Time of day, for the record only. */
  readonly at: string;
  /** The VirtualServices as they lie, in the order of the plan; null: there is none any more. */
  readonly virtualServices: readonly (KubernetesObject | null)[];
  /** Of the newest marker. */
  readonly acknowledgement: Seen<Acknowledgement> | null;
  readonly capacity: Seen<Capacity> | null;
  /** How long ago metrics were asked last, with or without an answer; null: never. */
  readonly sampledMsAgo: number | null;
  /** The hook that was asked last. */
  readonly hook: { readonly key: string; readonly askedMsAgo: number; readonly firstAskedMsAgo: number } | null;
  /** How long ago we wrote last. */
  readonly writtenMsAgo: number;
}

/** What a port answered, and how long ago. */
export interface Seen<T> {
  readonly result: Result<T>;
  readonly msAgo: number;
}

/** Endpoints and pods of both arms; replicas only when the plan scales. */
export interface Capacity {
  readonly stable: SubsetCapacity;
  readonly canary: SubsetCapacity;
  readonly replicas: number | null;
  /** Why the run must not write replicas: an autoscaler owns them. */
  readonly autoscaler: string | null;
}
