import { kept } from './logarithms.ts';
import { EVEN, type Scrape, type Unevenness } from './scrape.ts';

/** What is known of how events come: one by one, or many of one cause. */
export interface Burstiness {
  /** Squared jumps from scrape to scrape within an arm, each as a multiple of what chance alone would give. */
  readonly jumps: number;
  /** How many jumps that were. */
  readonly pairs: number;
  /**
   * The same jumps with large ones counting for more: one large burst among many single events shows here. Without the
   * newest, {@link latest}: a canary that turns bad jumps too, and would hide behind its own jump.
   */
  readonly swings: Unevenness;
  readonly latest: Unevenness;
  /** How unevenly events fell on the pods of an arm, all scrapes together. */
  readonly pods: Unevenness;
  /** The scrape before, from which the next jump is counted. */
  readonly before: readonly [canary: Seen, stable: Seen] | null;
}

interface Seen {
  readonly requests: number;
  readonly events: number;
}

export const NOTHING_LEARNED: Burstiness = { jumps: 0, pairs: 0, swings: EVEN, latest: EVEN, pods: EVEN, before: null };

/** Adds a scrape. */
export function learnBurstiness(known: Burstiness, scrape: Scrape): Burstiness {
  const now = [scrape.canary, scrape.stable].map(({ requests, events }) => ({ requests, events }));
  let { jumps, pairs } = known;
  let latest = EVEN;
  known.before?.forEach((before, arm) => {
    const after = now[arm];
    const jump = after === undefined ? undefined : jumpBetween(before, after);
    if (jump === undefined) return;
    jumps += jump.observed / jump.expected;
    pairs += 1;
    latest = together(latest, jump);
  });
  return {
    jumps: kept(jumps),
    pairs,
    swings: together(known.swings, known.latest),
    latest,
    pods: together(together(known.pods, scrape.canary.unevenness), scrape.stable.unevenness),
    before: [now[0] ?? NOBODY, now[1] ?? NOBODY],
  };
}

const NOBODY: Seen = { requests: 0, events: 0 };

const together = (one: Unevenness, other: Unevenness): Unevenness => ({
  observed: kept(one.observed + other.observed),
  expected: kept(one.expected + other.expected),
});

/** Two neighbouring scrapes of one arm: how far their events are from following their requests, squared. */
function jumpBetween(before: Seen, after: Seen): Unevenness | undefined {
  const events = before.events + after.events;
  const requests = before.requests + after.requests;
  if (events === 0 || before.requests <= 0 || after.requests <= 0) return undefined;
  const share = before.requests / requests;
  return { observed: (before.events - events * share) ** 2, expected: events * share * (1 - share) };
}

/** Before anything is learned, events are taken to vary so much more than single ones would, as firmly as two jumps say. */
const PRIOR = { variation: 2.5, pairs: 2 };

/**
 * From 0 (all events of a scrape may have one cause) to 1 (each has its own): how far the evidence of a scrape may be
 * counted event by event. Between, for k times the variation of single events, 2 - k: never more than 1/k.
 */
export function independence({ jumps, pairs }: Burstiness, { canary, stable, mismatch }: Scrape): number {
  if (pairs === 0) return 0;
  const inTime = (PRIOR.variation * PRIOR.pairs + jumps) / (PRIOR.pairs + pairs);
  const events = canary.events + stable.events;
  return Math.min(1, Math.max(0, 2 - inTime)) / (1 + mismatch * (events - 1));
}

/** A cause may bring half as many events again as the variation says: bursts vary too, and the large ones count. */
const SAFETY = 1.5;
/** However calm it looked so far. */
const SMALLEST_BURST = 4;

/**
 * How many events of one scrape have to be taken as one. `assumed` holds until the run has learned better: it counts
 * as much as two jumps.
 */
export function burstSize(
  { jumps, pairs, swings, pods }: Burstiness,
  { canary, stable, mismatch }: Scrape,
  assumed: number,
) {
  const assumedVariation = 1 + (assumed - 1) / SAFETY;
  const inTime = (assumedVariation * PRIOR.pairs + jumps) / (PRIOR.pairs + pairs);
  // Single swings, and pods of an arm, can only show that events come in bursts, not that they do not.
  const learned = 1 + SAFETY * (Math.max(inTime, variation(swings), variation(pods)) - 1);
  const events = canary.events + stable.events;
  return Math.max(SMALLEST_BURST, learned, 1 + mismatch * (events - 1));
}

const variation = ({ observed, expected }: Unevenness): number => (expected > 0 ? observed / expected : 1);
