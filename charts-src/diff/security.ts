import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Direction, SecurityChange } from './change.ts';
import { clientTlsOpenings } from './client-tls-openings.ts';
import { corsOpenings } from './cors-openings.ts';
import { egressOpenings } from './egress-openings.ts';
import { gatewayOpenings } from './gateway-openings.ts';
import { ingressOpenings } from './ingress-openings.ts';
import { networkOpenings } from './network-openings.ts';
import type { ObjectChange } from './objects.ts';
import type { Opening } from './opening.ts';
import type { Pairing, Pairings } from './pairing.ts';
import { powerOpenings } from './power-openings.ts';
import { rbacOpenings } from './rbac-openings.ts';
import { workloadOpenings } from './workload-openings.ts';

/** Who may now reach what they could not; and, by the same question asked the other way round, who may no more. */
export function securityChanges(
  before: MeshGraph,
  after: MeshGraph,
  changes: readonly ObjectChange[],
  pairings: Pairings,
): readonly SecurityChange[] {
  return [
    ...grouped('broader', openings(before, after, changes, pairings.forward)),
    ...grouped('narrower', openings(after, before, changes, pairings.backward)),
  ];
}

const openings = (
  was: MeshGraph,
  is: MeshGraph,
  changes: readonly ObjectChange[],
  pairing: Pairing,
): readonly Opening[] => [
  ...workloadOpenings(was, is, pairing),
  ...gatewayOpenings(was, is, pairing),
  ...ingressOpenings(was, is),
  ...clientTlsOpenings(was, is, changes, pairing),
  ...egressOpenings(was, is, pairing),
  ...networkOpenings(was, is, pairing),
  ...corsOpenings(was, is),
  ...powerOpenings(was, is, pairing),
  ...rbacOpenings(was, is),
];

/** What one field does to many is told once. */
function grouped(direction: Direction, all: readonly Opening[]): readonly SecurityChange[] {
  const groups = new Map<string, { readonly first: Opening; readonly subjects: Set<string> }>();
  for (const opening of all) {
    const { topic, opened, by } = opening;
    const key = JSON.stringify([
      topic,
      opened,
      by?.manifest.kind,
      by?.manifest.namespace,
      isOwn(opening) || by?.manifest.name,
    ]);
    const known = groups.get(key);
    if (known) known.subjects.add(opening.subject);
    else groups.set(key, { first: opening, subjects: new Set([opening.subject]) });
  }
  return [...groups.values()].map(({ first: { topic, opened, closed, by }, subjects }) => ({
    direction,
    topic,
    subjects: [...subjects],
    message: direction === 'broader' ? opened : closed,
    by,
  }));
}

/** Whether what says so is the subject itself: many that say the same of themselves are alike. */
const isOwn = ({ subject, by }: Opening): boolean =>
  by !== undefined && subject === `${by.manifest.kind} ${by.manifest.namespace}/${by.manifest.name}`;
