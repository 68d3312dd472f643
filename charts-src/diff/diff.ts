import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { RolloutChange, SecurityChange, TrafficChange } from './change.ts';
import { compareObjects, type ObjectChanges } from './objects.ts';
import { pairingsOf } from './pairing.ts';
import { rolloutChanges } from './rollout.ts';
import { securityChanges } from './security.ts';
import { trafficChanges } from './traffic.ts';

/** What a change of manifests does, what hurts most first. */
export interface MeshDiff {
  readonly security: readonly SecurityChange[];
  readonly traffic: readonly TrafficChange[];
  readonly rollout: readonly RolloutChange[];
  readonly objects: ObjectChanges;
}

/**
 * What becomes of a mesh when one set of manifests takes the place of another. It compares what the sets mean, not
 * their text: how they are written, ordered or split into files changes nothing.
 */
export function diffMeshes(before: MeshGraph, after: MeshGraph): MeshDiff {
  const objects = compareObjects(before.manifests, after.manifests);
  const { changes } = objects;
  if (changes.length === 0) return { security: [], traffic: [], rollout: [], objects };
  const pairings = pairingsOf(before, after, changes);
  return {
    security: securityChanges(before, after, changes, pairings),
    traffic: trafficChanges(before, after, changes, pairings.forward),
    rollout: rolloutChanges(before, after, changes, pairings),
    objects,
  };
}
