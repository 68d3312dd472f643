// The Greek letter is escaped: one such letter doubles what the whole bundle takes in memory.
const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MAX = 2n ** 63n;
/** More digits than that are beyond the nanosecond, or beyond 63 bits. */
const MAX_DIGITS = 30;

/** Nanoseconds of a duration as Go's time.ParseDuration reads it, signs and small units included; undefined for none. */
export function goDuration(text: string): bigint | undefined {
  const [, sign, amount = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (amount === '0') return 0n;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(amount)) return undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of amount.matchAll(/(\d*)(?:\.(\d*))?([^\d.]+)/g)) {
    const size = NANOSECONDS[unit] ?? 0n;
    const digits = fraction.slice(0, MAX_DIGITS);
    if (whole.length > MAX_DIGITS) return undefined;
    total += BigInt(whole || '0') * size + (BigInt(digits || '0') * size) / 10n ** BigInt(digits.length);
  }
  const signed = sign === '-' ? -total : total;
  return signed >= MAX || signed < -MAX ? undefined : signed;
}

export const NANOSECONDS_PER_MS = 1_000_000n;
export const NANOSECONDS_PER_SECOND = 1_000_000_000n;
