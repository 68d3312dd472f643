import type { ConnectionPoolSettings } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { policyLayers } from '../policy-layers.ts';
import type { Hit, Rule } from '../rule.ts';
import type { Resource } from '../../graph/resource.ts';

/** A limit of 0: Istio takes it for one that is not set. */
export const limitZero = {
  code: 'W310',
  name: 'limit-zero',
  severity: 'warning',
  summary: 'A limit of a connection pool is 0, which means no limit at all.',
  reads: ['DestinationRule', 'Sidecar'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule'))
      for (const { policy, at } of policyLayers(rule))
        yield* zeros(rule, policy.connectionPool, [...at, 'connectionPool']);
    for (const sidecar of graph.of('Sidecar')) {
      yield* zeros(sidecar, sidecar.spec.inboundConnectionPool, ['spec', 'inboundConnectionPool']);
      for (const [index, { connectionPool }] of (sidecar.spec.ingress ?? []).entries())
        yield* zeros(sidecar, connectionPool, ['spec', 'ingress', index, 'connectionPool']);
    }
  },
} satisfies Rule;

const LIMITS = ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRetries'] as const;

function* zeros({ manifest }: Resource, pool: ConnectionPoolSettings | undefined, at: Path): Iterable<Hit> {
  const found: Path[] = [
    ...(pool?.tcp?.maxConnections === 0 ? [[...at, 'tcp', 'maxConnections']] : []),
    ...LIMITS.filter((field) => pool?.http?.[field] === 0).map((field) => [...at, 'http', field]),
  ];
  for (const place of found)
    yield {
      manifest,
      at: place,
      message: `${place.at(-1)}: 0 counts as not set: there is no limit at all, where the strictest one seems meant`,
      fix:
        place.at(-1) === 'maxRetries'
          ? 'write the number of retries that may be under way at once, or switch retries off with "attempts: 0" in the VirtualService'
          : 'write a number above 0, or leave it out',
    };
}
