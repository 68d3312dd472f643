import type { Burstiness } from './burstiness.ts';
import { independence } from './burstiness.ts';
import { kept, logSum } from './logarithms.ts';
import type { ArmScrape, Scrape } from './scrape.ts';

/** A sequential test of one arm against a share of events that it may have: bettors hold that it has more. */
export interface Limit {
  /** Logarithms of what each has. */
  readonly capital: readonly number[];
  readonly peak: number;
}

/** Who bets holds that events are so many times as frequent as allowed. */
const MULTIPLES = [1.5, 2, 4, 8, 32] as const;

export const NO_LIMIT: Limit = { capital: MULTIPLES.map(() => 0), peak: 0 };

/** Adds one arm of a scrape, of which `burstiness` knows already. */
export function testLimit(limit: Limit, arm: ArmScrape, allowed: number, scrape: Scrape, known: Burstiness): Limit {
  if (arm.requests <= 0) return limit;
  const patience = independence(known, scrape);
  const part = Math.min(1, arm.events / arm.requests);
  const capital = MULTIPLES.map((multiple, bettor) => {
    // Nobody can bet on more than all requests.
    const ratio = Math.min(multiple, 0.99 / allowed);
    const otherwise = (1 - ratio * allowed) / (1 - allowed);
    const one = Math.log(part * ratio + (1 - part) * otherwise);
    const each = arm.events * Math.log(ratio) + (arm.requests - arm.events) * Math.log(otherwise);
    return kept((limit.capital[bettor] ?? 0) + one + patience * (each - one));
  });
  return { capital, peak: kept(Math.max(limit.peak, logSum(capital) - Math.log(capital.length))) };
}

/** What the bettors have together. */
export const limitCapital = ({ capital }: Limit): number => Math.exp(logSum(capital)) / capital.length;
