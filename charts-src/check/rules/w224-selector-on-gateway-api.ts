import { targetsOf } from '../../graph/policies.ts';
import type { Labels } from '../../graph/labels.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Rule } from '../rule.ts';

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** Policies reach a gateway of the Gateway API by naming it; by a selector only as long as istiod is told so. */
export const selectorOnGatewayApi = {
  code: 'W224',
  name: 'selector-on-gateway-api',
  severity: 'info',
  summary: 'A policy selects the pods of a Gateway API gateway by labels instead of naming the gateway.',
  also: ['IST0166'],
  reads: ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin', 'Gateway'],
  *check(graph) {
    for (const { manifest, selector } of selectingPolicies(graph)) {
      const gateway = gatewayOf(graph, manifest.namespace, selector);
      if (gateway === undefined) continue;
      yield {
        manifest,
        at: ['spec', 'selector'],
        ...(gateway.isWaypoint && { severity: 'warning' as const }),
        message: gateway.isWaypoint
          ? `the pods of waypoint "${gateway.name}" are selected by labels: a waypoint reads only policies that target it or a Service, so this one does nothing there`
          : `the pods of gateway "${gateway.name}" are selected by labels: that holds only while istiod runs with ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY`,
        fix: `write targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: ${gateway.name} }] instead of the selector`,
      };
    }
  },
} satisfies Rule;

function* selectingPolicies(graph: MeshGraph): Generator<{ readonly manifest: Manifest; readonly selector: Labels }> {
  for (const kind of ['AuthorizationPolicy', 'RequestAuthentication'] as const)
    for (const policy of graph.of(kind)) {
      const selector = policy.spec.selector?.matchLabels;
      if (selector !== undefined && Object.keys(selector).length > 0 && targetsOf(policy).length === 0)
        yield { manifest: policy.manifest, selector };
    }
  for (const kind of ['Telemetry', 'WasmPlugin'] as const)
    for (const { manifest, spec } of graph.of(kind)) {
      const selector = spec.selector?.matchLabels;
      if (
        selector !== undefined &&
        Object.keys(selector).length > 0 &&
        spec.targetRef === undefined &&
        (spec.targetRefs ?? []).length === 0
      )
        yield { manifest, selector };
    }
}

/** The gateway whose pods labels find: among the pods, or by its name, since istiod makes the pods. */
function gatewayOf(
  graph: MeshGraph,
  namespace: string,
  selector: Labels,
): { readonly name: string; readonly isWaypoint: boolean } | undefined {
  const pods = graph
    .workloadsBy(namespace)
    .select(selector)
    .find(({ labels }) => labels[GATEWAY_NAME] !== undefined);
  const name = selector[GATEWAY_NAME] ?? pods?.labels[GATEWAY_NAME];
  if (name === undefined) return undefined;
  const declared = graph
    .objects('Gateway', 'gateway.networking.k8s.io')
    .find((gateway) => gateway.name === name && gateway.namespace === namespace);
  if (declared === undefined && pods === undefined) return undefined;
  const spec = declared?.object['spec'] as { readonly gatewayClassName?: unknown } | null | undefined; // JSON of any shape
  const className = spec?.gatewayClassName ?? pods?.labels['gateway.networking.k8s.io/gateway-class-name'];
  return { name, isWaypoint: className === 'istio-waypoint' };
}
