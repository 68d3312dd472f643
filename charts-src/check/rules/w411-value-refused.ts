import { istioSchemas } from '../../imports/istio-schemas.ts';
import { istioKindOf } from '../../graph/resource.ts';
import type { Rule } from '../rule.ts';
import { shapeProblems } from '../validation/shape.ts';

/** A value that the definition of an Istio kind refuses: of a wrong type, not in a list, too long, or missing. */
export const valueRefused = {
  code: 'W411',
  name: 'value-refused',
  severity: 'error',
  summary: 'A value does not fit the definition of its kind.',
  also: ['IST0106'],
  reads: Object.keys(istioSchemas),
  *check({ manifests }) {
    for (const manifest of manifests) {
      const kind = istioKindOf(manifest);
      if (kind === undefined) continue;
      for (const { path, what, why, fix } of shapeProblems(kind, manifest).refused)
        yield { manifest, at: path, message: `${what}: ${why}`, fix };
    }
  },
} satisfies Rule;
