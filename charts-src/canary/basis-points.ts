declare const basisPoints: unique symbol;

/** A share of the requests in hundredths of a per cent: a whole number from 0 to 10,000. */
export type BasisPoints = number & { readonly [basisPoints]: true };

/** No request at all. */
export const NONE = 0 as BasisPoints; // it is one
/** Every request. */
export const ALL = 10_000 as BasisPoints; // it is one

/** Reads per cent with at most two decimals, as plans write them; undefined when it is none. */
export function basisPointsOf(percent: number): BasisPoints | undefined {
  const hundredths = Math.round(percent * 100);
  const isExact = Math.abs(percent * 100 - hundredths) < 1e-6;
  if (!isExact || hundredths < NONE || hundredths > ALL) return undefined;
  return hundredths as BasisPoints; // a whole number from 0 to 10,000
}

/** As people write it: 12.5. */
export const percentOf = (share: BasisPoints): number => share / 100;
