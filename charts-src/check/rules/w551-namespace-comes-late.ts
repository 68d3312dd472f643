import type { Rule } from '../rule.ts';

/** Objects are applied before the namespace that they are in. */
export const namespaceComesLate = {
  code: 'W551',
  name: 'namespace-comes-late',
  severity: 'warning',
  summary: 'A namespace stands below objects that are in it.',
  reads: ['Namespace'],
  *check({ manifests }) {
    const firstIn = new Map<string, (typeof manifests)[number]>();
    for (const manifest of manifests) {
      if (manifest.kind !== 'Namespace' || manifest.group !== '') {
        const key = `${manifest.file} ${manifest.namespace}`;
        if (manifest.namespace !== '' && !firstIn.has(key)) firstIn.set(key, manifest);
        continue;
      }
      const early = firstIn.get(`${manifest.file} ${manifest.name}`);
      if (early === undefined) continue;
      yield {
        manifest,
        at: [],
        message: `${early.kind} "${early.name}" is in this namespace and stands above it in the same file: kubectl applies from the top, so the first time the API server refuses it, as the namespace is not there`,
        fix: 'move the Namespace to the top of the file',
      };
    }
  },
} satisfies Rule;
