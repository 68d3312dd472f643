/**
 * Patterns of AuthorizationPolicies as sets of texts: `*`, `a*`, `*a`, templates of paths with `{*}` and `{**}`, else
 * the text itself.
 */

/** Whether everything that a pattern stands for is also in a wider one. False where that cannot be told. */
export function patternCovers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*') return true;
  if (isTemplate(wide)) return templateCovers(wide, narrow);
  if (wide.startsWith('*')) return !isOpenAtEnd(narrow) && narrow.endsWith(wide.slice(1));
  if (wide.endsWith('*')) return !narrow.startsWith('*') && beginningOf(narrow).startsWith(wide.slice(0, -1));
  return false;
}

/** Whether no text at all is in both. False where that cannot be told. */
export function patternsAreApart(one: string, other: string): boolean {
  if (patternCovers(one, other) || patternCovers(other, one)) return false;
  if (isLiteral(one) && isLiteral(other)) return true;
  if (isLiteral(one) || isLiteral(other)) return true; // a pattern that does not cover a text has it not
  // Two beginnings are apart when neither begins with the other.
  if (one.startsWith('*') || other.startsWith('*')) return false;
  const [start, otherStart] = [beginningOf(one), beginningOf(other)];
  return !start.startsWith(otherStart) && !otherStart.startsWith(start);
}

const isTemplate = (pattern: string): boolean => /\{\*\*?\}/.test(pattern);
const isLiteral = (pattern: string): boolean =>
  !isTemplate(pattern) && !pattern.startsWith('*') && !pattern.endsWith('*');
const isOpenAtEnd = (pattern: string): boolean => isTemplate(pattern) || pattern.endsWith('*');

/** The text that everything in a pattern begins with. */
function beginningOf(pattern: string): string {
  if (isTemplate(pattern)) return pattern.slice(0, pattern.indexOf('{'));
  return pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
}

/** Segment by segment: `{*}` takes any one, `{**}` any number, also none. */
function templateCovers(wide: string, narrow: string): boolean {
  if (narrow.startsWith('*')) return false;
  const [all, others] = [wide.split('/'), narrow.split('/')];
  for (const [index, segment] of all.entries()) {
    if (segment.includes('{**}')) return index === all.length - 1 && segment === '{**}' && others.length > index;
    const other = others[index];
    if (other === undefined || other.includes('{**}')) return false;
    // `a*` as a whole goes on behind the last slash.
    if (index === others.length - 1 && !isTemplate(narrow) && other.endsWith('*')) return false;
    if (segment !== other && (segment !== '{*}' || other === '')) return false;
  }
  return all.length === others.length;
}
