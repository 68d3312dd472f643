import type { MeshGraph } from '../graph/mesh-graph.ts';
import { hostCovers } from '../model/host.ts';
import { direct } from './direct.ts';
import type { Explanation } from './explanation.ts';
import type { Collect } from './follow-routes.ts';
import { fromGateway } from './from-gateway.ts';
import { boundPort, proxyOf } from './gateway-proxy.ts';
import { authorityOf } from './match-request.ts';
import { otherDoors } from './not-followed.ts';
import { withoutPort } from './proxy-routes.ts';
import type { Request } from './request.ts';
import type { Steps } from './steps.ts';

/** From outside: through the gateway that has the host, else straight to the Service. */
export function fromOutside(
  graph: MeshGraph,
  request: Request,
  steps: Steps,
  collect: Collect | undefined,
): Explanation {
  steps.add('client', 'a client outside of the mesh', 'it has no proxy and no identity');
  const name = withoutPort(authorityOf(request)).toLowerCase();
  const node = graph.gateways.find((one) => {
    const proxy = proxyOf(graph, one);
    const port = boundPort(graph, proxy, request.port);
    return one.servers.some(
      ({ server, hosts }) =>
        boundPort(graph, proxy, server.port.number) === port && hosts.some(({ host }) => hostCovers(host, name)),
    );
  });
  if (node !== undefined) return fromGateway(graph, proxyOf(graph, node), request, steps, { collect });
  steps.assume(...otherDoors(graph, name, request.port));
  return direct(graph, 'default', request, steps);
}
