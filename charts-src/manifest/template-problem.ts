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

/** The true reason of a problem, when it lies in a line with a mark of a template, or below one. */
export function inTemplate(text: string, problem: TextProblem): TextProblem | undefined {
  const from = Math.max(0, problem.offset - LONGEST_LOOK);
  const around = text.slice(from, problem.offset + LONGEST_LOOK);
  const at = problem.offset - from;
  const lineStart = around.lastIndexOf('\n', at - 1) + 1;
  const before = lineStart === 0 ? 0 : around.lastIndexOf('\n', lineStart - 2) + 1;
  const end = around.indexOf('\n', at);
  const mark = MARK.exec(around.slice(before, end === -1 ? around.length : end));
  if (mark === null) return undefined;
  const offset = from + before + mark.index;
  return { fault: 'syntax', offset, ...templateWords(excerpt(text, offset, text.length)) };
}

/** How far from a problem a mark is looked for, in lines without end. */
const LONGEST_LOOK = 500;
