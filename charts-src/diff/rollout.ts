import type { MeshGraph } from '../graph/mesh-graph.ts';
import { objectName } from '../manifest/manifest.ts';
import { own } from '../model/own.ts';
import { orderChanges } from './apply-order.ts';
import type { RolloutChange } from './change.ts';
import { refusedChanges } from './immutable-fields.ts';
import type { ObjectChange } from './objects.ts';
import type { Pairings } from './pairing.ts';
import { removalChanges } from './removals.ts';
import { restartChanges } from './restarts.ts';

/** What applying the change does: what is refused, what has to come first, which pods are made anew, what could drop requests. */
export const rolloutChanges = (
  before: MeshGraph,
  after: MeshGraph,
  changes: readonly ObjectChange[],
  pairings: Pairings,
): readonly RolloutChange[] => [
  ...refusedChanges(changes),
  ...orderChanges(before, after),
  ...restartChanges(before, after, changes, pairings),
  ...removalChanges(before, after, changes),
  ...unjudgedChanges(changes),
];

/** Kinds that reach into proxies, or into the routing of other ones, in ways that are not worked out. */
const UNJUDGED: Readonly<Record<string, readonly string[]>> = {
  'networking.istio.io': ['EnvoyFilter', 'ProxyConfig'],
  'extensions.istio.io': ['WasmPlugin'],
  'telemetry.istio.io': [],
  'gateway.networking.k8s.io': ['Gateway', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'ReferenceGrant'],
  'networking.k8s.io': ['Ingress'],
};

function unjudgedChanges(changes: readonly ObjectChange[]): readonly RolloutChange[] {
  return changes.flatMap((change): readonly RolloutChange[] => {
    const manifest = 'after' in change ? change.after : change.before;
    const spec = manifest.object['spec'];
    const targets = typeof spec === 'object' && spec !== null && ('targetRef' in spec || 'targetRefs' in spec);
    const isPolicy = manifest.group === 'security.istio.io' && targets;
    if (!isPolicy && !(own(UNJUDGED, manifest.group) ?? []).includes(manifest.kind)) return [];
    return [
      {
        topic: 'unjudged',
        subject: objectName(manifest),
        message: isPolicy
          ? 'is for what it targets by name: whom it lets in there is not worked out. Look at it yourself'
          : 'can do anything to requests, and what it does is not worked out. Look at it yourself',
        by: { manifest, at: ['spec'] },
      },
    ];
  });
}
