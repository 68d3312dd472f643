/** Units that Istio and Envoy read in a duration. */
export type DurationUnit = 'ms' | 's' | 'm' | 'h';

/**
 * A length of time with its unit, such as `'2s'` or `'250ms'`. A bare number does not compile: nobody can tell
 * whether 30 means seconds or milliseconds.
 * Source: google.protobuf.Duration as Istio's API writes it, for example VirtualService.spec.http[].timeout.
 */
export type Duration = `${number}${DurationUnit}`;

/** So many milliseconds, as a {@link Duration}. */
export const milliseconds = (count: number): Duration => `${count}ms`;
/** So many seconds, as a {@link Duration}.
 * @example const timeout = seconds(2); */
export const seconds = (count: number): Duration => `${count}s`;
/** So many minutes, as a {@link Duration}. */
export const minutes = (count: number): Duration => `${count}m`;
/** So many hours, as a {@link Duration}. */
export const hours = (count: number): Duration => `${count}h`;

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const satisfies Record<DurationUnit, number>;

/** Reads a duration as Go's time.ParseDuration does for these units (`1h30m`, `0.5s`); undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const part = /(\d+(?:\.\d*)?|\.\d+)(ms|s|m|h)/gy;
  let total = 0;
  let read = 0;
  for (let found = part.exec(text); found !== null; found = part.exec(text)) {
    // The pattern has exactly these two groups, and the second one is a unit.
    total += Number(found[1]) * MS_PER_UNIT[found[2] as DurationUnit];
    read = part.lastIndex;
  }
  return read > 0 && read === text.length ? total : undefined;
}

/** What is wrong with a duration where Istio asks for at least 1 ms; undefined when it is fine. */
export function durationProblem(text: string): string | undefined {
  const ms = durationMs(text);
  if (ms === undefined) return `"${text}" is no duration: write a number and a unit, such as 2s or 250ms`;
  return ms < 1 ? `"${text}" is shorter than 1ms, which Istio refuses: leave it out for none` : undefined;
}
