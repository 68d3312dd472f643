import type { Check } from './analysis.ts';
import type { CheckResults } from './evidence.ts';
import type { Judgement } from './metric-judgement.ts';
import { evaluate } from './result-expression.ts';
import type { Reading } from './sample.ts';

type Answer = Extract<Reading, { readonly type: 'values' | 'answer' }>;

/** Adds one answer of a query, a web server or a command. */
export function addCheck(
  before: CheckResults | undefined,
  check: Check,
  answer: Answer,
  isCounted: boolean,
): CheckResults {
  const { result, said } = resultOf(check, answer);
  const counted = isCounted ? result : 'undecided';
  return {
    looks: (before?.looks ?? 0) + 1,
    failed: (before?.failed ?? 0) + (counted === 'failed' ? 1 : 0),
    passedInARow: counted === 'passed' ? (before?.passedInARow ?? 0) + 1 : 0,
    last: result,
    said,
  };
}

function resultOf(check: Check, answer: Answer): { readonly result: CheckResults['last']; readonly said: string } {
  if (answer.type === 'answer') return { result: answer.answer, said: answer.said };
  const { values } = answer;
  const said = `result is [${values.map(String).join(', ')}]`;
  if (values.length === 0) return { result: 'empty', said: 'the answer was empty' };
  const isSuccess = check.success === null ? undefined : evaluate(check.success, values);
  const isFailure = check.failure === null ? undefined : evaluate(check.failure, values);
  // An expression over a number that is none (NaN) says nothing, unless it asks for that with isNaN.
  if (isFailure === true || (check.failure === null && isSuccess === false)) return { result: 'failed', said };
  if (isSuccess === true || (check.success === null && isFailure === false)) return { result: 'passed', said };
  return { result: 'undecided', said };
}

/** What the answers so far say. */
export function judgeCheck(evidence: CheckResults, check: Check): Judgement {
  const { looks, failed, passedInARow, last, said } = evidence;
  const figures = { looks, failed, passedInARow };
  if (failed > check.failureLimit)
    return {
      verdict: 'bad',
      why: `failed ${failed} of ${looks} times, and the plan allows ${check.failureLimit}: ${said}`,
      figures,
    };
  if (last === 'empty') return { verdict: 'no-evidence', why: said, figures };
  if (passedInARow >= check.successes)
    return { verdict: 'good', why: `passed ${passedInARow} times in a row: ${said}`, figures };
  return {
    verdict: 'undecided',
    why: `${last}, ${passedInARow} of ${check.successes} passes in a row: ${said}`,
    figures,
  };
}
