import type { Asked, Observation } from '../../charts-src/canary/observation.ts';
import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { Errands } from './errands.ts';

type Question = keyof Observation['asked'];

/** What the loop asks the world without waiting: one question of a kind at a time, and what came of the last one. */
export interface Questions {
  /** Asks. The answer is kept until the next question of this kind, or until all is forgotten. */
  ask<T>(question: Question, call: (signal: AbortSignal) => Promise<Result<T>>, how: How): void;
  /** As `decide` sees it: how long ago it was asked, and first asked with the same key. */
  seen(): Observation['asked'];
  /** Forgets answers and cancels questions: what was asked elsewhere says nothing here. */
  forget(): void;
}

interface How {
  /** What the question is about, where it is asked about several things. */
  readonly key?: string;
  readonly limitMs: number;
}

/** One question and what came of it, by our own clock; no result: it is under way. */
interface Kept {
  readonly key: string;
  readonly result: Result<unknown> | null;
  readonly atMs: number;
  readonly firstMs: number;
}

export function questions(clock: Clock, calls: Errands, onAnswer: () => void): Questions {
  const kept = new Map<Question, Kept>();

  const seen = <T>(question: Question): (Asked<T> & { readonly key: string }) | null => {
    const one = kept.get(question);
    if (one === undefined) return null;
    const now = clock.monotonicMs();
    // Each question has answers of one type: whoever asks it puts them here.
    const result = one.result as Result<T> | null;
    return { key: one.key, result, msAgo: now - one.atMs, firstMsAgo: now - one.firstMs };
  };

  return {
    ask: (question, call, { key = '', limitMs }) => {
      const atMs = clock.monotonicMs();
      const before = kept.get(question);
      const firstMs = before?.key === key ? before.firstMs : atMs;
      kept.set(question, { key, result: null, atMs, firstMs });
      calls.start({
        name: question,
        limitMs,
        call,
        done: (result) => {
          kept.set(question, { key, result, atMs: clock.monotonicMs(), firstMs });
          onAnswer();
        },
      });
    },
    seen: () => ({ acknowledgement: seen('acknowledgement'), capacity: seen('capacity'), hook: seen('hook') }),
    forget: () => {
      calls.cancel(...kept.keys());
      kept.clear();
    },
  };
}
