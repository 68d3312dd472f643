import { excerpt, type TextProblem } from './text-problem.ts';

/** Marks of templates of Helm, and of Jinja. */
const MARK = /\{[{%]/;

/** Whether a text is still to be filled in. */
export const isTemplate = (text: string): boolean => MARK.test(text);

/** What is wrong with a text that is still to be filled in. */
export const templateWords = (text: string): Pick<TextProblem, 'message' | 'fix'> => ({
  message: `a template: ${JSON.stringify(text)} has to be filled in first, by Helm or whatever it is a template of`,
  fix: 'render it: helm template CHART | weft check -',
});

/** The true reason of a problem, when a mark of a template is in its line, or in that of the bracket that it is about. */
export function inTemplate(text: string, { offset, related }: TextProblem): TextProblem | undefined {
  const mark = markInLine(text, offset) ?? (related && markInLine(text, related.offset));
  if (mark === undefined) return undefined;
  return { fault: 'syntax', offset: mark, ...templateWords(excerpt(text, mark, text.length)) };
}

/** How far from a place a mark is looked for, in lines without end. */
const LONGEST_LOOK = 500;

function markInLine(text: string, offset: number): number | undefined {
  const from = Math.max(0, offset - LONGEST_LOOK);
  const around = text.slice(from, offset + LONGEST_LOOK);
  const start = around.lastIndexOf('\n', offset - from - 1) + 1;
  const end = around.indexOf('\n', offset - from);
  const mark = MARK.exec(around.slice(start, end === -1 ? around.length : end));
  return mark === null ? undefined : from + start + mark.index;
}
