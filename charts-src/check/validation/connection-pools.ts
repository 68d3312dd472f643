import type {
  ConnectionPoolSettings,
  DestinationRuleSpec,
  HTTPConnectionPoolSettings,
  SidecarSpec,
  TCPConnectionPoolSettings,
} from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { goDuration, NANOSECONDS_PER_MS } from './go-duration.ts';
import { refused, type Objections } from './objection.ts';
import { policyBlocks } from './traffic-policies.ts';

/** Limits on connections and requests, where clients keep to them. */
export function* connectionPools(spec: DestinationRuleSpec): Objections {
  for (const { at, policy } of policyBlocks(spec))
    if (policy.connectionPool !== undefined) yield* pool([...at, 'connectionPool'], policy.connectionPool);
}

/** Limits on connections and requests, where servers keep to them. */
export function* inboundConnectionPools({ inboundConnectionPool, ingress = [] }: SidecarSpec): Objections {
  if (inboundConnectionPool !== undefined) yield* pool(['spec', 'inboundConnectionPool'], inboundConnectionPool);
  for (const [index, { connectionPool }] of ingress.entries())
    if (connectionPool !== undefined) yield* pool(['spec', 'ingress', index, 'connectionPool'], connectionPool);
}

function* pool(at: Path, { http, tcp }: ConnectionPoolSettings): Objections {
  if (http === undefined && tcp === undefined) yield refused(at, 'the pool has no limits', 'add http or tcp');
  if (http !== undefined) yield* httpPool([...at, 'http'], http);
  if (tcp !== undefined) yield* tcpPool([...at, 'tcp'], tcp);
}

const HTTP_LIMITS = [
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;

function* httpPool(at: Path, http: HTTPConnectionPoolSettings): Objections {
  for (const field of HTTP_LIMITS) yield* limit([...at, field], http[field]);
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol === true)
    yield refused(
      [...at, 'useClientProtocol'],
      'useClientProtocol keeps the protocol of the client, and h2UpgradePolicy: UPGRADE changes it',
      'keep one of them',
    );
  if (http.http2KeepAlive === undefined) return;
  for (const field of ['interval', 'timeout'] as const)
    if (http.http2KeepAlive[field] === undefined)
      yield refused(
        [...at, 'http2KeepAlive', field],
        `http2KeepAlive has no ${field}`,
        `add "${field}", such as "10s"`,
      );
}

function* tcpPool(at: Path, { maxConnections, idleTimeout }: TCPConnectionPoolSettings): Objections {
  yield* limit([...at, 'maxConnections'], maxConnections);
  if (idleTimeout === undefined) return;
  const nanoseconds = goDuration(idleTimeout);
  if (nanoseconds === undefined)
    yield refused([...at, 'idleTimeout'], `"${idleTimeout}" is no duration`, 'write a number and a unit, such as "1h"');
  // Less than a millisecond is none, which switches the timeout off.
  else if (nanoseconds / NANOSECONDS_PER_MS !== 0n && (nanoseconds < 0n || nanoseconds % NANOSECONDS_PER_MS !== 0n))
    yield refused(
      [...at, 'idleTimeout'],
      `"${idleTimeout}" is no whole number of milliseconds`,
      'write whole milliseconds, or "0s" for none',
    );
}

function* limit(at: Path, value = 0): Objections {
  if (value < 0)
    yield refused(at, `the limit ${value} is less than 0`, 'write a number above 0, or leave it out for none');
}
