import type { Client } from '../graph/destination-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { clusterOf, sniOf } from './cluster.ts';
import type { ExplainedDestination, Explanation } from './explanation.ts';
import { fromGateway } from './from-gateway.ts';
import { proxyOf } from './gateway-proxy.ts';
import type { Request } from './request.ts';
import type { Steps } from './steps.ts';

/** Who sent a request: with the identity that mutual TLS tells. */
export interface GatewayClient extends Client {
  readonly principal: string | undefined;
}

/**
 * Follows a request on from the proxies of a gateway that it was sent to, such as an egress gateway: what they make of
 * it is what its client sees. Destinations, tries and timeout stay those of the client's own proxy.
 */
export function throughGateway(
  graph: MeshGraph,
  client: GatewayClient,
  request: Request,
  sent: Explanation,
  steps: Steps,
): Explanation {
  const gateways = sent.destinations.flatMap(({ workloads }) => gatewaysAmong(graph, workloads));
  const [destination, ...others] = sent.destinations;
  const [pods] = gateways;
  if (sent.outcome !== 'routed' || destination === undefined || pods === undefined) return sent;
  if (others.length > 0 || gateways.length < destination.workloads.length) {
    steps.assume(`${workloadName(pods)} hands its part on: ask from gateway:${pods.namespace}/${pods.name} about that`);
    return sent;
  }
  const arriving = requestAt(graph, client, request, destination, sent);
  const found = fromGateway(graph, proxyOf(graph, pods), arriving, steps, {
    principal: sent.mtls.client === 'mutual' ? client.principal : undefined,
  });
  const { outcome, authorization, redirect } = found;
  const upstream = found.upstream ?? sent.upstream;
  // What closes the connection of a proxy that looks into requests makes it answer 503.
  const isRequest = sent.route !== null && sent.upstream !== null;
  const status = found.status ?? (outcome === 'routed' || !isRequest ? null : 503);
  return { ...sent, outcome, status, authorization, redirect, upstream };
}

/** Pods of gateways among workloads of these names. */
export const gatewaysAmong = (graph: MeshGraph, names: readonly string[]): readonly Workload[] =>
  names.length === 0
    ? []
    : graph.workloads.filter((workload) => workload.isGateway && names.includes(workloadName(workload)));

/** The request as the gateway gets it: changed by the route that led there, in the TLS of the client's proxy. */
function requestAt(
  graph: MeshGraph,
  client: Client,
  request: Request,
  { host, port, subset }: ExplainedDestination,
  { upstream, mtls }: Explanation,
): Request {
  if (upstream === null) return { ...request, port };
  const [path = ''] = upstream.path.split('?');
  const sni = sniOf(clusterOf(graph, client, { host, port, subset: subset ?? undefined }), mtls.client);
  return {
    ...request,
    port,
    path,
    headers: { ...upstream.headers, host: upstream.authority },
    scheme: mtls.client === 'plain' ? 'http' : 'https',
    host: mtls.client === 'plain' ? request.host : (sni ?? upstream.authority),
  };
}
