/** Longest line that is shown; of longer ones the part around the place. */
const WIDTH = 100;
/** How much of a long line stands before the place. */
const BEFORE = 40;

/** A place in a text, with the line before it, its own, and a mark beneath the column. */
export interface Excerpt {
  /** Number and text of each line. */
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  /** Spaces before the mark, in the last of the lines. */
  readonly caret: number;
}

/**
 * A place as it is shown to people. Letters that would move a cursor or colour a terminal are taken out: the text may
 * be anybody's.
 * @param lines the text, line by line
 */
export function excerpt(lines: readonly string[], line: number, column: number): Excerpt | undefined {
  const at = lines[line - 1];
  if (at === undefined || at.trim() === '') return undefined;
  const start = column - 1 > BEFORE + WIDTH / 4 ? Math.min(column - 1 - BEFORE, Math.max(0, at.length - WIDTH)) : 0;
  const cut = (text: string): string => shown(text.slice(start, start + WIDTH));
  const before = lines[line - 2];
  return {
    lines: [
      ...(before !== undefined && before.trim() !== '' ? [{ number: line - 1, text: cut(before) }] : []),
      { number: line, text: cut(at) },
    ],
    caret: shown(at.slice(start, Math.max(start, column - 1))).length,
  };
}

/** A line of anybody's text without what is no letter: control characters, and marks that turn the direction of text. */
export const shown = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '·');
