import { show, type Path } from '../../model/schema.ts';
import { byteLength } from './byte-length.ts';
import { refused, type Objections } from './objection.ts';
import { re2Problem } from './re2.ts';

const MAX_BYTES = 1024;

/** A regular expression that Envoy compiles. */
export function* regularExpression(at: Path, expression: string): Objections {
  if (expression === '')
    return yield refused(at, 'the regular expression is empty', 'write one, or leave the match out');
  const length = byteLength(expression);
  if (length > MAX_BYTES)
    return yield refused(
      at,
      `the regular expression has ${length} bytes, more than ${MAX_BYTES}`,
      'shorten it, or split it into several matches',
    );
  const problem = re2Problem(expression);
  if (problem !== undefined)
    yield refused(
      at,
      `${show(expression)} is no regular expression of RE2: ${problem}`,
      'write it in the syntax of RE2: no look-around, no backreferences',
    );
}
