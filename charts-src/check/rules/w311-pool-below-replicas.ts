import { CALL_KINDS, callsOf } from '../../graph/calls.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost } from '../../graph/mesh-host.ts';
import type { ConnectionPoolSettings } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { countOf, podsInWords, podsOf } from '../pod-count.ts';
import {
  carriesHttp1,
  carriesRequests,
  hostOfRule,
  policyLayers,
  portsOf,
  type PolicyLayer,
} from '../policy-layers.ts';
import type { Hit, Rule } from '../rule.ts';

/** A pool that has fewer connections or requests than there are pods: it was taken for a limit of each of them. */
export const poolBelowReplicas = {
  code: 'W311',
  name: 'pool-below-replicas',
  severity: 'warning',
  summary: 'A connection pool allows fewer connections or requests than there are pods.',
  reads: [...CALL_KINDS, 'DestinationRule', 'HorizontalPodAutoscaler'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = hostOfRule(graph, rule);
      if (host === undefined) continue;
      for (const layer of policyLayers(rule)) {
        const hit = belowPods(host, layer) ?? belowCallers(graph, host, layer);
        if (hit) yield hit;
      }
    }
  },
} satisfies Rule;

interface Limit {
  readonly at: Path;
  readonly value: number;
  /** What becomes of what is above it. */
  readonly otherwise: string;
}

/** Envoy keeps one connection to each pod even so; all limits are for the pods together. */
function belowPods(host: MeshHost, { rule, policy, at, subset, port }: PolicyLayer): Hit | undefined {
  const [smallest] = [...limitsOf(policy.connectionPool, host, port)].sort((one, other) => one.value - other.value);
  const pods = podsOf(host, subset?.labels)?.usual ?? 0;
  const least = Math.max(pods, carriesRequests(portsOf(host, port)) && host.ports.length > 0 ? 2 : 0);
  if (smallest === undefined || smallest.value >= least) return undefined;
  const what = subset ? `subset "${subset.name}" of "${host.host}"` : `"${host.host}"`;
  return {
    manifest: rule.manifest,
    at: [...at, 'connectionPool', ...smallest.at],
    message:
      `${smallest.at.at(-1)}: ${smallest.value} ${smallest.value < pods ? `is less than the ${podsInWords(pods)} of ${what}` : `leaves hardly any room at ${what}`}: ` +
      `${smallest.otherwise}; the limit is that of each calling proxy for all pods together, not of one pod, nor of all callers`,
    fix: `write what one caller has under way at its busiest, and at least ${least}`,
  };
}

/** The pool of a host as a whole holds at its pods too, for all that comes in: there it is shared by all callers. */
function belowCallers(
  graph: MeshGraph,
  host: MeshHost,
  { rule, policy, at, subset, port }: PolicyLayer,
): Hit | undefined {
  if (subset !== undefined || port !== undefined || rule.spec.workloadSelector !== undefined) return undefined;
  const room = roomFor(policy.connectionPool, host);
  const pods = podsOf(host)?.usual ?? 0;
  if (room === Infinity || pods === 0 || host.workloads.some((each) => hasOwnInboundPool(graph, each)))
    return undefined;
  const calls = callsOf(graph);
  const callers = calls.callsTo(calls.appOfHost(host)).flatMap(({ caller }) => caller.workloads);
  const clients = countOf(callers)?.usual ?? 0;
  if (clients <= room * pods) return undefined;
  return {
    manifest: rule.manifest,
    at: [...at, 'connectionPool'],
    message:
      `the pool holds at each of the ${podsInWords(pods)} of "${host.host}" too, where it has room for ${room} requests, and ${podsInWords(clients)} call them: ` +
      'one request of each is already too much, and is answered 503 (UO)',
    fix: `leave room for ${Math.ceil(clients / pods)} or more, or give what comes in a pool of its own: "inboundConnectionPool" of a Sidecar`,
  };
}

const hasOwnInboundPool = (graph: MeshGraph, workload: MeshHost['workloads'][number]): boolean =>
  graph.sidecars.for(workload)?.spec.inboundConnectionPool !== undefined;

/** Requests that HTTP/1 has room for: those with a connection, and those in line. */
function roomFor(pool: ConnectionPoolSettings | undefined, host: MeshHost): number {
  const { maxConnections = 0 } = pool?.tcp ?? {};
  const { http1MaxPendingRequests = 0, http2MaxRequests = 0 } = pool?.http ?? {};
  if (!carriesHttp1(host.ports)) return Infinity;
  return Math.min(http2MaxRequests || Infinity, (maxConnections || Infinity) + (http1MaxPendingRequests || Infinity));
}

/** The limits that act on what goes through the ports. */
function limitsOf(
  pool: ConnectionPoolSettings | undefined,
  host: MeshHost,
  port: number | undefined,
): readonly Limit[] {
  const { maxConnections = 0 } = pool?.tcp ?? {};
  const { http1MaxPendingRequests = 0, http2MaxRequests = 0, h2UpgradePolicy } = pool?.http ?? {};
  const ports = portsOf(host, port);
  const isBytes = ports.length > 0 && !carriesRequests(ports);
  const isOneEach = carriesHttp1(ports) && h2UpgradePolicy !== 'UPGRADE';
  const inLine =
    http1MaxPendingRequests > 0 ? `, and those beyond ${http1MaxPendingRequests} are answered 503 (UO)` : '';
  return [
    ...(maxConnections > 0 && (isBytes || isOneEach)
      ? [
          {
            at: ['tcp', 'maxConnections'],
            value: maxConnections,
            otherwise: isBytes
              ? 'further connections of a caller are closed'
              : `beyond one request at a time with each pod, the others of a caller wait in line${inLine}`,
          },
        ]
      : []),
    ...(http1MaxPendingRequests > 0 && isOneEach
      ? [
          {
            at: ['http', 'http1MaxPendingRequests'],
            value: http1MaxPendingRequests,
            otherwise:
              'of the requests of a caller that wait for a new connection, those above it are answered 503 (UO)',
          },
        ]
      : []),
    ...(http2MaxRequests > 0 && !isBytes
      ? [
          {
            at: ['http', 'http2MaxRequests'],
            value: http2MaxRequests,
            otherwise: 'requests of a caller above it are answered 503 (UO)',
          },
        ]
      : []),
  ];
}
