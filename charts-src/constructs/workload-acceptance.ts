import { judgeAnnotations } from '../manifest/judge-annotations.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import type { Mesh } from './mesh.ts';

/** What is accepted of a workload: what its author accepts, and its image by tag where the mesh takes tags. */
export function workloadAcceptance(
  mesh: Pick<Mesh, 'imagesByTag'>,
  image: string | undefined,
  accepts: Acceptances | undefined,
): {
  readonly accepts: Acceptances;
  readonly takesTag: boolean;
  readonly annotations: Readonly<Record<string, string>>;
} {
  const { imagesByTag } = mesh;
  const takesTag = imagesByTag !== undefined && image?.includes('@') !== true;
  const all = { ...accepts, ...(takesTag && { 'image-by-tag': imagesByTag }) };
  return { accepts: all, takesTag, annotations: { ...acceptanceAnnotations(all), ...judgeAnnotations(all) } };
}
