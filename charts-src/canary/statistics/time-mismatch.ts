/** Requests of one proxy between two scrapes of it. */
export interface Exposure {
  readonly arm: 'stable' | 'canary';
  readonly fromMs: number;
  readonly toMs: number;
  readonly requests: number;
}

/**
 * The share of their requests that the two arms were not seen answering at the same time: 0 when all proxies were
 * scraped together, 1 when one arm was seen before the other one. An outage that hits both arms looks like a fault of
 * one of them for just that part. (The total variation distance of the two arms' requests over time.)
 */
export function timeMismatch(exposures: readonly Exposure[]): number {
  const total = { stable: 0, canary: 0 };
  let isTogether = true;
  const first = exposures[0];
  for (const { arm, fromMs, toMs, requests } of exposures) {
    total[arm] += requests;
    if (fromMs !== first?.fromMs || toMs !== first.toMs) isTogether = false;
  }
  if (total.stable === 0 || total.canary === 0) return 1;
  if (isTogether) return 0;
  const edges: { readonly atMs: number; readonly change: number }[] = [];
  for (const { arm, fromMs, toMs, requests } of exposures) {
    if (toMs <= fromMs) continue;
    const density = requests / total[arm] / (toMs - fromMs);
    const change = arm === 'canary' ? density : -density;
    edges.push({ atMs: fromMs, change }, { atMs: toMs, change: -change });
  }
  edges.sort((one, other) => one.atMs - other.atMs);
  let distance = 0;
  let difference = 0;
  let lastMs = edges[0]?.atMs ?? 0;
  for (const { atMs, change } of edges) {
    distance += Math.abs(difference) * (atMs - lastMs);
    difference += change;
    lastMs = atMs;
  }
  return Math.min(1, distance / 2);
}
