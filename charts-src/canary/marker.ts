import type { RunFacts, Shift } from './rollout.ts';

// The marker is the end of a route's `name`, so that taking it away gives the name back without remembering it.
const MARKER = /(?:^|\.)weft-(?:match-)?[a-z0-9]+-\d+$/;
const GENERATED = /(?:^|\.)weft-match-[a-z0-9]+-\d+$/;

/** What only the routes of one write have in their name: seen in a proxy, it says that the write has arrived there. */
export const markerOf = ({ run }: Pick<RunFacts, 'run'>, { revision }: Pick<Shift, 'revision'>): string =>
  `weft-${run}-${revision}`;

/** The same for routes that exist only as long as the run does. */
export const generatedMarkerOf = ({ run }: Pick<RunFacts, 'run'>, { revision }: Pick<Shift, 'revision'>): string =>
  `weft-match-${run}-${revision}`;

/** The name of a route without a marker; empty: it has none. */
export const unmarked = (name: string): string => name.replace(MARKER, '');

/** A name with a marker behind it. */
export const marked = (name: string, marker: string): string => (name === '' ? marker : `${name}.${marker}`);

/** Whether a route was put there by a run. */
export const isGenerated = (name: string): boolean => GENERATED.test(name);
