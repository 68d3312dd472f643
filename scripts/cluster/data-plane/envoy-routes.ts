import type { AcknowledgementQuestion } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Reference } from '../../../charts-src/canary/ports/cluster.ts';

/** A route of an Envoy to a host that is asked for. */
export interface EnvoyRoute {
  /** Route configuration that it is in: `80`, `http.8080`. */
  readonly configuration: string;
  readonly name: string;
  /** VirtualService that it was made of, as Istio notes it down. */
  readonly virtualService: Reference | undefined;
  /** Weights by cluster; one cluster alone has 100. */
  readonly weights: ReadonlyMap<string, number>;
}

/** Path of an Envoy's admin port that shows its routes, all or those of some configurations. */
export const routesPath = (configurations: readonly string[]): string =>
  `/config_dump?resource=dynamic_route_configs${configurations.length === 0 ? '' : `&name_regex=${encodeURIComponent(`^(${configurations.map(escaped).join('|')})$`)}`}`;

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Routes of a dump that lead to one of the hosts. Undefined when it is no dump. */
export function routesTo(hosts: readonly string[], dump: string): readonly EnvoyRoute[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(dump);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  // Envoy's own format; what has no routes leaves the field out, at each level.
  const { configs = [] } = parsed as RoutesDump;
  return configs.flatMap(({ route_config: configuration }) =>
    (configuration?.virtual_hosts ?? []).flatMap(({ routes = [] }) =>
      routes.flatMap((route): readonly EnvoyRoute[] => {
        const weights = weightsOf(route);
        if (![...weights.keys()].some((cluster) => hosts.includes(hostOf(cluster)))) return [];
        return [
          {
            configuration: configuration?.name ?? '',
            name: route.name ?? '',
            virtualService: virtualServiceOf(route.metadata?.filter_metadata?.istio?.config),
            weights,
          },
        ];
      }),
    ),
  );
}

interface RoutesDump {
  readonly configs?: readonly {
    readonly route_config?: {
      readonly name?: string;
      readonly virtual_hosts?: readonly { readonly routes?: readonly RouteEntry[] }[];
    };
  }[];
}

interface RouteEntry {
  readonly name?: string;
  readonly metadata?: { readonly filter_metadata?: { readonly istio?: { readonly config?: string } } };
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: { readonly clusters?: readonly { readonly name: string; readonly weight?: number }[] };
  };
}

const weightsOf = ({ route }: RouteEntry): ReadonlyMap<string, number> =>
  route?.cluster !== undefined
    ? new Map([[route.cluster, 100]])
    : new Map((route?.weighted_clusters?.clusters ?? []).map(({ name, weight = 0 }) => [name, weight]));

/** `outbound|80|v1|orders.shop.svc.cluster.local` */
const hostOf = (cluster: string): string => cluster.split('|')[3] ?? '';
const subsetOf = (cluster: string): string => cluster.split('|')[2] ?? '';

/** `/apis/networking.istio.io/v1/namespaces/shop/virtual-service/orders` */
const virtualServiceOf = (config: string | undefined): Reference | undefined => {
  const match = /\/namespaces\/([^/]+)\/virtual-service\/(.+)$/.exec(config ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : { namespace: match[1], name: match[2] };
};

/** Whether a route's name holds this marker, and not one that goes on: Istio puts names of roots before it, of matches behind. */
const bears = (name: string, marker: string): boolean => {
  const at = name.indexOf(marker);
  return at >= 0 && !/^[A-Za-z0-9]/.test(name.slice(at + marker.length));
};

/**
 * Whether routes are those of the write that is asked about. With several VirtualServices the marker has to be in a route
 * of `of`, if any route is of it: a sidecar says nothing about what a gateway has.
 */
export function holdsWrite(
  routes: readonly EnvoyRoute[],
  { marker, weights }: Pick<AcknowledgementQuestion, 'marker' | 'weights'>,
  last: string | null,
  of?: Reference,
): boolean {
  const own = of === undefined ? routes : routes.filter((route) => isOf(route, of));
  const looked = own.length === 0 ? routes : own;
  if (marker !== null) return looked.some(({ name }) => bears(name, marker));
  const isOld = last !== null && looked.some(({ name }) => bears(name, last));
  return !isOld && looked.some((route) => hasWeights(route, weights));
}

/** Whether a route was made of this VirtualService. A delegate's routes are those of its root. */
export const isOf = ({ virtualService }: EnvoyRoute, { namespace, name }: Reference): boolean =>
  virtualService?.name === name && virtualService.namespace === namespace;

/** Istio leaves destinations without a share out. */
const hasWeights = (route: EnvoyRoute, wanted: AcknowledgementQuestion['weights']): boolean => {
  const shares = wanted.filter(({ weight }) => weight > 0);
  const clusters = [...route.weights].filter(([, weight]) => weight > 0);
  return (
    clusters.length === shares.length &&
    shares.every(({ host, subset, weight }) =>
      clusters.some(
        ([cluster, found]) =>
          hostOf(cluster) === host && subsetOf(cluster) === (subset ?? '') && (shares.length === 1 || found === weight),
      ),
    )
  );
};
