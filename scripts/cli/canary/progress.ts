import type { Action } from '../../../charts-src/canary/action.ts';
import type { HistoryEntry, Rollout } from '../../../charts-src/canary/rollout.ts';
import type { World } from '../world.ts';
import { newEvents } from './new-events.ts';
import { eventLine } from './status-text.ts';

/** Hears of each state of a run and of what is done about it. */
export type Report = (rollout: Rollout, action: Action) => void;

/** What is over sooner is no news. */
const NEWS_MS = 1_500;

/** One line on stderr for each thing that happened, and for each thing that is waited for until the next one does. */
export function progress({ err }: Pick<World, 'err'>): Report {
  let run: string | undefined;
  let known: readonly HistoryEntry[] = [];
  let waitsFor = '';
  const told = new Set<string>();
  let news: NodeJS.Timeout | undefined;
  const happened = (text: string): void => {
    clearTimeout(news);
    news = undefined;
    told.clear();
    err(text);
  };
  const tell = (): void => {
    news = undefined;
    if (told.has(withoutFigures(waitsFor))) return;
    told.add(withoutFigures(waitsFor));
    err(`  … ${shortened(waitsFor)}\n`);
  };
  return (rollout, action) => {
    // A run that goes on here has told its story before.
    if (run !== rollout.run) happened(`run ${rollout.run}\n`);
    else for (const event of newEvents(known, rollout.history)) happened(`${eventLine(event)}\n`);
    run = rollout.run;
    known = rollout.history;
    // Between two questions to the proxies the engine says no more than that it asks.
    if (action.type !== 'wait') return;
    waitsFor = action.why;
    if (!told.has(withoutFigures(waitsFor))) news ??= setTimeout(tell, NEWS_MS).unref();
  };
}

/** The same words with other figures are no news. */
const withoutFigures = (text: string): string => text.replaceAll(/\d[\d.,]*/g, '#');

const LONGEST = 200;
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
