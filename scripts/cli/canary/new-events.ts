import type { HistoryEntry } from '../../../charts-src/canary/rollout.ts';

/** What happened since a history was looked at. The oldest entries are dropped, so the newest known one is looked for. */
export function newEvents(before: readonly HistoryEntry[], now: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const last = before.at(-1);
  if (last === undefined) return now;
  const known = now.findLastIndex(
    ({ at, event, message }) => at === last.at && event === last.event && message === last.message,
  );
  return now.slice(known + 1);
}
