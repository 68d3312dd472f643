import type { ProxyName } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { Result } from '../../../charts-src/canary/ports/failure.ts';
import type { Duplex } from 'node:stream';
import type { ApiClient } from '../api-client.ts';
import { namedPods, type PodLister } from './named-pods.ts';
import { connectedSource, type Source } from './source.ts';
import { spdyConnection, type SpdyConnection } from './spdy-connection.ts';
import type { WayIn } from './way-in.ts';

/** Envoy's admin port, on loopback of each pod with a sidecar. */
export const ENVOY_ADMIN_PORT = 15000;

/** istiod's debug port. */
export const ISTIOD_DEBUG_PORT = 15014;

export interface PortForwardOptions {
  /** Where the istiods are. */
  readonly istioNamespace: string;
  /** Proxies that need no connection through the API server. */
  readonly envoys?: readonly Source[];
}

/**
 * From outside the mesh, through the API server: `create` on `pods/portforward` and `list` on pods. One connection a pod,
 * opened when it is needed and kept for the run. In istiod's pod it comes from loopback, where no token is asked for.
 */
export function portForwardWay(client: ApiClient, { istioNamespace, envoys = [] }: PortForwardOptions): WayIn {
  const pods: PodLister = namedPods(client);
  const connections = new Map<string, Promise<Result<SpdyConnection>>>();
  const sources = new Map<string, Source>();
  /** Namespaces in which we may not. */
  const forbidden = new Set<string>();

  const connectionTo = async (pod: ProxyName, signal: Cancellation): Promise<Result<SpdyConnection>> => {
    const key = `${pod.namespace}/${pod.pod}`;
    const known = await connections.get(key);
    if (known?.ok === true && known.value.ended === undefined) return known;
    const connecting = client
      .upgrade({
        what: `forward to a port of pod ${key}`,
        object: { kind: 'Pod', namespace: pod.namespace, name: pod.pod },
        verb: 'create',
        resource: 'pods/portforward',
        method: 'POST',
        path: `/api/v1/namespaces/${pod.namespace}/pods/${pod.pod}/portforward`,
        headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' },
        signal,
      })
      .then((upgraded): Result<SpdyConnection> => {
        if (!upgraded.ok) {
          if (upgraded.failure.type === 'forbidden') forbidden.add(pod.namespace);
          return upgraded;
        }
        return { ok: true, value: spdyConnection(upgraded.value.socket, upgraded.value.head) };
      });
    connections.set(key, connecting);
    return connecting;
  };

  const sourceIn = (pod: ProxyName, port: number): Source => {
    const key = `${pod.namespace}/${pod.pod}:${port}`;
    const known = sources.get(key);
    if (known !== undefined) return known;
    const source = connectedSource(`${pod.namespace}/${pod.pod}`, async (signal): Promise<Result<Duplex>> => {
      const connection = await connectionTo(pod, signal);
      return connection.ok ? { ok: true, value: connection.value.connect(port) } : connection;
    });
    sources.set(key, source);
    return source;
  };

  return {
    how: 'through the API server',
    envoys,
    envoysAreAll: false,
    envoy: (proxy) => (forbidden.has(proxy.namespace) ? undefined : sourceIn(proxy, ENVOY_ADMIN_PORT)),
    istiods: async (signal) => {
      if (forbidden.has(istioNamespace)) return { ok: true, value: [] };
      const istiods = await pods.istiods(istioNamespace, signal);
      if (!istiods.ok) return istiods;
      return {
        ok: true,
        value: istiods.value.map(({ namespace, name, isReady }) => ({
          source: sourceIn({ namespace, pod: name }, ISTIOD_DEBUG_PORT),
          isReady,
        })),
      };
    },
    podState: pods.state,
    close: () => {
      for (const source of [...envoys, ...sources.values()]) source.close();
      for (const connecting of connections.values())
        void connecting.then((connection) => {
          if (connection.ok) connection.value.close();
        });
    },
  };
}
