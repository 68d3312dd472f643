import { independence, type Burstiness } from './burstiness.ts';
import { growth, shareAtOdds } from './growth.ts';
import { kept, logSum } from './logarithms.ts';
import { fairShare, type Scrape } from './scrape.ts';

/**
 * Between which bounds the ratio of the two rates lies: a confidence sequence. For each candidate, bettors that hold
 * the ratio to be smaller, and others that hold it to be larger, bet against it; it is out when either reach their goal.
 */
export interface RatioInterval {
  /** Logarithms of what each bettor has, candidate by candidate. */
  readonly smaller: readonly (readonly number[])[];
  readonly larger: readonly (readonly number[])[];
}

/** Candidates that bounds are made of. */
export const CANDIDATES = [0.5, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 50] as const;
/** Who bets on a smaller ratio holds it to be so many times the candidate. */
const SMALLER = [0.7, 0.4, 0.2, 0.02] as const;
const LARGER = [1.5, 3, 10] as const;

export const NO_INTERVAL: RatioInterval = {
  smaller: CANDIDATES.map(() => SMALLER.map(() => 0)),
  larger: CANDIDATES.map(() => LARGER.map(() => 0)),
};

/** Adds a scrape, of which `burstiness` knows already. */
export function narrow(interval: RatioInterval, scrape: Scrape, burstiness: Burstiness): RatioInterval {
  const share = fairShare(scrape);
  const { canary, stable } = scrape;
  if (share === undefined || canary.events + stable.events === 0) return interval;
  const patience = independence(burstiness, scrape);
  const bets = (capital: RatioInterval['smaller'], multiples: readonly number[]) =>
    CANDIDATES.map((candidate, at) => {
      const stake = { canary: canary.events, stable: stable.events, share: shareAtOdds(share, candidate) };
      return multiples.map((multiple, bettor) =>
        kept((capital[at]?.[bettor] ?? 0) + growth(stake, multiple, patience)),
      );
    });
  return { smaller: bets(interval.smaller, SMALLER), larger: bets(interval.larger, LARGER) };
}

/** The bounds, each with at most this chance of ever being wrong; null: none yet on this side. */
export function boundsOf(
  interval: RatioInterval,
  chance: number,
): { readonly above: number | null; readonly below: number | null } {
  const goal = -Math.log(chance);
  const isOut = (capital: readonly number[]): boolean => logSum(capital) - Math.log(capital.length) >= goal;
  const below = CANDIDATES.find((_, at) => isOut(interval.smaller[at] ?? [0]));
  const above = CANDIDATES.findLast((_, at) => isOut(interval.larger[at] ?? [0]));
  return { above: above ?? null, below: below ?? null };
}
