import { burstSize, independence, learnBurstiness, NOTHING_LEARNED, type Burstiness } from './burstiness.ts';
import { growth, growthOfEach, type Stake } from './growth.ts';
import { kept, logSum } from './logarithms.ts';
import { fairShare, type Scrape } from './scrape.ts';

/**
 * A sequential comparison of two rates that may be looked at any time. Bettors start with a capital of 1 together, and
 * bet against "events at the canary are no more frequent". If that is so, the chance that their capital ever reaches
 * 1/a is at most a (Ville 1939), however often one looks and however the weights move.
 */
export interface Comparison {
  /** Logarithms of what the bettors have, in the order of {@link BETTORS}. */
  readonly capital: readonly number[];
  /** The most that they ever had together, as a logarithm. */
  readonly peak: number;
  readonly burstiness: Burstiness;
}

/** Somebody who holds that events at the canary are `ratio` times as frequent. */
interface Bettor {
  readonly ratio: number;
  /** Share of the capital at the start, and of what is divided anew. */
  readonly share: number;
  /**
   * `patient`: may lose at most what one cause can take, wins at most what one cause can give, in each scrape.
   * `hasty`: takes a cause to bring no more events than {@link burstSize}, and so can be sure after one scrape.
   * `idle`: keeps what there is for a canary that turns bad later.
   */
  readonly kind: 'patient' | 'hasty' | 'idle';
}

const PATIENT = 0.83;
const HASTY = 0.15;
const IDLE = 0.02;

/** Most of the capital is where bugs are, at several times as many failures; the rest for what is much worse, or little. */
const BETTORS: readonly Bettor[] = [
  ...(
    [
      [1.5, 0.05],
      [3, 0.2],
      [8, 0.4],
      [20, 0.25],
      [80, 0.1],
    ] as const
  ).map(([ratio, part]): Bettor => ({ ratio, share: PATIENT * part, kind: 'patient' })),
  ...[10, 60].map((ratio): Bettor => ({ ratio, share: HASTY / 2, kind: 'hasty' })),
  { ratio: 1, share: IDLE, kind: 'idle' },
];

/**
 * So much of the capital is divided anew after each scrape (Herbster and Warmuth 1998): without it, those who bet on a
 * bad canary have lost it all by the time it turns bad.
 */
const REDIVIDED = 0.02;

export const NO_COMPARISON: Comparison = {
  capital: BETTORS.map(({ share }) => kept(Math.log(share))),
  peak: 0,
  burstiness: NOTHING_LEARNED,
};

/** Adds a scrape. `burst`: how many events one cause may bring in one, where nothing was learned yet. */
export function compare(comparison: Comparison, scrape: Scrape, burst: number): Comparison {
  const share = fairShare(scrape);
  if (share === undefined) return comparison;
  const burstiness = learnBurstiness(comparison.burstiness, scrape);
  const stake: Stake = { canary: scrape.canary.events, stable: scrape.stable.events, share };
  if (stake.canary + stake.stable === 0) return { ...comparison, burstiness };
  const patience = independence(burstiness, scrape);
  const size = burstSize(burstiness, scrape, burst);
  const capital = BETTORS.map(({ ratio, kind }, bettor) => {
    const before = comparison.capital[bettor] ?? -Infinity;
    switch (kind) {
      case 'patient':
        return before + growth(stake, ratio, patience);
      case 'hasty':
        return before + growthOfEach(stake, ratio) / size;
      case 'idle':
        return before;
    }
  });
  const total = logSum(capital);
  return {
    capital: BETTORS.map(({ share: part }, bettor) =>
      kept(logSum([Math.log1p(-REDIVIDED) + (capital[bettor] ?? -Infinity), Math.log(REDIVIDED * part) + total])),
    ),
    peak: kept(Math.max(comparison.peak, total)),
    burstiness,
  };
}

/** What the bettors have together: that many times more likely than not, the canary is worse. */
export const capitalOf = ({ capital }: Comparison): number => Math.exp(logSum(capital));

/** Whether the canary was surely worse at any look, with at most this chance of a false alarm in the whole run. */
export const isWorse = ({ peak }: Pick<Comparison, 'peak'>, falseAlarm: number): boolean =>
  peak >= -Math.log(falseAlarm);
