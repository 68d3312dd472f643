import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { Reference } from '../../../charts-src/canary/ports/cluster.ts';
import type { AwaitedWrite } from './awaited-write.ts';
import { isOf } from './envoy-routes.ts';
import type { IstiodView, IstiodViews } from './istiod-views.ts';
import type { KnownProxies } from './known-proxies.ts';
import { proxyName, type ProxyStatus } from './syncz.ts';

/** Proxies that one look tries until one can witness. */
const WITNESSES_A_LOOK = 4;

/** `nobody`: no proxy of this istiod has a route of the VirtualService and can be asked. */
export type Witness = 'seen' | 'not-yet' | 'nobody';

/** What is known of a mesh, and what is looked for in it. */
export interface Lookout {
  readonly write: AwaitedWrite;
  readonly proxies: KnownProxies;
  readonly istiods: IstiodViews;
}

/** Looks whether a proxy of an istiod holds what was written to a VirtualService, and by which version. */
export async function findWitness(
  view: IstiodView,
  of: Reference,
  { write, proxies, istiods }: Lookout,
  signal: Cancellation,
): Promise<Witness> {
  const { istiod, arrival } = view;
  const key = `${of.namespace}/${of.name}`;
  if (arrival.holding.has(key)) return 'seen';
  let tries = 0;
  let found: Witness = 'nobody';
  for (const { id, sent, acked } of candidates(view, write, proxies)) {
    if (tries === WITNESSES_A_LOOK) return 'not-yet';
    tries += 1;
    const routes = await proxies.dumpOf(id, signal);
    if (routes === undefined || routes.length === 0) continue;
    if (write.question.virtualServices.length > 1 && !routes.some((route) => isOf(route, of))) continue;
    found = 'not-yet';
    if (!write.isIn(routes, of)) {
      arrival.without = Math.max(arrival.without, acked ?? 0);
      // One that istiod waits for tells nothing about the others.
      if (acked === sent) return 'not-yet';
      continue;
    }
    // What it was sent by now is what it holds or newer; what istiod knows it acknowledged may still be older.
    const after = await istiods.proxiesOf(istiod, signal);
    const newest = after.ok ? after.value.find((proxy) => proxy.id === id)?.sent : undefined;
    if (newest === undefined) return 'not-yet';
    arrival.holding.set(key, newest);
    return 'seen';
  }
  return found;
}

/** Those that have the newest version first: a proxy that hangs must not be the only one that is looked at. */
function candidates({ proxies }: IstiodView, write: AwaitedWrite, known: KnownProxies): readonly ProxyStatus[] {
  const isNear = (id: string): boolean =>
    write.question.virtualServices.some(({ namespace }) => namespace === proxyName(id).namespace);
  return proxies
    .filter(({ id, sent }) => sent !== undefined && !known.isStranger(id) && known.sourceOf(id) !== undefined)
    .sort(
      (one, other) =>
        known.failuresOf(one.id) - known.failuresOf(other.id) ||
        (other.acked ?? 0) - (one.acked ?? 0) ||
        Number(known.isFollower(other.id)) - Number(known.isFollower(one.id)) ||
        Number(isNear(other.id)) - Number(isNear(one.id)),
    );
}
