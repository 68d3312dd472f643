import type { AcknowledgementQuestion } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Reference } from '../../../charts-src/canary/ports/cluster.ts';
import { holdsWrite, type EnvoyRoute } from './envoy-routes.ts';

/** Proxies that have not got a write after so long are looked at one by one. */
const LATE_MS = 1_000;

/** The write that is waited for, since when, and when it was seen first. */
export class AwaitedWrite {
  #question: AcknowledgementQuestion = { hosts: [], marker: null, virtualServices: [], weights: [] };
  #lastMarker: string | null = null;
  #askedFirstAtMs: number;
  #seenAtMs: number | undefined;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#askedFirstAtMs = nowMs();
  }

  get question(): AcknowledgementQuestion {
    return this.#question;
  }

  /** Turns to what is asked now; true: it is another write than at the last look. */
  turnTo(next: AcknowledgementQuestion): boolean {
    if (JSON.stringify(next) === JSON.stringify(this.#question)) return false;
    if (this.#question.marker !== next.marker) this.#lastMarker = this.#question.marker;
    this.#question = next;
    this.#seenAtMs = undefined;
    this.#askedFirstAtMs = this.#nowMs();
    return true;
  }

  /** Whether routes hold it; of one VirtualService, or of all. */
  isIn(routes: readonly EnvoyRoute[], of?: Reference): boolean {
    return holdsWrite(routes, this.#question, this.#lastMarker, of);
  }

  /** Takes note that a proxy of each istiod holds it. */
  see(): void {
    this.#seenAtMs ??= this.#nowMs();
  }

  /** Since it was seen first; undefined: it was not. */
  get sinceSeenMs(): number | undefined {
    return this.#seenAtMs === undefined ? undefined : this.#nowMs() - this.#seenAtMs;
  }

  /** A push takes a moment, and this one takes longer. */
  get isLate(): boolean {
    return this.#nowMs() - this.#askedFirstAtMs >= LATE_MS;
  }
}
