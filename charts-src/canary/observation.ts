import type { Acknowledgement } from './ports/acknowledgement.ts';
import type { KubernetesObject, SubsetCapacity } from './ports/cluster.ts';
import type { Result } from './ports/failure.ts';
import type { HookAnswer } from './ports/hooks.ts';

/** What the engine knows of the world when it decides. What it does not know, or not lately, it can ask for. */
export interface Observation {
  /** Time of day, for the record only. */
  readonly at: string;
  /** The VirtualServices as they lie, in the order of the plan. */
  readonly virtualServices: readonly KubernetesObject[];
  /** Whether the first one still says what was written last. False: somebody else wiped or edited it. */
  readonly isStateIntact: boolean;
  /** How long one of them has not been there any more; null: all are there. */
  readonly goneMs: number | null;
  /** How long ago we wrote the first one. */
  readonly writtenMsAgo: number;
  /**
   * When metrics were asked last, and answered last, with or without success; null: never. 0: they are being asked.
   * Infinity: a check has answered that the last look did not wait for.
   */
  readonly metrics: {
    readonly askedMsAgo: number | null;
    readonly answeredMsAgo: number | null;
    /** Why they could not be read the last time, in words; null: they could, or were never asked. */
    readonly failure: string | null;
  };
  /** What was asked since the run came to where it is now: nothing here is from before the last shift. */
  readonly asked: {
    readonly acknowledgement: Asked<Acknowledgement> | null;
    readonly capacity: Asked<Capacity> | null;
    readonly hook: (Asked<HookAnswer> & { readonly key: string }) | null;
  };
}

/** A question, its answer, and how long ago it was asked, or answered. */
export interface Asked<T> {
  /** Null: the answer is not there yet. */
  readonly result: Result<T> | null;
  readonly msAgo: number;
  /** How long ago it was asked first. */
  readonly firstMsAgo: number;
}

/** Endpoints and pods of both arms; replicas only when the plan scales. */
export interface Capacity {
  readonly stable: SubsetCapacity;
  readonly canary: SubsetCapacity;
  readonly replicas: number | null;
  /** The autoscaler that owns the replicas: the run must not write them. */
  readonly autoscaler: string | null;
}
