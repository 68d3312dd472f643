import type {
  Acknowledgement,
  AcknowledgementQuestion,
  DataPlane,
  ProxyName,
} from '../../charts-src/canary/ports/acknowledgement.ts';
import type { KubernetesObject, Reference } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { InMemoryCluster, Version } from './in-memory-cluster.ts';

/** A proxy of the in-memory mesh. */
export interface InMemoryProxy extends ProxyName {
  /** From the write to the proxy: debounce and push. */
  delayMs: number;
  /** Since when it takes nothing new; null: it does. */
  heldSinceMs: number | null;
}

/** Proxies in memory: each holds the versions of VirtualServices that have reached it. */
export interface InMemoryDataPlane extends DataPlane {
  readonly proxies: InMemoryProxy[];
  /** resourceVersions that istiod never pushes: what `config_dump` at the wrong moment does to a real one. */
  readonly lost: Set<string>;
  /** What a proxy holds of a VirtualService, now or at some other time. */
  held(proxy: InMemoryProxy, reference: Reference, atMs?: number): KubernetesObject | undefined;
  /** Whether anybody may ask. */
  isObservable: boolean;
}

export function inMemoryDataPlane(cluster: InMemoryCluster, nowMs: () => number): InMemoryDataPlane {
  const proxies: InMemoryProxy[] = [];
  const lost = new Set<string>();

  const held = (
    { delayMs, heldSinceMs }: InMemoryProxy,
    reference: Reference,
    at = nowMs(),
  ): KubernetesObject | undefined => {
    const until = Math.min(at - delayMs, heldSinceMs ?? Number.POSITIVE_INFINITY);
    const reached = ({ atMs, object }: Version): boolean =>
      atMs <= until && !lost.has(object.metadata.resourceVersion ?? '');
    const version = cluster.history(reference).findLast(reached);
    return version?.type === 'changed' ? version.object : undefined;
  };

  const holds = (proxy: InMemoryProxy, { marker, virtualServices }: AcknowledgementQuestion): boolean =>
    virtualServices.every((reference) => {
      const names = routeNames(held(proxy, reference));
      if (marker !== null) return names.some((name) => name.endsWith(marker));
      // Routes of TCP have no name: then the proxies are compared with what lies there.
      return names.join() === routeNames(cluster.get('VirtualService', reference)).join();
    });

  const plane: InMemoryDataPlane = {
    proxies,
    lost,
    held,
    isObservable: true,
    acknowledgement: async (question): Promise<Result<Acknowledgement>> => {
      await Promise.resolve();
      if (!plane.isObservable || question.marker === null)
        return { ok: true, value: { state: 'unobservable', why: 'no proxy can be asked from here' } };
      const lagging = proxies.filter((proxy) => !holds(proxy, question));
      if (lagging.length === 0)
        return { ok: true, value: { state: 'acknowledged', proxies: proxies.length, how: 'marker in every proxy' } };
      const holding = proxies.length - lagging.length;
      return {
        ok: true,
        value: {
          state: 'pending',
          markerSeen: holding > 0,
          holding,
          proxies: proxies.length,
          lagging: lagging.map(({ namespace, pod }) => ({ namespace, pod })),
        },
      };
    },
    close: async () => undefined,
  };
  return plane;
}

const routeNames = (object: KubernetesObject | undefined): readonly string[] => {
  const http = object?.spec?.['http'];
  if (!Array.isArray(http)) return [];
  return (http as readonly unknown[]).map((route) =>
    typeof route === 'object' && route !== null && 'name' in route ? String(route.name) : '',
  );
};
