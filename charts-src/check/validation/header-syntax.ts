/** A comma is no part of a token, and yet Istio takes it. */
const TOKEN = /^[!#$%&'*+,\-.^_`|~A-Za-z0-9]+$/;
const PSEUDO_HEADERS = new Set([':method', ':scheme', ':authority', ':path', ':status']);
const CLAIM_PREFIX = '@request.auth.claims';

/** Whether it can be the name of an HTTP header. Source: RFC 9110, token */
export const isHeaderName = (name: string): boolean => TOKEN.test(name);

/** Whether a match on headers may name it: a header, a pseudo-header or a claim of a JWT. */
export const isMatchableHeader = (name: string): boolean =>
  isClaimName(name) || PSEUDO_HEADERS.has(name) || isHeaderName(name);

/** Whether it names a claim of a JWT, as in `@request.auth.claims.sub` or `@request.auth.claims[sub]`. */
export function isClaimName(name: string): boolean {
  if (!name.toLowerCase().startsWith(CLAIM_PREFIX)) return false;
  const claim = name.slice(CLAIM_PREFIX.length);
  return (claim.startsWith('.') && claim.length > 1) || (/^\[.*\]$/s.test(claim) && claim.length > 2);
}

/** Whether it says which host a request is for. */
export const isAuthorityHeader = (name: string): boolean => /^(?::authority|host)$/i.test(name);

/** Whether proxies keep it to themselves: pseudo-headers and `Host`. */
export const isReservedHeader = (name: string): boolean => name.startsWith(':') || /^host$/i.test(name);

/**
 * What is wrong with the value that a header is set to; undefined when nothing is. Envoy reads `%NAME%` and
 * `%NAME(arguments)%` in it as variables, and `%%` as a per cent sign.
 * Source: Envoy's custom request and response headers
 */
export function headerValueProblem(value: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what no header may hold
  if (/[\u0000-\u0008\u000A-\u001F\u007F]/.test(value)) return 'holds a control character';
  return variablesProblem(value);
}

/** Where the reading of a value stands. */
type State = 'text' | 'name' | 'arguments' | 'quote' | 'string' | 'list' | 'list-end' | 'end';

/** What a character leads to, by state; `other` is all but those named and the space. Where nothing is said, it stays. */
const NEXT: Readonly<Record<State, Readonly<Record<string, State | 'wrong'>>>> = {
  text: { '%': 'name' },
  name: { '%': 'text', '(': 'arguments' },
  arguments: { '[': 'quote', other: 'string' },
  quote: { '"': 'string', other: 'wrong' },
  string: { ')': 'end', '"': 'list' },
  list: { ',': 'quote', ']': 'list-end', other: 'wrong' },
  'list-end': { ')': 'end', other: 'wrong' },
  end: { '%': 'text', other: 'wrong' },
};

const WRONG: Readonly<Partial<Record<State, string>>> = {
  quote: 'has a list of arguments whose texts are not in quotes',
  list: 'has arguments without a comma between them',
  'list-end': 'has text between "]" and ")" of a variable',
  end: 'has text between ")" and "%" of a variable',
};

/** Follows the variables of a value from their first to their last per cent sign. */
function variablesProblem(value: string): string | undefined {
  let state: State = 'text';
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? '';
    const isEscape: boolean =
      (state === 'text' && character + value[at + 1] === '%%') || (state === 'string' && character === '\\');
    if (isEscape) {
      at++;
      if (at === value.length) return 'ends with a single "\\"';
      continue;
    }
    const next: State | 'wrong' | undefined =
      NEXT[state][character] ?? (character === ' ' ? undefined : NEXT[state]['other']);
    if (next === 'wrong') return WRONG[state];
    state = next ?? state;
  }
  return state === 'text' ? undefined : 'has a "%" that begins a variable without end';
}
