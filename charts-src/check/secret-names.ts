import type { MeshGraph } from '../graph/mesh-graph.ts';
import { fieldsOf, textOf } from '../manifest/raw.ts';
import { namesByNamespace } from './names-by-namespace.ts';
import { perGraph } from '../graph/per-graph.ts';

/** Names of Secrets by namespace: those of the files, and those that other objects of the files become. */
export const secretNames = perGraph((graph) => namesByNamespace(secretsIn(graph)));

function* secretsIn(graph: MeshGraph): Generator<{ readonly namespace: string; readonly name: string }> {
  yield* graph.objects('Secret', '');
  yield* graph.objects('SealedSecret', 'bitnami.com');
  for (const { namespace, name, object } of graph.objects('ExternalSecret', 'external-secrets.io'))
    yield { namespace, name: textOf(fieldsOf(fieldsOf(object['spec'])['target'])['name']) || name };
  for (const { namespace, object } of graph.objects('Certificate', 'cert-manager.io'))
    yield { namespace, name: textOf(fieldsOf(object['spec'])['secretName']) };
}
