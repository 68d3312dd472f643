import type { Acknowledgement, DataPlane } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../../charts-src/canary/ports/failure.ts';
import { acknowledged, passing, pending, unobservable } from './acknowledgement-result.ts';
import { AwaitedWrite } from './awaited-write.ts';
import { findWitness, type Witness } from './find-witness.ts';
import { IstiodViews, isRefusal, type IstiodView } from './istiod-views.ts';
import { judgeProxies } from './judge-proxies.ts';
import { DUMPS_A_LOOK, KnownProxies } from './known-proxies.ts';
import type { Source } from './source.ts';
import { proxyName } from './syncz.ts';
import type { Istiod, WayIn } from './way-in.ts';

/** The proxies of a real mesh as witnesses. */
export interface LiveDataPlane extends DataPlane {
  /** What acknowledgement has asked for so far, apart from calls to the API server. */
  readonly asked: { readonly envoys: number; readonly istiods: number };
}

/**
 * Asks whether a write has arrived, by the signs that hold (docs/canary-acknowledged.md): the marker in the dump of one
 * Envoy of each istiod, then the versions that the others acknowledged. `sent = acked` alone is true right after a write
 * as well, and istiod's own `config_dump` is never asked for: that can freeze old routes in istiod's cache.
 */
export function liveDataPlane(way: WayIn, nowMs: () => number = () => performance.now()): LiveDataPlane {
  const write = new AwaitedWrite(nowMs);
  const proxies = new KnownProxies(way, write, nowMs);
  const istiods = new IstiodViews();
  /** Why the istiods tell us nothing. */
  let refusal: PortFailure | undefined;

  const because = (): string => (refusal === undefined ? '' : ` (${refusal.message})`);

  const noRoute = (): Result<Acknowledgement> =>
    unobservable(`no proxy that can be asked ${way.how} has a route to ${write.question.hosts.join(', ')}`);

  /** Only the named Envoys can be asked: each has to hold the write, and what others have stays unknown. */
  const askNamed = async (signal: Cancellation): Promise<Result<Acknowledgement>> => {
    await proxies.identify(signal);
    const holding: Source[] = [];
    const lagging: Source[] = [];
    for (const source of way.envoys) {
      const routes = await proxies.routesOf(source, signal);
      if (!routes.ok) return passing(routes.failure);
      if (routes.value.length > 0) (write.isIn(routes.value) ? holding : lagging).push(source);
    }
    const count = holding.length + lagging.length;
    if (count === 0) return noRoute();
    if (lagging.length > 0)
      return pending({
        markerSeen: holding.length > 0,
        holding: holding.length,
        proxies: count,
        lagging: lagging.map((source) => proxies.nameOf(source)),
      });
    return way.envoysAreAll
      ? acknowledged(count, `the marker in each of them, ${way.how}`)
      : unobservable(`the nearest proxy holds it, and istiod cannot be asked about the others ${way.how}${because()}`);
  };

  /** Followers that no istiod is connected with any more, though their pods take traffic, have what they had. */
  const cutOff = async (views: readonly IstiodView[], signal: Cancellation): Promise<readonly string[]> => {
    const connected = new Set(views.flatMap((view) => view.proxies.map(({ id }) => id)));
    const cut: string[] = [];
    for (const id of [...proxies.followers]) {
      if (connected.has(id)) continue;
      if ((await proxies.podState(id, signal)) === 'serving') cut.push(id);
      else proxies.drop(id);
    }
    return cut;
  };

  /** Of those that lag the ones to wait for: who takes long may be about to end, and of many some are enough to ask about. */
  const waitedFor = async (lagging: readonly string[], signal: Cancellation): Promise<readonly string[]> => {
    if (!write.isLate) return lagging;
    const states = await Promise.all(lagging.slice(0, DUMPS_A_LOOK).map((id) => proxies.podState(id, signal)));
    return lagging.filter((_, index) => states[index] !== 'leaving');
  };

  const witnesses = async (views: readonly IstiodView[], signal: Cancellation): Promise<readonly Witness[]> => {
    const found: Witness[] = [];
    for (const view of views)
      for (const virtualService of write.question.virtualServices)
        found.push(await findWitness(view, virtualService, { write, proxies, istiods }, signal));
    return found;
  };

  /** Undefined when no proxy of theirs can witness. */
  const askIstiods = async (
    ready: readonly Istiod[],
    signal: Cancellation,
  ): Promise<Result<Acknowledgement> | undefined> => {
    await proxies.identify(signal);
    const views = await istiods.of(ready, signal);
    if (!views.ok) {
      if (!isRefusal(views.failure)) return passing(views.failure);
      refusal = views.failure;
      return undefined;
    }
    const found = await witnesses(views.value, signal);
    if (found.every((witness) => witness === 'nobody')) return undefined;
    const isSeen = !found.includes('not-yet');
    if (isSeen) write.see();
    const { holding, lagging, timed } = await judgeProxies(views.value, { write, proxies }, signal);
    const waiting = await waitedFor(lagging, signal);
    const late = isSeen && waiting.length === 0 ? await cutOff(views.value, signal) : waiting;
    const has = holding.length + timed.length;
    if (!isSeen || late.length > 0)
      return pending({
        markerSeen: found.includes('seen'),
        holding: has,
        proxies: has + late.length,
        lagging: late.map(proxyName),
      });
    const byTime = timed.length === 0 ? '' : `; of ${timed.length} that could not be looked into, by time`;
    return acknowledged(has, `the marker in one of them, then the versions they acknowledged, ${way.how}${byTime}`);
  };

  return {
    get asked() {
      return { envoys: proxies.asked, istiods: istiods.asked };
    },
    acknowledgement: async (next, signal) => {
      if (next.marker === null && next.weights.length === 0)
        return unobservable('the weights are in routes of TLS or TCP, which no proxy shows with a marker');
      if (write.turnTo(next)) istiods.begin();
      // Who has no right to ask has none at the next look either; a token may be renewed.
      const ready: Result<readonly Istiod[]> =
        refusal?.type === 'forbidden' ? { ok: true, value: [] } : await way.istiods(signal);
      if (!ready.ok) return passing(ready.failure);
      if (ready.value.length > 0) {
        const answer = await askIstiods(ready.value, signal);
        if (answer !== undefined) return answer;
      }
      if (way.envoys.length > 0) return askNamed(signal);
      return ready.value.length > 0 && refusal === undefined
        ? noRoute()
        : unobservable(`neither proxies nor istiod can be asked ${way.how}${because()}`);
    },
    close: () => {
      way.close();
      return Promise.resolve();
    },
  };
}
