import type { Manifest } from '../../manifest/manifest.ts';
import type { Rule } from '../rule.ts';

/** A Secret with its values among the manifests: base64 is no encryption. */
export const secretInFiles = {
  code: 'W271',
  name: 'secret-in-files',
  severity: 'info',
  summary: 'A Secret stands among the manifests with its values.',
  reads: ['Secret'],
  *check(graph) {
    for (const manifest of graph.objects('Secret', '')) {
      const found = valuesOf(manifest);
      if (found === undefined) continue;
      yield {
        manifest,
        at: [found.field],
        message: `${found.keys} of this Secret can be read by whoever has these files: base64 is no encryption`,
        fix: 'keep the values out of the repository: External Secrets, Sealed Secrets, SOPS, or kubectl create secret by hand',
      };
    }
  },
} satisfies Rule;

function valuesOf({ object }: Manifest): { readonly field: string; readonly keys: string } | undefined {
  // SOPS leaves a note of its own beside what it has encrypted; the cluster makes tokens by itself.
  if (object['sops'] !== undefined || object['type'] === 'kubernetes.io/service-account-token') return undefined;
  for (const field of ['stringData', 'data']) {
    const data = object[field];
    if (typeof data !== 'object' || data === null || Array.isArray(data)) continue;
    const keys = Object.entries(data).filter(([key, value]) => typeof value === 'string' && isSecret(key, value));
    if (keys.length > 0) return { field, keys: keys.map(([key]) => key).join(', ') };
  }
  return undefined;
}

/** Certificates of authorities are for everybody; templates and references are no values yet. */
const isSecret = (key: string, value: string): boolean =>
  value.trim() !== '' &&
  !/^(?:ca\.crt|cacert|ca\.pem|.*-ca\.crt)$/.test(key) &&
  !/^(?:\$\{|\{\{|<|ENC\[|ref\+|vault:)/.test(value.trim());
