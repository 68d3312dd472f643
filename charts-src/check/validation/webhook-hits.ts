import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { IstioKind, IstioSpecs } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { isConsequence } from '../consequence.ts';
import type { Hit } from '../rule.ts';
import type { Objections } from './objection.ts';
import { shapeProblems } from './shape.ts';

/** What judges the specs of each kind. */
export type Judges = { readonly [K in IstioKind]?: (spec: IstioSpecs[K], manifest: Manifest) => Objections };

/** The codes of istioctl analyze for what the webhook refuses, and for what it warns of. */
export const WEBHOOK_CODES = { error: 'IST0106', warning: 'IST0133' } as const;

/** What judges have against the objects of a mesh; nothing about fields that the API server refuses already. */
export function* webhookHits(graph: Pick<MeshGraph, 'of'>, judges: Judges): Iterable<Hit> {
  // The keys of the table are kinds.
  for (const kind of Object.keys(judges) as IstioKind[]) yield* hitsOf(graph, kind, judges);
}

function* hitsOf<K extends IstioKind>(graph: Pick<MeshGraph, 'of'>, kind: K, judges: Judges): Iterable<Hit> {
  const judge = judges[kind];
  if (judge === undefined) return;
  for (const { spec, manifest } of graph.of(kind))
    for (const { at, severity, what, why, fix, also = [] } of judge(spec, manifest)) {
      if (isConsequence(manifest, at, shapeProblems(manifest)?.paths ?? [])) continue;
      yield { manifest, at, message: `${what}: ${why}`, fix, severity, also: [WEBHOOK_CODES[severity], ...also] };
    }
}
