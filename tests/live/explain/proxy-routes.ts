import type { Explanation } from '../../../charts-src/explain/explanation.ts';
import { durationMs } from '../../../charts-src/model/duration.ts';
import { askProxy, type MeshCluster, type PodName } from '../../support/mesh-cluster.ts';

/** A route as istiod told it to a proxy: the parts that explain speaks of. */
export interface ProxyRoute {
  readonly port: string;
  readonly domains: readonly string[];
  readonly name: string;
  /** Weight by cluster; one cluster alone has 1. */
  readonly clusters: Readonly<Record<string, number>>;
  /** `0s` is none. */
  readonly timeout: string;
  readonly retries: number;
  readonly retryOn: readonly string[];
  readonly perTryTimeout: string | null;
}

interface EnvoyRoute {
  readonly name?: string;
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: { readonly clusters: readonly { readonly name: string; readonly weight: number }[] };
    readonly timeout?: string;
    readonly retry_policy?: {
      readonly num_retries?: number;
      readonly retry_on?: string;
      readonly per_try_timeout?: string;
      readonly retriable_status_codes?: readonly number[];
    };
  };
}

interface EnvoyRoutes {
  readonly configs?: readonly {
    readonly route_config: {
      readonly name: string;
      readonly virtual_hosts?: readonly {
        readonly domains: readonly string[];
        readonly routes?: readonly EnvoyRoute[];
      }[];
    };
  }[];
}

/** All routes of a pod's proxy that lead somewhere. */
export async function proxyRoutes(cluster: MeshCluster, pod: PodName): Promise<readonly ProxyRoute[]> {
  const dump = JSON.parse(await askProxy(cluster, pod, '/config_dump?resource=dynamic_route_configs')) as EnvoyRoutes; // Envoy's own
  return (dump.configs ?? []).flatMap(({ route_config: { name: port, virtual_hosts: hosts = [] } }) =>
    hosts.flatMap(({ domains, routes = [] }) =>
      routes.flatMap(({ name = '', route }): readonly ProxyRoute[] => {
        if (route === undefined) return [];
        const { retry_policy: retry, weighted_clusters: weighted, cluster: only } = route;
        return [
          {
            port,
            domains,
            name,
            clusters: weighted ? sums(weighted.clusters.map((one) => [one.name, one.weight])) : { [only ?? '']: 1 },
            timeout: route.timeout ?? '15s',
            retries: retry?.num_retries ?? 0,
            retryOn: [
              ...(retry?.retry_on ?? '').split(',').filter((word) => word !== ''),
              ...(retry?.retriable_status_codes ?? []).map(String),
            ],
            perTryTimeout: retry?.per_try_timeout ?? null,
          },
        ];
      }),
    ),
  );
}

/** A route may name one cluster several times. */
function sums(pairs: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const [name, weight] of pairs) all[name] = (all[name] ?? 0) + weight;
  return all;
}

/** Everything in which a proxy's route differs from what was said of a request that takes it. */
export function routeDifferences(said: Explanation, routes: readonly ProxyRoute[]): readonly string[] {
  if (said.outcome !== 'routed' || said.route === null || said.destinations.length === 0) return [];
  const shares = sums(said.destinations.map(({ cluster, share }) => [cluster, share]));
  const fitting = routes.filter(({ name, clusters }) => name === said.route?.name && sameKeys(clusters, shares));
  if (fitting.length === 0)
    return [
      `no route "${said.route.name}" to ${Object.keys(shares).join(', ')}; the proxy has ${routes
        .filter(({ name }) => name === said.route?.name)
        .map(({ clusters }) => Object.keys(clusters).join('+'))
        .join('; ')}`,
    ];
  const told = fitting.map((route) => differencesOf(said, shares, route));
  // Rules of several VirtualServices may have one name: one of them has to fit.
  return told.find((differences) => differences.length === 0) ?? told[0] ?? [];
}

