import type { SidecarSpec } from '../imports/istio.ts';
import type { Edge } from '../model/edge.ts';
import type { Party } from '../model/party.ts';

/** Connections and requests that a proxy passes to its own application at once. */
const MAX_INBOUND = 1024;

/** Limits a workload's proxy to what its edges name: it knows, and reaches, nothing else. */
export function sidecarSpec(party: Party, edges: readonly Edge[]): SidecarSpec {
  return {
    workloadSelector: { labels: { ...party.podLabels } },
    // Without this, the pool that a DestinationRule sets for each caller would also be the limit of all together.
    inboundConnectionPool: {
      tcp: { maxConnections: MAX_INBOUND },
      http: { http1MaxPendingRequests: MAX_INBOUND, http2MaxRequests: MAX_INBOUND },
    },
    ...egress(edges),
  };
}

/** For pods of a namespace that no edge names: their proxies reach nothing. */
export const namespaceSidecarSpec = (): SidecarSpec => egress([]);

function egress(edges: readonly Edge[]): Pick<SidecarSpec, 'egress' | 'outboundTrafficPolicy'> {
  const hosts = new Set(edges.flatMap(hostsOf));
  return {
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    // Istio refuses an empty list; `~/*` is its way to say "none".
    egress: [{ hosts: hosts.size > 0 ? [...hosts].sort() : ['~/*'] }],
  };
}

function hostsOf({ callee, ...edge }: Edge): string[] {
  if (edge.kind === 'external')
    return ('hosts' in callee ? callee.hosts : []).map((host) => `${callee.namespace}/${host}`);
  if (!('host' in callee)) return [];
  return [callee.host, ...(callee.headlessHost ? [callee.headlessHost] : [])].map(
    (host) => `${callee.namespace}/${host}`,
  );
}
