import { certificatesOf, GATEWAY_API, gatewayApiOf, ROUTE_KINDS, type ApiReference } from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Hit, Rule } from '../rule.ts';
import { secretNames } from '../secret-names.ts';
import { serviceIndex } from '../service-index.ts';

/** A route or Gateway names something of another namespace that does not let it: no ReferenceGrant there says so. */
export const referenceNotGranted = {
  code: 'W164',
  name: 'reference-not-granted',
  severity: 'error',
  summary: 'A route or Gateway names an object of another namespace without a ReferenceGrant there.',
  reads: [
    ...ROUTE_KINDS,
    'Gateway',
    'ReferenceGrant',
    'Service',
    'Secret',
    'Certificate',
    'ExternalSecret',
    'SealedSecret',
  ],
  *check(graph) {
    const api = gatewayApiOf(graph);
    for (const { kind, namespace, manifest, parents, backends } of api.routes) {
      // Routes for callers in the mesh need no grant. Source: Istio's buildMeshAndGatewayRoutes
      if (!parents.some((parent) => parent.kind === 'Gateway' && parent.group === GATEWAY_API)) continue;
      for (const backend of backends)
        if (backend.group === '' && backend.kind === 'Service' && !api.isGranted({ kind, namespace }, backend))
          yield { manifest, ...hit(graph, backend, { kind, namespace }, 'requests that are for it get 500') };
    }
    for (const gateway of api.gateways)
      for (const listener of gateway.listeners)
        for (const certificate of certificatesOf(listener, gateway)) {
          const from = { kind: 'Gateway', namespace: gateway.namespace };
          if (certificate.kind !== 'Secret' || api.isGranted(from, certificate)) continue;
          yield {
            manifest: gateway.manifest,
            ...hit(
              graph,
              certificate,
              from,
              `listener "${listener.name ?? ''}" has no certificate and takes no connection`,
            ),
          };
        }
  },
} satisfies Rule;

function hit(
  graph: MeshGraph,
  { kind, name, namespace, at }: ApiReference,
  from: Pick<ApiReference, 'kind' | 'namespace'>,
  effect: string,
): Omit<Hit, 'manifest' | 'place'> & { readonly at: ApiReference['at'] } {
  // A grant is kept where its namespace is: without a word about that, it may be there all the same.
  const isKnown =
    (kind === 'Service'
      ? serviceIndex(graph).named(namespace, name) !== undefined
      : secretNames(graph).get(namespace)?.has(name) === true) ||
    graph.objects('ReferenceGrant', GATEWAY_API).length > 0;
  return {
    at: [...at, 'namespace'],
    ...(!isKnown && { severity: 'warning' as const }),
    message: `no ReferenceGrant of namespace "${namespace}" lets ${from.kind}s of "${from.namespace}" name ${kind} "${name}"${isKnown ? '' : ' among the files'}: ${effect}`,
    fix: `add to "${namespace}" a ReferenceGrant with from: [{ group: ${GATEWAY_API}, kind: ${from.kind}, namespace: ${from.namespace} }] and to: [{ group: "", kind: ${kind} }]`,
  };
}
