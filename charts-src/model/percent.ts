/** A share as people write it: `90 %`, `12.5 %`. */
export const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`;
