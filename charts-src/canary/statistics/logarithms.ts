/** The logarithm of the sum of numbers that are given by their logarithms: none of them has to fit into a double. */
export function logSum(logarithms: readonly number[]): number {
  const largest = Math.max(...logarithms);
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (const logarithm of logarithms) sum += Math.exp(logarithm - largest);
  return largest + Math.log(sum);
}

const PLACES = 1e6;

/** Six decimals: so much is kept between scrapes, and so a record stays short and its reading exact. */
export const kept = (value: number): number => Math.round(value * PLACES) / PLACES;
