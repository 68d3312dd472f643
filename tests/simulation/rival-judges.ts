import type { Judge } from './played-run.ts';

/** Flagger's rule as its tutorial sets it: at least 99 % of a minute succeed, and the fifth failed look rolls back. */
export const flagger: Judge = (looks) => {
  let failed = 0;
  for (const [index, look] of looks.entries()) {
    // It looks once a minute, at the minute before.
    if ((index + 1) % 4 !== 0) continue;
    const canary = looks
      .slice(index - 3, index + 1)
      .flatMap(({ requests }) => requests.filter(({ arm }) => arm === 'canary'));
    const requests = canary.reduce((sum, increment) => sum + increment.requests, 0);
    const errors = canary.reduce((sum, increment) => sum + increment.errors, 0);
    if (requests > 0 && errors / requests <= 0.01) continue;
    failed += 1;
    if (failed >= 5) return look.untilMs / 1_000;
  }
  return null;
};

/** A Mann-Whitney test of error rates scrape by scrape, at 98 % and at every look, as if each were the only one. */
export const mannWhitney: Judge = (looks) => {
  const rates: { readonly canary: number[]; readonly stable: number[] } = { canary: [], stable: [] };
  for (const { requests, untilMs } of looks) {
    for (const arm of ['canary', 'stable'] as const) {
      const own = requests.filter((increment) => increment.arm === arm);
      const total = own.reduce((sum, increment) => sum + increment.requests, 0);
      if (total > 0) rates[arm].push(own.reduce((sum, increment) => sum + increment.errors, 0) / total);
    }
    if (rates.canary.length >= 3 && isHigher(rates.canary, rates.stable)) return untilMs / 1_000;
  }
  return null;
};

/** Whether values are higher than others at 98 %, by the normal approximation with ties. */
function isHigher(ours: readonly number[], theirs: readonly number[]): boolean {
  let wins = 0;
  for (const our of ours) for (const their of theirs) wins += our > their ? 1 : our === their ? 0.5 : 0;
  const ties = new Map<number, number>();
  for (const value of [...ours, ...theirs]) ties.set(value, (ties.get(value) ?? 0) + 1);
  const n = ours.length + theirs.length;
  const tied = [...ties.values()].reduce((sum, count) => sum + (count ** 3 - count), 0);
  const variance = ((ours.length * theirs.length) / 12) * (n + 1 - tied / (n * (n - 1)));
  return variance > 0 && (wins - (ours.length * theirs.length) / 2) / Math.sqrt(variance) > 2.054;
}
