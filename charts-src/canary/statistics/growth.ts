/** Events of both arms, and the share of them that the canary has under the hypothesis that is bet against. */
export interface Stake {
  readonly canary: number;
  readonly stable: number;
  readonly share: number;
}

/**
 * By how much the capital of somebody grows who bets that events at the canary are `ratio` times as frequent as the
 * hypothesis says, as a logarithm, when **all events of the scrape may have one cause**. Whatever their dependence: if
 * the canary's expected part of them is its share, capital is not expected to grow, as the bet is linear in that part.
 */
export function growthOfOne({ canary, stable, share }: Stake, ratio: number): number {
  return Math.log((canary * ratio + stable) / ((canary + stable) * (ratio * share + 1 - share)));
}

/** The same when **each event has its own cause**: the likelihood ratio of so many coins with two sides. */
export function growthOfEach({ canary, stable, share }: Stake, ratio: number): number {
  return canary * Math.log(ratio) - (canary + stable) * Math.log(ratio * share + 1 - share);
}

/** Between the two (a weighted geometric mean of two fair bets is fair or worse, by Hölder's inequality). */
export function growth(stake: Stake, ratio: number, independence: number): number {
  const one = growthOfOne(stake, ratio);
  return independence === 0 ? one : one + independence * (growthOfEach(stake, ratio) - one);
}

/** A ratio against another hypothesis: the canary has `odds` times the odds of its share of the requests. */
export const shareAtOdds = (share: number, odds: number): number => (odds * share) / (odds * share + 1 - share);
