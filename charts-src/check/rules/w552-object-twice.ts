import { objectName, type Manifest } from '../../manifest/manifest.ts';
import type { Rule } from '../rule.ts';

/** An object is written twice, and only one of the two can be in the cluster. */
export const objectTwice = {
  code: 'W552',
  name: 'object-twice',
  severity: 'warning',
  summary: 'One object is written twice.',
  reads: ['*'],
  *check({ manifests }) {
    const first = new Map<string, Manifest>();
    for (const manifest of manifests) {
      // Of those with generateName the API server makes a new one each time.
      if (manifest.name === '' || isGenerated(manifest)) continue;
      const key = `${manifest.group}/${objectName(manifest)}`;
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, manifest);
        continue;
      }
      const isInOneFile = other.file === manifest.file;
      yield {
        manifest,
        at: ['metadata', 'name'],
        // In several files it may be a base and what is laid over it, which are never applied together.
        ...(isInOneFile ? {} : { severity: 'info' as const }),
        message: `${objectName(manifest)} is written in ${isInOneFile ? `line ${other.position([]).line}` : other.file} too: applied together, the later one overwrites the earlier, and what only that one says is gone`,
        fix: 'make one of them, or give them different names or namespaces',
      };
    }
  },
} satisfies Rule;

const isGenerated = ({ object }: Manifest): boolean => {
  const metadata = object['metadata'] as { readonly name?: unknown } | null | undefined; // JSON of any shape
  return metadata?.name === undefined;
};
