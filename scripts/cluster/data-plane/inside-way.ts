import { readFileSync } from 'node:fs';
import type { ApiClient } from '../api-client.ts';
import { namedPods } from './named-pods.ts';
import { ENVOY_ADMIN_PORT, ISTIOD_DEBUG_PORT } from './port-forward-way.ts';
import { urlSource, type Source } from './source.ts';
import type { WayIn } from './way-in.ts';

export interface InsideOptions {
  readonly istioNamespace: string;
  /** File with a token of audience `istio-ca`, of a service account that istiod lets see all proxies. */
  readonly tokenFile: string;
  /** The proxy of the pod that this runs in. */
  readonly own: Source;
}

/** The proxy of the pod that this runs in. */
export const ownProxy = (): Source => urlSource(`http://127.0.0.1:${ENVOY_ADMIN_PORT}`, { name: 'our own proxy' });

/**
 * From inside the mesh: the engine's own sidecar is its witness, for which nothing has to be allowed. What the other proxies
 * have, istiod tells those who have a token for it, and `list` on pods of its namespace.
 */
export function insideWay(client: ApiClient, { istioNamespace, tokenFile, own }: InsideOptions): WayIn {
  const pods = namedPods(client);
  const istiods = new Map<string, Source>();
  return {
    how: 'from inside the mesh',
    envoys: [own],
    envoysAreAll: false,
    envoy: () => undefined,
    istiods: async (signal) => {
      const found = await pods.istiods(istioNamespace, signal);
      if (!found.ok) return found;
      return {
        ok: true,
        value: found.value.map(({ namespace, name, address, isReady }) => {
          const host = address.includes(':') ? `[${address}]` : address;
          const known = istiods.get(name);
          const source =
            known ??
            urlSource(`http://${host}:${ISTIOD_DEBUG_PORT}`, {
              name: `${namespace}/${name}`,
              token: () => readFileSync(tokenFile, 'utf8').trim(),
            });
          istiods.set(name, source);
          return { source, isReady };
        }),
      };
    },
    podState: pods.state,
    close: () => {
      for (const source of [own, ...istiods.values()]) source.close();
    },
  };
}
