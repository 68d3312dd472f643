import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf } from '../graph/mesh-host.ts';
import { actionOf, type MtlsMode } from '../graph/policies.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import type { AuthorizationPolicyRule, HTTPMatchRequest, HTTPRoute } from '../imports/istio.ts';
import { inMesh } from './in-mesh.ts';
import { explain, explainAll } from './explain.ts';
import type { ExplainedDestination, Explanation, Origin } from './explanation.ts';
import { findWorkload } from './find-origin.ts';
import { principalOf } from './principal-of.ts';
import { lookUp } from './registry.ts';
import type { Request, RequestProblem } from './request.ts';
import { gatewaysAmong } from './through-gateway.ts';

/**
 * What the proxies of a request would be told, as far as that request is concerned: every route of its host, and the
 * doors of the pods behind them. Enough to build it again with a proxy on one machine.
 */
export interface Blueprint {
  readonly request: Request;
  /** What explain says of the request itself. */
  readonly said: Explanation;
  /** Identity of the client, `cluster.local/ns/shop/sa/orders`. */
  readonly principal: string;
  /** In the order in which they are tried. */
  readonly routes: readonly BlueprintRoute[];
  readonly servers: readonly BlueprintServer[];
  /** What of the mesh is not in it. */
  readonly missing: readonly string[];
  /** Whether servers judge tokens: what they take from a request or add to it is not in it. */
  readonly judgesTokens: boolean;
}

/** One route of the host. */
export interface BlueprintRoute {
  /** Undefined: every request. */
  readonly match: HTTPMatchRequest | undefined;
  /** The rule; undefined for the default route of a host without a VirtualService. */
  readonly http: HTTPRoute | undefined;
  readonly explanation: Explanation;
}

/** Pods of a workload behind a cluster, and what their proxy asks for. */
export interface BlueprintServer {
  /** `Deployment shop/orders-v1`. */
  readonly workload: string;
  readonly cluster: string;
  /** Undefined without a proxy. */
  readonly mode: MtlsMode | undefined;
  /** Port of the container. */
  readonly port: number;
  readonly policies: readonly BlueprintPolicy[];
}

/** An AuthorizationPolicy that selects a server. */
export interface BlueprintPolicy {
  /** `shop/orders`. */
  readonly name: string;
  readonly namespace: string;
  readonly action: 'ALLOW' | 'DENY';
  readonly rules: readonly AuthorizationPolicyRule[];
}

/** The blueprint of a request, or why there is none. */
export function blueprintOf(
  graph: MeshGraph,
  origin: Origin,
  request: Request,
): { readonly blueprint: Blueprint } | { readonly problem: RequestProblem } {
  const found = explain(graph, origin, request);
  if ('problem' in found) return found;
  const all = explainAll(graph, origin, request);
  if ('problem' in all) return all;
  const said = found.explanation;
  const routes = all.answers
    .filter(({ route, explanation }) => route !== undefined || explanation.destinations.length > 0)
    .map(({ route, explanation }) => ({ match: route?.match?.match, http: route?.rule.http, explanation }));
  if (said.route === null && said.outcome !== 'not-found')
    return {
      problem: {
        message: `this request is ${said.outcome} before any route of HTTP, so there is nothing that a proxy could show`,
        fix: 'verify a request from pods with a sidecar, or through a gateway, to a host of the mesh',
      },
    };
  const [gateway] = said.destinations.flatMap(({ workloads }) => gatewaysAmong(graph, workloads));
  if (gateway !== undefined)
    return {
      problem: {
        message: `this request goes on through ${workloadName(gateway)}, and one proxy cannot show what a second one does`,
        fix: `verify it from gateway:${gateway.namespace}/${gateway.name}`,
      },
    };
  const client = origin.kind === 'workload' ? findWorkload(graph, origin.namespace, origin.name) : undefined;
  const destinations = routes.flatMap(({ explanation }) => explanation.destinations);
  return {
    blueprint: {
      request,
      said,
      principal:
        client && 'found' in client
          ? principalOf(graph, client.found)
          : `${graph.settings.trustDomain}/ns/${graph.settings.rootNamespace}/sa/istio-ingressgateway-service-account`,
      routes,
      servers: serversOf(graph, destinations),
      missing: missingParts(graph, origin, destinations),
      judgesTokens: judgesTokens(graph, destinations),
    },
  };
}

function serversOf(graph: MeshGraph, destinations: readonly ExplainedDestination[]): readonly BlueprintServer[] {
  const servers = new Map<string, BlueprintServer>();
  for (const { host, port, cluster, problem, workloads } of destinations) {
    if (problem !== null && workloads.length === 0) continue;
    const meshPort =
      graph.hostsNamed(host).length > 0
        ? lookUp(graph, host, '')?.ports.find(({ number }) => number === port)
        : undefined;
    const pods = workloadsNamed(graph, workloads);
    if (pods.length === 0) servers.set(cluster, { workload: host, cluster, mode: undefined, port, policies: [] });
    for (const workload of pods) {
      const container = (meshPort && containerPortOf(meshPort, workload)) ?? port;
      servers.set(`${cluster} ${workloadName(workload)}`, serverOf(graph, workload, cluster, container));
    }
  }
  return [...servers.values()];
}

const workloadsNamed = (graph: MeshGraph, names: readonly string[]): readonly Workload[] =>
  names.length === 0 ? [] : graph.workloads.filter((workload) => names.includes(workloadName(workload)));

const serverOf = (graph: MeshGraph, workload: Workload, cluster: string, port: number): BlueprintServer => ({
  workload: workloadName(workload),
  cluster,
  mode: inMesh(workload) ? graph.peerAuthentications.modeOf(workload, port).mode : undefined,
  port,
  policies: inMesh(workload)
    ? graph.authorizationPolicies.for(workload).flatMap((policy): readonly BlueprintPolicy[] => {
        const action = actionOf(policy);
        if (action === 'AUDIT' || action === 'CUSTOM') return [];
        if (policy.manifest.annotations['istio.io/dry-run'] === 'true') return [];
        const { namespace, name, spec } = policy;
        return [{ name: `${namespace}/${name}`, namespace, action, rules: spec.rules ?? [] }];
      })
    : [],
});

const judgesTokens = (graph: MeshGraph, destinations: readonly ExplainedDestination[]): boolean =>
  destinations
    .flatMap(({ workloads }) => workloadsNamed(graph, workloads))
    .some((workload) => graph.requestAuthentications.for(workload).length > 0);

function missingParts(
  graph: MeshGraph,
  origin: Origin,
  destinations: readonly ExplainedDestination[],
): readonly string[] {
  const pods = destinations.flatMap(({ workloads }) => workloadsNamed(graph, workloads));
  return [
    ...(origin.kind === 'workload' ? [] : ['policies of the gateway itself, and its TLS']),
    ...(judgesTokens(graph, destinations) ? ['RequestAuthentication: tokens are not looked at'] : []),
    ...(pods.some((workload) =>
      graph.authorizationPolicies.for(workload).some((policy) => actionOf(policy) === 'CUSTOM'),
    )
      ? ['policies with the action CUSTOM']
      : []),
  ];
}
