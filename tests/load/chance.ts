/** A source of numbers from 0 up to, but without, 1. The same seed gives the same numbers. */
export type Chance = () => number;

/** Source: Mulberry32, by Tommy Ettinger. Good enough to choose products by; not for secrets. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of a list that is not empty. */
export const oneOf = <T>(chance: Chance, list: readonly [T, ...T[]]): T =>
  list[Math.floor(chance() * list.length)] ?? list[0];

/**
 * When journeys begin, in milliseconds from the start. The gaps are as of people who know nothing of each other, and
 * nobody waits for anybody: a shop that is slow gets no fewer visitors for it.
 */
export function* arrivals(
  chance: Chance,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Generator<number> {
  for (let at = gap(); at < seconds * 1_000; at += gap()) yield at;

  function gap(): number {
    return (-Math.log(1 - chance()) / perSecond) * 1_000;
  }
}
