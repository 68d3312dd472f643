import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { AwaitedWrite } from './awaited-write.ts';
import type { IstiodView } from './istiod-views.ts';
import type { KnownProxies } from './known-proxies.ts';
import { judgeVersions, type PushProgress } from './proxy-versions.ts';
import type { ProxyStatus } from './syncz.ts';

/** So long after others had the write, a proxy that was sent nothing is one that does not follow what was written... */
const UNTOUCHED_MS = 2_000;

/** ...or, if it did follow before, so long: no istiod holds a push back for more than 10 s. */
const UNTOUCHED_FOLLOWER_MS = 11_000;

/** Proxies by what is known of the write in them. Those that do not route to the hosts are in none of the lists. */
export interface ProxyVerdicts {
  readonly holding: readonly string[];
  readonly lagging: readonly string[];
  /** Nothing but the time that has passed says that they hold it. */
  readonly timed: readonly string[];
}

/** `unclear`: only a dump can tell. */
type Verdict = keyof ProxyVerdicts | 'stranger' | 'unclear';

/** Judges every connected proxy by its versions, by its dump, or, where neither can be had, by time. */
export async function judgeProxies(
  views: readonly IstiodView[],
  { write, proxies: known }: { readonly write: AwaitedWrite; readonly proxies: KnownProxies },
  signal: Cancellation,
): Promise<ProxyVerdicts> {
  const by: Record<Verdict, string[]> = { holding: [], lagging: [], timed: [], stranger: [], unclear: [] };
  for (const { proxies, arrival } of views) {
    const isWitnessed = arrival.holding.size > 0;
    const progress = {
      without: arrival.without,
      holding: isWitnessed ? Math.max(...arrival.holding.values()) : undefined,
    };
    for (const proxy of proxies) by[verdictOf(proxy, progress, write, known)].push(proxy.id);
  }
  const looked = await known.lookInto(by.unclear, signal);
  return {
    holding: [...by.holding, ...looked.holding],
    lagging: [...by.lagging, ...looked.lagging],
    timed: by.timed,
  };
}

/** Also takes note of what the versions say of a proxy: that it follows, or that it does not. */
function verdictOf(proxy: ProxyStatus, progress: PushProgress, write: AwaitedWrite, known: KnownProxies): Verdict {
  const { id, sent, acked } = proxy;
  const verdict = judgeVersions(proxy, progress);
  if (verdict === 'holds') {
    known.follow(id);
    return 'holding';
  }
  const isFollower = known.isFollower(id);
  // Not one that routes to the host, or not yet: then it will be sent the newest routes.
  if (known.isStranger(id) || (verdict === 'routeless' && !isFollower)) return 'stranger';
  const sinceSeenMs = write.sinceSeenMs ?? 0;
  // Nobody at this istiod could be looked into.
  if (progress.holding === undefined) return sent === acked && sinceSeenMs >= UNTOUCHED_MS ? 'timed' : 'lagging';
  if (verdict === 'routeless' || (verdict === 'lags' && isFollower && !write.isLate)) return 'lagging';
  if (known.canBeAsked(id)) return 'unclear';
  const isWaitedFor = sinceSeenMs < (isFollower ? UNTOUCHED_FOLLOWER_MS : UNTOUCHED_MS);
  if (verdict === 'lags' || isWaitedFor) return 'lagging';
  if (verdict === 'between') return 'timed';
  known.estrange(id);
  return 'stranger';
}
