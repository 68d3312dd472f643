import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Namespace } from '../../graph/namespace.ts';
import { closest } from '../../model/closest.ts';
import { injectorsOf } from '../injector-settings.ts';
import { hasMesh, isSystemNamespace, listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** Pods in a namespace without a label get no sidecar: no mutual TLS, no policies, no routes. */
export const namespaceNotInjected = {
  code: 'W240',
  name: 'namespace-not-injected',
  severity: 'info',
  summary: 'A namespace has no label for injection, so its pods get no sidecar.',
  also: ['IST0102'],
  reads: ['Namespace', 'ConfigMap'],
  *check(graph) {
    if (!hasMesh(graph)) return;
    const isByDefault = injectorsOf(graph).some(({ injectsByDefault }) => injectsByDefault);
    const configured = configuredNamespaces(graph);
    for (const namespace of graph.namespaces.values()) {
      const { manifest, name, injection, labels } = namespace;
      if (manifest === undefined || injection !== 'unset' || isSystemNamespace(graph, name)) continue;
      const value = labels['istio-injection'];
      if (value !== undefined && value !== '') {
        yield {
          manifest,
          at: ['metadata', 'labels', 'istio-injection'],
          severity: 'warning',
          message: `istio-injection is "${value}", and Istio knows only enabled and disabled: the pods get no sidecar`,
          fix: closest(value, ['enabled', 'disabled']) === 'disabled' ? 'did you mean "disabled"' : 'write "enabled"',
        };
        continue;
      }
      if (isByDefault) {
        yield {
          manifest,
          at: ['metadata', 'name'],
          also: ['IST0148'],
          message: `namespace ${name} has no label for injection; the injector puts a sidecar into its pods nevertheless, as its configuration says`,
          fix: 'label it istio-injection: enabled or disabled, so that the file says what happens',
        };
        continue;
      }
      const bare = bareWorkloads(graph, namespace);
      if (bare === undefined) continue;
      const kinds = configured.get(name);
      const isMeant = kinds !== undefined && bare.length > 0;
      yield {
        manifest,
        at: ['metadata', 'name'],
        ...(isMeant && { severity: 'warning' as const }),
        message:
          `namespace ${name} has no label for injection: its pods get no sidecar` +
          (isMeant
            ? `, so ${listNames([...kinds])} in it ${kinds.size === 1 ? 'acts' : 'act'} on none of ${listNames(bare)}`
            : ''),
        fix: `add the label istio-injection: enabled to namespace ${name}, or istio-injection: disabled to say that this is meant`,
      };
    }
  },
} satisfies Rule;

/** Names of workloads without a sidecar; undefined where every workload asks for one itself. */
function bareWorkloads(graph: MeshGraph, { name }: Namespace): readonly string[] | undefined {
  const workloads = graph.workloadsBy(name).select({});
  const bare = workloads.filter(({ sidecar }) => sidecar === 'no').map((workload) => workload.name);
  return workloads.length > 0 && bare.length === 0 ? undefined : bare;
}

/** Kinds of policies for sidecars, by namespace. Routes and gateways may be for proxies elsewhere. */
function configuredNamespaces(graph: MeshGraph): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const kind of [
    'AuthorizationPolicy',
    'PeerAuthentication',
    'RequestAuthentication',
    'Sidecar',
    'Telemetry',
  ] as const)
    for (const { namespace } of graph.of(kind)) found.set(namespace, (found.get(namespace) ?? new Set()).add(kind));
  return found;
}
