/** Which way a share of pods that is no whole number goes. */
export type Rounding = 'up' | 'down';

/**
 * A number of pods that Kubernetes lets be written as a number or as per cent; undefined when it is neither.
 * Source: intstr.GetScaledValueFromIntOrPercent
 */
export function amount(value: unknown, total: number, rounding: Rounding): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return undefined;
  const exact = (Number(percent) * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
