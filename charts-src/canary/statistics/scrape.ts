/** What both arms said of one kind of event (failed requests, slow requests) in one scrape. */
export interface Scrape {
  readonly canary: ArmScrape;
  readonly stable: ArmScrape;
  /** Share of their time in which the two arms were not seen together, from 0 to 1: proxies are not scraped at once. */
  readonly mismatch: number;
}

/** One arm in one scrape. */
export interface ArmScrape {
  readonly requests: number;
  readonly events: number;
  /** How unevenly the events fell on the pods of the arm. */
  readonly unevenness: Unevenness;
}

/** Squared distances from even shares, and what they would be if events came one by one. */
export interface Unevenness {
  readonly observed: number;
  readonly expected: number;
}

export const EVEN: Unevenness = { observed: 0, expected: 0 };

/** How unevenly `events` fell on pods that answered so many requests each. */
export function unevenness(pods: readonly { readonly requests: number; readonly events: number }[]): Unevenness {
  let requests = 0;
  let events = 0;
  for (const pod of pods) {
    requests += pod.requests;
    events += pod.events;
  }
  if (events === 0 || requests === 0) return EVEN;
  let observed = 0;
  let squaredShares = 0;
  for (const pod of pods) {
    const share = pod.requests / requests;
    observed += (pod.events - share * events) ** 2;
    squaredShares += share ** 2;
  }
  return { observed, expected: events * (1 - squaredShares) };
}

/** The canary's share of the requests: under "no worse" also its share of the events. Undefined: one arm was idle. */
export function fairShare({ canary, stable }: Scrape): number | undefined {
  if (canary.requests <= 0 || stable.requests <= 0) return undefined;
  return canary.requests / (canary.requests + stable.requests);
}
