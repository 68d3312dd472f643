import { urlSource } from './source.ts';
import type { WayIn } from './way-in.ts';

/**
 * By URLs that somebody names: admin ports of proxies, debug ports of istiods. Without an istiod the named proxies are all
 * that count; with istiods they are the witnesses, and whatever istiod is connected with counts.
 */
export function namedWay({
  envoys,
  istiods,
}: {
  readonly envoys: readonly string[];
  readonly istiods: readonly string[];
}): WayIn {
  const proxies = envoys.map((url) => urlSource(url));
  const controls = istiods.map((url) => ({ source: urlSource(url), isReady: true }));
  return {
    how: 'at the URLs that were named',
    envoys: proxies,
    envoysAreAll: istiods.length === 0,
    envoy: () => undefined,
    istiods: () => Promise.resolve({ ok: true, value: controls }),
    podState: () => Promise.resolve('unknown'),
    close: () => {
      for (const source of [...proxies, ...controls.map(({ source: of }) => of)]) source.close();
    },
  };
}
