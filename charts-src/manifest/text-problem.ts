import type { ReadFault } from './manifest.ts';

/** What is wrong with a text, at an offset into it. All texts are phrases without a full stop. */
export interface TextProblem {
  readonly fault: ReadFault;
  readonly offset: number;
  /** What was found, with the value. */
  readonly message: string;
  readonly fix: string;
  /** What stands there is read nevertheless, as YAML means it.
   * @default false - it is left out */
  readonly isRead?: boolean;
  /** Another place that has to do with it: `opened in line 3` is said behind the message. */
  readonly related?: { readonly says: string; readonly offset: number };
}

/** Ends the reading of a document; never leaves the functions that read one. */
export class TextError extends Error {
  override readonly name = 'TextError';
  readonly problem: TextProblem;

  constructor(problem: TextProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** A piece of a text as it stands in a message: one line of it, not too long. */
export function excerpt(text: string, start: number, end: number): string {
  const [line = ''] = text.slice(start, Math.min(end, start + 200)).split(/[\r\n]/, 1);
  const trimmed = line.trimEnd();
  return trimmed.length > MAX_SHOWN ? `${trimmed.slice(0, MAX_SHOWN)}…` : trimmed;
}

const MAX_SHOWN = 60;
