import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';

/** Tells what the watch says of our own writes from what it says of others'. */
export interface Echoes {
  /** Makes a write of ours; `isAlone`: nobody else's was heard of meanwhile. */
  during(
    write: () => Promise<Result<KubernetesObject>>,
  ): Promise<{ readonly result: Result<KubernetesObject>; readonly isAlone: boolean }>;
  /** Whether a version that the watch tells of is somebody else's; while we write nobody knows yet, and it is kept. */
  isForeign(object: KubernetesObject): boolean;
}

/** The version of an object as the API server counts; empty: it has not seen it. */
export const versionOf = (object: KubernetesObject | undefined): string => object?.metadata.resourceVersion ?? '';

export function echoes(): Echoes {
  /** Versions that we wrote, and of which the watch has not told us yet. */
  const own = new Set<string>();
  /** Versions of which it told us while a write of ours was under way: one of them may be ours. */
  let early: string[] | null = null;
  return {
    during: async (write) => {
      const heard: string[] = [];
      early = heard;
      const result = await write();
      early = null;
      if (result.ok) own.add(versionOf(result.value));
      const foreign = heard.filter((version) => !own.delete(version));
      return { result, isAlone: foreign.length === 0 };
    },
    isForeign: (object) => {
      if (early === null) return !own.delete(versionOf(object));
      early.push(versionOf(object));
      return false;
    },
  };
}
