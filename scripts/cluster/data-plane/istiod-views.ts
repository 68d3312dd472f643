import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../../charts-src/canary/ports/failure.ts';
import { notUnderstood, type Source } from './source.ts';
import { readSyncz, type ProxyStatus } from './syncz.ts';
import type { Istiod } from './way-in.ts';

/** A write at one istiod. */
export interface Arrival {
  /** Highest version that a proxy was seen with that did not hold the write yet. */
  without: number;
  /** By VirtualService: a version that holds it. */
  readonly holding: Map<string, number>;
}

/** What an istiod says, and what is known of a write there. */
export interface IstiodView {
  readonly istiod: Source;
  readonly proxies: readonly ProxyStatus[];
  readonly arrival: Arrival;
}

/** The istiods of a mesh: what each says of its proxies, and what is known of the write there. */
export class IstiodViews {
  /** Calls to istiods so far. */
  asked = 0;
  readonly #arrivals = new Map<string, Arrival>();

  /** Another write: what is known of versions so far stays, but none of them holds it. */
  begin(): void {
    for (const { holding } of this.#arrivals.values()) holding.clear();
  }

  async proxiesOf(istiod: Source, signal: Cancellation): Promise<Result<readonly ProxyStatus[]>> {
    this.asked += 1;
    const answer = await istiod.get('/debug/syncz', signal);
    if (!answer.ok) return answer;
    const proxies = readSyncz(answer.value);
    return proxies === undefined
      ? { ok: false, failure: notUnderstood(istiod, answer.value) }
      : { ok: true, value: proxies };
  }

  /** What they say now. One that does not let us look, or is ready and silent, is a failure; others may be silent. */
  async of(istiods: readonly Istiod[], signal: Cancellation): Promise<Result<readonly IstiodView[]>> {
    const answers = await Promise.all(
      istiods.map(async (istiod) => ({ ...istiod, proxies: await this.proxiesOf(istiod.source, signal) })),
    );
    const views: IstiodView[] = [];
    for (const { source, isReady, proxies } of answers) {
      if (!proxies.ok) {
        if (isReady || isRefusal(proxies.failure)) return proxies;
        continue;
      }
      const arrival = this.#arrivalAt(source, proxies.value);
      if (proxies.value.length > 0) views.push({ istiod: source, proxies: proxies.value, arrival });
    }
    return { ok: true, value: views };
  }

  #arrivalAt({ name }: Source, proxies: readonly ProxyStatus[]): Arrival {
    const arrival = this.#arrivals.get(name) ?? { without: 0, holding: new Map() };
    // An istiod that was started again counts from the beginning.
    const newest = Math.max(0, ...proxies.map(({ sent }) => sent ?? 0));
    if (newest < arrival.without) arrival.without = 0;
    if (newest < Math.max(0, ...arrival.holding.values())) arrival.holding.clear();
    this.#arrivals.set(name, arrival);
    return arrival;
  }
}

/** istiod, or the API server on the way to it, does not let us look: that does not pass. */
export const isRefusal = ({ type }: PortFailure): boolean => type === 'forbidden' || type === 'unauthenticated';