function differencesOf(
  said: Explanation,
  shares: Readonly<Record<string, number>>,
  route: ProxyRoute,
): readonly string[] {
  const told: string[] = [];
  const expect = (what: string, wanted: unknown, found: unknown): void => {
    if (JSON.stringify(wanted) !== JSON.stringify(found))
      told.push(`${what}: said ${JSON.stringify(wanted)}, the proxy has ${JSON.stringify(found)}`);
  };
  const total = Object.values(route.clusters).reduce((sum, weight) => sum + weight, 0);
  for (const [cluster, share] of Object.entries(shares))
    expect(`share of ${cluster}`, rounded(share), rounded((route.clusters[cluster] ?? 0) / total));
  expect('timeout', said.timeout === null ? 0 : durationMs(said.timeout), durationMs(route.timeout));
  expect('tries', said.tries.attempts, route.retries + 1);
  expect('retry conditions', [...said.tries.on].sort(), [...route.retryOn].sort());
  expect(
    'perTryTimeout',
    said.tries.perTryTimeout === null ? null : durationMs(said.tries.perTryTimeout),
    route.perTryTimeout === null ? null : durationMs(route.perTryTimeout),
  );
  return told;
}

const rounded = (share: number): number => Math.round(share * 1e6) / 1e6;

const sameKeys = (one: object, other: object): boolean =>
  JSON.stringify(Object.keys(one).sort()) === JSON.stringify(Object.keys(other).sort());

/** A cluster as a proxy has it: the limits that explain speaks of. */
interface EnvoyCluster {
  readonly name: string;
  readonly connect_timeout?: string;
  readonly circuit_breakers?: { readonly thresholds?: readonly Readonly<Record<string, unknown>>[] };
  readonly outlier_detection?: Readonly<Record<string, unknown>>;
}

/** Clusters of a pod's proxy by name. */
export async function proxyLimits(cluster: MeshCluster, pod: PodName): Promise<ReadonlyMap<string, EnvoyCluster>> {
  const dump = JSON.parse(await askProxy(cluster, pod, '/config_dump?resource=dynamic_active_clusters')) as {
    readonly configs?: readonly { readonly cluster: EnvoyCluster }[];
  }; // Envoy's own
  return new Map((dump.configs ?? []).map(({ cluster: one }) => [one.name, one]));
}

const NO_LIMIT = 4_294_967_295;

/** Limits of the first destination that differ from the proxy's own. */
export function limitDifferences(said: Explanation, clusters: ReadonlyMap<string, EnvoyCluster>): readonly string[] {
  const [first] = said.destinations;
  if (said.outcome !== 'routed' || first === undefined || first.problem !== null) return [];
  const cluster = clusters.get(first.cluster);
  if (cluster === undefined) return [`the proxy has no cluster ${first.cluster}`];
  const limits = said.circuitBreaker ?? {};
  const [thresholds = {}] = cluster.circuit_breakers?.thresholds ?? [];
  const told: string[] = [];
  for (const field of ['max_connections', 'max_pending_requests', 'max_requests', 'max_retries']) {
    const [wanted, found] = [limits[field] ?? NO_LIMIT, thresholds[field] ?? NO_LIMIT];
    if (wanted !== found) told.push(`${field} of ${first.cluster}: said ${wanted}, the proxy has ${String(found)}`);
  }
  const outlier = cluster.outlier_detection;
  if ((limits['consecutive_5xx'] !== undefined) !== (outlier !== undefined && Object.keys(outlier).length > 0))
    told.push(
      `outlier detection of ${first.cluster}: said ${JSON.stringify(limits)}, the proxy has ${JSON.stringify(outlier)}`,
    );
  else if (outlier !== undefined) {
    const percent = outlier['max_ejection_percent'] ?? 10;
    if (limits['max_ejection_percent'] !== percent)
      told.push(`max_ejection_percent: said ${limits['max_ejection_percent']}, the proxy has ${String(percent)}`);
    if (limits['consecutive_5xx'] !== (outlier['consecutive_5xx'] ?? 5))
      told.push(
        `consecutive_5xx: said ${limits['consecutive_5xx']}, the proxy has ${String(outlier['consecutive_5xx'])}`,
      );
  }
  return told;
}
