import { powersOf } from '../graph/pod-powers.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { objectName } from '../manifest/manifest.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';
import type { Pairing } from './pairing.ts';

/** What pods may do to their node and to the API server that they could not, and namespaces that take such pods. */
export const powerOpenings = (was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] => [
  ...is.workloads.flatMap((workload) => podOpenings(pairing.counterpart(workload), workload)),
  ...levelOpenings(was, is),
];

function podOpenings(previous: Workload | undefined, workload: Workload): readonly Opening[] {
  const had = new Set(previous === undefined ? [] : powersOf(previous).map(({ what }) => what));
  const opening = (what: string, by: Reference): Opening => ({
    topic: 'powers',
    subject: workloadName(workload),
    opened: what,
    closed: `no more: ${what}`,
    by,
  });
  const { manifest } = workload;
  return [
    ...powersOf(workload)
      .filter(({ what }) => !had.has(what))
      .map(({ what, at }) => opening(what, { manifest, at })),
    ...(previous !== undefined && !hasToken(previous) && hasToken(workload)
      ? [
          opening('its pods get a token for the API server', {
            manifest,
            at: [...workload.at, 'spec', 'automountServiceAccountToken'],
          }),
        ]
      : []),
  ];
}

/** Unless something says no, every pod gets one. */
const hasToken = ({ pod }: Workload): boolean => pod.automountServiceAccountToken !== false;

const LABEL = 'pod-security.kubernetes.io/enforce';
const LEVELS = ['privileged', 'baseline', 'restricted'];

/** Source: Pod Security Admission, whose default is privileged */
function levelOpenings(was: MeshGraph, is: MeshGraph): readonly Opening[] {
  return [...is.namespaces.values()].flatMap(({ name, manifest, labels }): readonly Opening[] => {
    const previous = was.namespaces.get(name);
    if (manifest === undefined || previous?.manifest === undefined) return [];
    const [old, now] = [previous.labels[LABEL] ?? 'privileged', labels[LABEL] ?? 'privileged'];
    if (LEVELS.indexOf(now) >= LEVELS.indexOf(old)) return [];
    return [
      {
        topic: 'powers',
        subject: objectName(manifest),
        opened: `takes pods of the level ${now}, no more ${old} only`,
        closed: `takes pods of the level ${old} only, no more ${now}`,
        by: { manifest, at: ['metadata', 'labels', LABEL] },
      },
    ];
  });
}
