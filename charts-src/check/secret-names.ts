import type { MeshGraph } from '../graph/mesh-graph.ts';
import { perGraph } from './per-graph.ts';
import { fieldsOf } from '../manifest/raw.ts';

/** Names of Secrets by namespace: those of the files, and those that other objects of the files become. */
export const secretNames = perGraph((graph): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const [namespace, name] of namesIn(graph)) found.set(namespace, (found.get(namespace) ?? new Set()).add(name));
  return found;
});

function* namesIn(graph: MeshGraph): Generator<readonly [namespace: string, name: string]> {
  for (const { namespace, name } of graph.objects('Secret', '')) yield [namespace, name];
  for (const { namespace, name } of graph.objects('SealedSecret', 'bitnami.com')) yield [namespace, name];
  for (const { namespace, name, object } of graph.objects('ExternalSecret', 'external-secrets.io'))
    yield [namespace, textOr(fieldsOf(fieldsOf(object['spec'])['target'])['name'], name)];
  for (const { namespace, object } of graph.objects('Certificate', 'cert-manager.io'))
    yield [namespace, textOr(fieldsOf(object['spec'])['secretName'], '')];
}

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;
