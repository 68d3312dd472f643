import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import type { ConnectionPoolSettings } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { carriesRequests, hostOfRule, policyLayers, portsOf } from '../policy-layers.ts';
import type { Hit, Rule } from '../rule.ts';

/** Connections are closed after a few requests, and each new one costs a handshake. */
export const fewRequestsPerConnection = {
  code: 'W312',
  name: 'few-requests-per-connection',
  severity: 'warning',
  summary: 'Connections are closed after a few requests, so that most requests wait for a new mTLS handshake.',
  reads: ['DestinationRule', 'Sidecar', 'Service'],
  *check(graph: MeshGraph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = hostOfRule(graph, rule);
      for (const { policy, at, port } of policyLayers(rule))
        if (host === undefined || carriesRequests(portsOf(host, port)))
          yield* few(rule, policy.connectionPool, [...at, 'connectionPool']);
    }
    for (const sidecar of graph.of('Sidecar'))
      yield* few(sidecar, sidecar.spec.inboundConnectionPool, ['spec', 'inboundConnectionPool']);
  },
} satisfies Rule;

/** From here on the handshake is lost among the requests. */
const ENOUGH = 100;

function* few({ manifest }: Resource, pool: ConnectionPoolSettings | undefined, at: Path): Iterable<Hit> {
  const requests = pool?.http?.maxRequestsPerConnection ?? 0;
  if (requests <= 0 || requests >= ENOUGH) return;
  yield {
    manifest,
    at: [...at, 'http', 'maxRequestsPerConnection'],
    message:
      requests === 1
        ? 'every request needs a connection of its own, with an mTLS handshake: with 2 requests on each, the median request took 2 to 5 times as long'
        : `a connection is closed after ${requests} requests, and the next one costs an mTLS handshake: with 2, the median request took 2 to 5 times as long`,
    fix: `leave it out, or write ${ENOUGH} or more`,
  };
}
