import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import type { MeshSettings } from '../../charts-src/graph/mesh-settings.ts';
import type { Manifest } from '../../charts-src/manifest/manifest.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';

/** The file that `meshOf` says its text came from. */
export const FILE = 'mesh.yaml';

/**
 * The graph of a text of YAML documents, for tests of rules. Objects without a namespace are in `default`.
 * @throws Error when the text cannot be read: then the test would look at nothing
 * @example
 * const graph = meshOf(`
 *   apiVersion: v1
 *   kind: Service
 *   metadata: { name: orders, namespace: shop }
 * `);
 */
export function meshOf(yaml: string, settings: Partial<MeshSettings> = {}): MeshGraph {
  return buildGraph({ manifests: manifestsOf(yaml), problems: [] }, settings);
}

/** The objects of a text of YAML documents; of a `List` its items.
 * @throws Error when the text cannot be read */
export function manifestsOf(yaml: string, file = FILE): readonly Manifest[] {
  const { manifests, problems } = readManifests(file, yaml);
  const [first] = problems;
  if (first !== undefined) throw new Error(`${first.at.file}:${first.at.line}: ${first.message}`);
  return manifests;
}
