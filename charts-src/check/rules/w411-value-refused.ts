import { istioSchemas } from '../../imports/istio-schemas.ts';
import { gatewayApiShapes } from '../../graph/gateway-api.ts';
import type { Rule } from '../rule.ts';
import { shapeProblems } from '../validation/shape.ts';

/** A value that the definition of a kind of Istio or of the Gateway API refuses: of a wrong type, not in a list, too long, or missing. */
export const valueRefused = {
  code: 'W411',
  name: 'value-refused',
  severity: 'error',
  summary: 'A value does not fit the definition of its kind.',
  also: ['IST0106'],
  reads: [...Object.keys(istioSchemas), ...Object.keys(gatewayApiShapes)],
  *check({ manifests }) {
    for (const manifest of manifests) {
      for (const { path, what, why, fix } of shapeProblems(manifest)?.refused ?? [])
        yield { manifest, at: path, message: `${what}: ${why}`, fix };
    }
  },
} satisfies Rule;
