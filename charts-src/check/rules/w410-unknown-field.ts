import { istioSchemas } from '../../imports/istio-schemas.ts';
import type { IstioKind } from '../../imports/istio.ts';
import { istioKindOf } from '../../graph/resource.ts';
import { gatewayApiShapes } from '../../graph/gateway-api.ts';
import { closest } from '../../model/closest.ts';
import { apiServer } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';
import { shapeProblems } from '../validation/shape.ts';

const TOP_LEVEL = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/** A field that a kind of Istio or of the Gateway API does not have: kubectl and server-side apply refuse the object, others drop the field. */
export const unknownField = {
  code: 'W410',
  name: 'unknown-field',
  severity: 'error',
  summary: 'An object has a field that its kind does not have.',
  also: ['IST0106'],
  reads: [...Object.keys(istioSchemas), ...Object.keys(gatewayApiShapes)],
  *check({ manifests }) {
    for (const manifest of manifests) {
      const found = shapeProblems(manifest);
      if (found === undefined) continue;
      for (const name of Object.keys(manifest.object))
        if (!TOP_LEVEL.includes(name))
          yield {
            manifest,
            at: [name],
            message: `unknown field ${JSON.stringify(name)}: ${apiServer.unknownField}`,
            fix: topLevelFix(istioKindOf(manifest), name),
          };
      for (const { path, what, why, fix } of found.unknown)
        yield { manifest, at: path, message: `${what}: ${why}`, fix };
    }
  },
} satisfies Rule;

function topLevelFix(kind: IstioKind | undefined, name: string): string {
  if (kind !== undefined && Object.hasOwn(istioSchemas[kind].spec.fields, name)) return `move it into "spec"`;
  const meant = closest(name, TOP_LEVEL);
  return meant === undefined ? `remove it; fields here: ${TOP_LEVEL.join(', ')}` : `did you mean "${meant}"?`;
}
