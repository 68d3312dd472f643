import type { ArmScrape, Scrape } from '../statistics/scrape.ts';
import { unevenness } from '../statistics/scrape.ts';
import { timeMismatch } from '../statistics/time-mismatch.ts';
import type { Count, Counts, Totals } from './evidence.ts';
import type { ArmName, Scraped } from './sample.ts';

const NONE: Count = { requests: 0, events: 0 };
export const NO_COUNTS: Counts = { canary: NONE, stable: NONE };
export const NO_TOTALS: Totals = { run: NO_COUNTS, step: NO_COUNTS, look: NO_COUNTS };

const plus = (one: Count, other: Count): Count => ({
  requests: one.requests + other.requests,
  events: one.events + other.events,
});

const both = (one: Counts, other: Counts): Counts => ({
  canary: plus(one.canary, other.canary),
  stable: plus(one.stable, other.stable),
});

/** Adds a scrape to the totals; a new step begins at nothing. */
export function addTotals(totals: Totals, { canary, stable }: Scrape, isNewStep: boolean): Totals {
  const look = { canary: countOf(canary), stable: countOf(stable) };
  return { run: both(totals.run, look), step: isNewStep ? look : both(totals.step, look), look };
}

const countOf = ({ requests, events }: ArmScrape): Count => ({ requests, events });

/** Share of the requests that failed or were slow; null: there were none. */
export const rateOf = ({ requests, events }: Count): number | null => (requests > 0 ? events / requests : null);

/** What the increments of a sample say of both arms, as one scrape. */
export function scrapeOf<I extends Scraped>(increments: readonly I[], count: (increment: I) => Count): Scrape {
  const pods = { canary: new Map<string, Count>(), stable: new Map<string, Count>() };
  const exposures = [];
  for (const increment of increments) {
    const { arm, proxy, fromMs, toMs } = increment;
    const counted = count(increment);
    pods[arm].set(proxy, plus(pods[arm].get(proxy) ?? NONE, counted));
    exposures.push({ arm, fromMs, toMs, requests: counted.requests });
  }
  const side = (arm: ArmName): ArmScrape => {
    const counts = [...pods[arm].values()];
    return { ...counts.reduce(plus, NONE), unevenness: unevenness(counts) };
  };
  return { canary: side('canary'), stable: side('stable'), mismatch: timeMismatch(exposures) };
}
