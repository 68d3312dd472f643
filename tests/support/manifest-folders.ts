import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCollection, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './api-server.ts';

/** One document of a manifest file, as an object and as the very text of the file. */
export interface ManifestDocument {
  readonly file: string;
  readonly object: KubernetesObject;
  readonly text: string;
}

const EXTENSION = '.k8s.yaml';

/** The folders below this one that hold manifests, each of which is one mesh. */
export const leafFolders = (root: string): readonly string[] => {
  if (!existsSync(root)) return [];
  const entries = readdirSync(root, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => leafFolders(join(root, name)));
  return entries.some((entry) => entry.isFile() && entry.name.endsWith(EXTENSION)) ? [root, ...below] : below;
};

/** The documents of a leaf folder in the order in which they can be applied: what holds others comes first.
 * @throws Error when a file is no YAML, or a document no Kubernetes object */
export const readLeaf = (folder: string): readonly ManifestDocument[] => {
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      const source = readFileSync(file, 'utf8');
      return parseAllDocuments(source).flatMap((document) => {
        if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`);
        if (document.contents === null) return [];
        const object: unknown = document.toJS();
        if (!isCollection(document.contents) || !isKubernetesObject(object)) {
          throw new Error(`${file}: a document without apiVersion, kind and metadata.name`);
        }
        const [start, , end] = document.contents.range ?? [0, 0, source.length];
        return [{ file, object, text: source.slice(start, end) }];
      });
    });
  const rank = ({ object }: ManifestDocument): number =>
    object.kind === 'CustomResourceDefinition' ? 0 : object.kind === 'Namespace' ? 1 : 2;
  return documents.sort((one, other) => rank(one) - rank(other));
};

const isKubernetesObject = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' &&
  value !== null &&
  'apiVersion' in value &&
  typeof value.apiVersion === 'string' &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  'metadata' in value &&
  typeof value.metadata === 'object' &&
  value.metadata !== null &&
  'name' in value.metadata &&
  typeof value.metadata.name === 'string';
