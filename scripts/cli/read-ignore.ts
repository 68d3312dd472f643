import { codeProblem } from '../../charts-src/check/check-settings.ts';
import type { Code } from '../../charts-src/check/rule.ts';
import type { Ignore } from '../../charts-src/check/suppressions.ts';
import { Failure } from './failure.ts';

/** An `--ignore CODE` or `--ignore CODE=Kind namespace/name`.
 * @throws Failure when it is no such thing */
export function readIgnore(word: string): Ignore {
  const end = word.indexOf('=');
  const [code, object] = end < 0 ? [word, undefined] : [word.slice(0, end), word.slice(end + 1)];
  const problem = codeProblem(code);
  if (problem !== undefined)
    throw new Failure(`--ignore ${word}: ${problem.what}: ${problem.why}. Fix: ${problem.fix}`);
  if (object?.trim() === '')
    throw new Failure(
      `--ignore ${word}: no object is named behind the "=". Write --ignore "${code}=Deployment shop/orders", or leave out the "="`,
    );
  return {
    code: code as Code, // it is in the catalogue
    ...(object !== undefined && { object }),
    reason: `--ignore ${word}`,
    by: 'command line',
  };
}
