import { istioKindOf } from '../../graph/resource.ts';
import type { Rule } from '../rule.ts';
import { isBuiltIn } from '../validation/built-in-kinds.ts';
import { istioAnnotations } from '../validation/istio-annotations.ts';
import { metadataRefusals } from '../validation/metadata.ts';

/** A name, label or annotation that Kubernetes or Istio refuses. */
export const metadataRefused = {
  code: 'W413',
  name: 'metadata-refused',
  severity: 'error',
  summary: 'A name, label or annotation of an object is refused.',
  reads: ['*'],
  *check({ manifests }) {
    for (const manifest of manifests) {
      const istioKind = istioKindOf(manifest);
      // What else is in files may never go to a cluster, or has rules of its own.
      if (istioKind === undefined && !isBuiltIn(manifest)) continue;
      for (const { at, what, fix } of metadataRefusals(manifest))
        yield { manifest, at, message: `${what}: the API server refuses the object`, fix };
      if (istioKind === undefined) continue;
      for (const { at, what, why, fix } of istioAnnotations(istioKind, manifest))
        yield { manifest, at, message: `${what}: ${why}`, fix, also: ['IST0106'] };
    }
  },
} satisfies Rule;
