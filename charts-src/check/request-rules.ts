import { fullHost } from '../model/host.ts';
import { httpRulesOf, type HttpRule } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import { isDelegate } from '../graph/virtual-services.ts';

/** A rule for requests, and the VirtualService whose hosts it is for. */
export interface RequestRule {
  readonly virtualService: Resource<'VirtualService'>;
  readonly rule: HttpRule;
}

type Graph = Pick<MeshGraph, 'of' | 'virtualServices'>;

const known = new WeakMap<Graph, readonly RequestRule[]>();

/** All rules for requests, delegates joined in; worked out once for a mesh. */
export function requestRules(graph: Graph): readonly RequestRule[] {
  const found =
    known.get(graph) ??
    graph
      .of('VirtualService')
      .filter((virtualService) => !isDelegate(virtualService))
      .flatMap((virtualService) =>
        httpRulesOf(virtualService, graph.virtualServices).rules.map((rule) => ({ virtualService, rule })),
      );
  known.set(graph, found);
  return found;
}

/** Those that send requests on: not those that redirect or answer themselves. */
export const forwardingRules = (graph: Graph): readonly RequestRule[] =>
  requestRules(graph).filter(({ rule }) => (rule.http.route ?? []).length > 0);

/** Whether all that a rule sends requests to is known, and speaks gRPC: there every request is a POST. */
export function speaksOnlyGrpc(
  graph: Pick<MeshGraph, 'lookUp' | 'settings'>,
  { rule: { http, place } }: RequestRule,
): boolean {
  // A delegate's short names are of its own namespace.
  const { namespace } = place.virtualService;
  const ports = (http.route ?? []).map(({ destination: { host, port } }) => {
    const found = graph.lookUp(fullHost(host, namespace, graph.settings.clusterDomain), namespace);
    return found?.ports.filter(({ number }) => port?.number === undefined || number === port.number) ?? [];
  });
  return (
    ports.length > 0 &&
    ports.every(
      (some) => some.length > 0 && some.every(({ protocol }) => protocol === 'GRPC' || protocol === 'GRPC-Web'),
    )
  );
}
