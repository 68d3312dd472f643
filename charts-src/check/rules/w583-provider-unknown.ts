import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';
import { fieldsOf, itemsOf } from '../../manifest/raw.ts';

/** A policy or a Telemetry names a provider that MeshConfig does not have. */
export const providerUnknown = {
  code: 'W583',
  name: 'provider-unknown',
  severity: 'error',
  summary: 'A provider is named that MeshConfig does not have among its extensionProviders.',
  reads: ['AuthorizationPolicy', 'Telemetry', 'ConfigMap'],
  *check(graph) {
    const { meshConfig } = graph;
    if (meshConfig === undefined) return;
    const declared = itemsOf(meshConfig.mesh['extensionProviders']).flatMap((provider) => {
      const { name } = fieldsOf(provider);
      return typeof name === 'string' ? [name] : [];
    });
    for (const { resource, name, at, effect, builtIn } of named(graph)) {
      const known = [...declared, ...builtIn];
      if (known.some((each) => each === name || (builtIn.length > 0 && each.toLowerCase() === name.toLowerCase())))
        continue;
      const meant = closest(name, known);
      yield {
        manifest: resource.manifest,
        at,
        ...(builtIn.length > 0 ? { severity: 'warning' as const } : {}),
        message: `MeshConfig has no extensionProvider "${name}" (it has ${listNames(known) || 'none'}): ${effect}`,
        fix: meant === undefined ? 'add it to extensionProviders of MeshConfig' : `did you mean "${meant}"`,
      };
    }
  },
} satisfies Rule;

interface Named {
  readonly resource: Resource;
  readonly name: string;
  readonly at: Path;
  readonly effect: string;
  /** Those that Istio has without a word in MeshConfig. */
  readonly builtIn: readonly string[];
}

/** Source: Istio's DefaultMeshConfig */
const BUILT_IN = ['prometheus', 'stackdriver', 'envoy'];

function* named(graph: MeshGraph): Generator<Named> {
  for (const policy of graph.of('AuthorizationPolicy')) {
    const { action, provider } = policy.spec;
    if (action === 'CUSTOM' && provider?.name !== undefined && provider.name !== '')
      yield {
        resource: policy,
        name: provider.name,
        at: ['spec', 'provider', 'name'],
        effect: 'istiod refuses everything that the policy is about, and callers get 403',
        builtIn: [],
      };
  }
  for (const telemetry of graph.of('Telemetry'))
    for (const field of ['tracing', 'metrics', 'accessLogging'] as const)
      for (const [index, { providers = [] }] of (telemetry.spec[field] ?? []).entries())
        for (const [place, { name }] of providers.entries())
          if (name !== undefined && name !== '')
            yield {
              resource: telemetry,
              name,
              at: ['spec', field, index, 'providers', place, 'name'],
              effect: 'nothing is sent to it',
              builtIn: BUILT_IN,
            };
}
