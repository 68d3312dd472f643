import type { ProxyName } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { Result } from '../../../charts-src/canary/ports/failure.ts';
import type { Source } from './source.ts';

/** How an engine gets to the proxies and to the istiods. */
export interface WayIn {
  /** In words, for status and JSON: `through the API server`. */
  readonly how: string;
  /** The admin ports of proxies that are known from the beginning: one's own sidecar, those that an option names. */
  readonly envoys: readonly Source[];
  /** Whether these are all that count, by the word of whoever named them. */
  readonly envoysAreAll: boolean;
  /** The admin port of a proxy; undefined when this one cannot be asked. */
  envoy(proxy: ProxyName): Source | undefined;
  /** Every istiod, each for itself: behind their Service one of them would answer for all. None: they cannot be asked. */
  istiods(signal: Cancellation): Promise<Result<readonly Istiod[]>>;
  /** Whether a pod takes traffic. A proxy that is about to end acknowledges nothing any more. */
  podState(pod: ProxyName, signal: Cancellation): Promise<PodState>;
  close(): void;
}

/** An istiod that can be asked. */
export interface Istiod {
  readonly source: Source;
  /** False: it is about to end, so that it may be silent. */
  readonly isReady: boolean;
}

/** `serving`: ready and not about to end. `unknown`: we may not look. */
export type PodState = 'serving' | 'leaving' | 'unknown';
