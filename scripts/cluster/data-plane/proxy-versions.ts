import type { ProxyStatus } from './syncz.ts';

/** How far a write is known to have come at one istiod, whose versions count up with every push. */
export interface PushProgress {
  /** Highest version that a proxy was seen with that did not hold the write yet. */
  readonly without: number;
  /** A version that holds the write; undefined: no proxy was seen with it. */
  readonly holding: number | undefined;
}

/** What the versions of a proxy say about a write. */
export type VersionVerdict =
  | 'holds'
  /** It was sent, and not acknowledged. */
  | 'lags'
  /** It was sent nothing since: it is late, or does not follow what was written. */
  | 'untouched'
  /** It has a version between the last without the write and the first seen with it. */
  | 'between'
  /** It has no routes at all. */
  | 'routeless';

/** Judges one proxy; before the write was seen anywhere at its istiod, nothing but `lags` can be said. */
export function judgeVersions({ sent, acked }: ProxyStatus, { without, holding }: PushProgress): VersionVerdict {
  if (sent === undefined) return 'routeless';
  if (holding === undefined) return 'lags';
  if (acked !== undefined && acked >= holding) return 'holds';
  if (acked !== sent) return 'lags';
  return sent > without ? 'between' : 'untouched';
}
