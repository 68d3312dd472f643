/** One thing that was looked at. */
export interface Diagnosis {
  readonly name: string;
  /** `note`: not there, and only some commands need it. */
  readonly status: 'ok' | 'note' | 'failed';
  /** What was found. */
  readonly says: string;
  /** What to do; null when there is nothing to do. */
  readonly fix: string | null;
}

export const ok = (name: string, says: string): Diagnosis => ({ name, status: 'ok', says, fix: null });
export const note = (name: string, says: string, fix: string): Diagnosis => ({ name, status: 'note', says, fix });
export const failed = (name: string, says: string, fix: string): Diagnosis => ({ name, status: 'failed', says, fix });

/** Whether a version such as `v1.34.2` or `20.19` is another one or newer. */
export function isAtLeast(version: string, least: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(least)];
  const index = other.findIndex((number, i) => number !== (one[i] ?? 0));
  return index < 0 || (one[index] ?? 0) > (other[index] ?? 0);
}

const numbersOf = (version: string): readonly number[] => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);

/** Whether a version is in a range such as `>=20.19` or `^2.70.106`, the two forms that our package.json uses. */
export function isInRange(version: string, range: string): boolean {
  const least = range.replace(/^[^\d]+/, '');
  return isAtLeast(version, least) && (!range.startsWith('^') || numbersOf(version)[0] === numbersOf(least)[0]);
}
