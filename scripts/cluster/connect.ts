import { existsSync } from 'node:fs';
import type { Cluster } from '../../charts-src/canary/ports/cluster.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { insideWay, ownProxy } from './data-plane/inside-way.ts';
import { liveDataPlane, type LiveDataPlane } from './data-plane/live-data-plane.ts';
import { namedWay } from './data-plane/named-way.ts';
import { portForwardWay } from './data-plane/port-forward-way.ts';
import type { WayIn } from './data-plane/way-in.ts';
import { loadKubeconfig, type ClusterAccess, type KubeconfigOptions } from './kubeconfig.ts';
import { liveCluster } from './live-cluster.ts';

/** Which cluster, and how to get to its proxies. */
export interface ConnectOptions extends KubeconfigOptions {
  /** Namespace of istiod. @default 'istio-system' */
  readonly istioNamespace?: string | undefined;
  /** Admin ports of proxies, as URLs: then no other way is tried. */
  readonly envoys?: readonly string[];
  /** Debug ports of all istiods, as URLs. */
  readonly istiods?: readonly string[];
  /** File with a token for istiod. @default - where Istio mounts one, if it does */
  readonly istiodTokenFile?: string | undefined;
}

/** A cluster that can be asked. Nothing was asked of it yet. */
export interface ClusterConnection {
  readonly cluster: Cluster;
  readonly dataPlane: LiveDataPlane;
  readonly access: ClusterAccess;
  close(): Promise<void>;
}

/**
 * Opens a cluster as a canary needs it.
 * @throws KubeconfigError when it cannot be told which one
 */
export async function connectCluster(options: ConnectOptions): Promise<ClusterConnection> {
  const access = loadKubeconfig(options);
  const client = apiClient(access, { reload: () => loadKubeconfig(options) });
  const dataPlane = liveDataPlane(await wayIn(client, options));
  return {
    cluster: liveCluster(client),
    dataPlane,
    access,
    close: async () => {
      await dataPlane.close();
      client.close();
    },
  };
}

/** Where Istio mounts a token with the audience that istiod asks for. */
const ISTIO_TOKEN = '/var/run/secrets/tokens/istio-token';

/** Long enough for loopback. */
const OWN_PROXY_MS = 500;

/** Named URLs, else our own sidecar and what istiod tells, else the API server. */
async function wayIn(client: ApiClient, options: ConnectOptions): Promise<WayIn> {
  const { istioNamespace = 'istio-system', envoys = [], istiods = [], istiodTokenFile = ISTIO_TOKEN } = options;
  if (envoys.length > 0 || istiods.length > 0) return namedWay({ envoys, istiods });
  const isPod = options.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (!isPod) return portForwardWay(client, { istioNamespace });
  const own = ownProxy();
  const answer = await own.get('/server_info', AbortSignal.timeout(OWN_PROXY_MS));
  if (!answer.ok) {
    own.close();
    return portForwardWay(client, { istioNamespace });
  }
  return existsSync(istiodTokenFile)
    ? insideWay(client, { istioNamespace, tokenFile: istiodTokenFile, own })
    : portForwardWay(client, { istioNamespace, envoys: [own] });
}
