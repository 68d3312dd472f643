import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Hit, Rule } from '../rule.ts';

/** Something that Istio no longer reads, or is about to stop reading. */
export const removedFromIstio = {
  code: 'W566',
  name: 'removed-from-istio',
  severity: 'warning',
  summary: 'Something that Istio ignores by now, or will.',
  also: ['IST0002'],
  reads: ['Sidecar', 'Telemetry', 'CustomResourceDefinition', 'ConfigMap'],
  *check(graph) {
    yield* egressProxies(graph);
    yield* oldPolicies(graph);
    yield* lightstep(graph);
  },
} satisfies Rule;

function* egressProxies(graph: MeshGraph): Iterable<Hit> {
  for (const { manifest, spec } of graph.of('Sidecar'))
    if (spec.outboundTrafficPolicy?.egressProxy !== undefined)
      yield {
        manifest,
        at: ['spec', 'outboundTrafficPolicy', 'egressProxy'],
        message: 'egressProxy is ignored: what goes to unknown hosts leaves directly, not through that proxy',
        fix: 'remove it, and route known hosts through an egress gateway with ServiceEntry, Gateway and VirtualService',
      };
}

const OLD_GROUP = 'rbac.istio.io';
const OLD_KINDS: ReadonlySet<string> = new Set([
  'ClusterRbacConfig',
  'RbacConfig',
  'ServiceRole',
  'ServiceRoleBinding',
]);

/** Both the definitions and the objects: Istio 1.6 was the last to know them. */
function* oldPolicies({ manifests, objects }: MeshGraph): Iterable<Hit> {
  for (const manifest of objects('CustomResourceDefinition', 'apiextensions.k8s.io')) {
    const [, group = ''] = /^[^.]+\.(.+)$/.exec(manifest.name) ?? [];
    if (group === OLD_GROUP)
      yield {
        manifest,
        at: ['spec', 'group'],
        message: `group ${OLD_GROUP} was removed from Istio: no proxy enforces objects of this definition`,
        fix: 'remove it, and write AuthorizationPolicy objects',
      };
  }
  for (const manifest of manifests)
    if (manifest.group === OLD_GROUP && OLD_KINDS.has(manifest.kind))
      yield {
        manifest,
        at: ['kind'],
        message: `${manifest.kind} was removed from Istio: nothing enforces it, whatever it forbids is allowed`,
        fix: 'write an AuthorizationPolicy in its place',
      };
}

/** Names of tracing providers, which only MeshConfig explains. */
function* lightstep(graph: MeshGraph): Iterable<Hit> {
  const providers = graph.meshConfig?.mesh['extensionProviders'];
  const names = new Set(
    (Array.isArray(providers) ? (providers as readonly unknown[]) : []).flatMap((provider) =>
      isLightstep(provider) ? [provider.name] : [],
    ),
  );
  if (names.size === 0) return;
  for (const { manifest, spec } of graph.of('Telemetry'))
    for (const [index, { providers: used = [] }] of (spec.tracing ?? []).entries())
      for (const [place, { name }] of used.entries())
        if (names.has(name))
          yield {
            manifest,
            at: ['spec', 'tracing', index, 'providers', place, 'name'],
            message: `provider "${name}" is of the type lightstep, which is deprecated: a later Istio sends it no traces`,
            fix: 'use a provider of the type opentelemetry',
          };
}

const isLightstep = (provider: unknown): provider is { readonly name: string } =>
  typeof provider === 'object' &&
  provider !== null &&
  'lightstep' in provider &&
  'name' in provider &&
  typeof provider.name === 'string';
