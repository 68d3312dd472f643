/** A source of chance: numbers from 0 up to, but not including, 1. */
export type Random = () => number;

/** The same numbers for the same seed, on every machine (sfc32 by Chris Doty-Humphrey). */
export function seededRandom(seed: number): Random {
  let a = seed | 0;
  let b = 0x9e3779b9 ^ seed;
  let c = 0x243f6a88;
  let counter = 1;
  const next: Random = () => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    return (mixed >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 15; warmUp += 1) next();
  return next;
}

/** A number from the normal distribution with mean 0 and deviation 1. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** How many events happen by chance where `mean` are expected. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let events = 0;
  for (let product = random(); product > limit; product *= random()) events += 1;
  return events;
}

/** How many of `trials` succeed when each does with this chance. */
export function binomial(random: Random, trials: number, chance: number): number {
  if (trials <= 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - binomial(random, trials, 1 - chance);
  const mean = trials * chance;
  if (mean > 30) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - chance)) * normal(random));
    return Math.min(trials, Math.max(0, drawn));
  }
  // From success to success: as many draws as there are successes, not as there are trials.
  const scale = Math.log1p(-chance);
  let successes = 0;
  for (let at = 0; ; successes += 1) {
    at += Math.floor(Math.log(1 - random()) / scale) + 1;
    if (at > trials) return successes;
  }
}

/** A size of at least 1 with this mean, where any size is a fixed share as likely as the one below it. */
export const geometric = (random: Random, mean: number): number =>
  mean <= 1 ? 1 : Math.floor(Math.log(1 - random()) / Math.log1p(-1 / mean)) + 1;
