import type { Action } from '../../../charts-src/canary/action.ts';
import type { HistoryEntry, Rollout } from '../../../charts-src/canary/rollout.ts';
import type { World } from '../world.ts';
import { newEvents } from './new-events.ts';
import { eventLine } from './status-text.ts';

/** Hears of each state of a run and of what is done about it. */
export type Report = (rollout: Rollout, action: Action) => void;

/** One line on stderr for each thing that happened, and for each thing that is waited for. */
export function progress({ err }: Pick<World, 'err'>): Report {
  let run: string | undefined;
  let known: readonly HistoryEntry[] = [];
  let waitsFor = '';
  return (rollout, action) => {
    if (run === undefined) err(`run ${rollout.run}\n`);
    // A run that goes on here has told its story before.
    else if (run === rollout.run) for (const event of newEvents(known, rollout.history)) err(`${eventLine(event)}\n`);
    if (run !== rollout.run) waitsFor = '';
    run = rollout.run;
    known = rollout.history;
    if (action.type !== 'wait') return;
    const words = withoutFigures(action.why);
    if (words === waitsFor) return;
    waitsFor = words;
    err(`  … ${action.why}\n`);
  };
}

/** The same words with other figures are no news. */
const withoutFigures = (text: string): string => text.replaceAll(/\d[\d.,]*/g, '#');
