/** What a mesh cannot do with a path. All parts are phrases without a full stop. */
export interface PathProblem {
  readonly message: string;
  /** What Istio or the proxy would make of it. */
  readonly why: string;
  readonly fix: string;
}

/** The letters that Istio accepts in a segment of a path template.
 * Source: Istio AuthorizationPolicy.spec.rules[].to[].operation.paths; RFC 3986 pchar, but for `*` */
const LITERAL = /^[A-Za-z0-9\-._~%!$&'()+,;:@=]+$/;

/** A path without host, query and fragment. */
export const isAbsolute = (path: string): path is `/${string}` => path.startsWith('/');

/** Whether a segment stands for any one segment. */
export const varies = (segment: string): boolean => /^\{[^{}]+\}$/.test(segment);

/** The segments of a path, `/` has none. A slash at the end counts: `/a/` is another path than `/a`. */
export const segmentsOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'));

/** Why policies and routes cannot be made from a path, if they cannot. */
export function pathProblem(path: string): PathProblem | undefined {
  if (!isAbsolute(path))
    return {
      message: `the path "${path}" does not begin with "/"`,
      why: 'no request has such a path',
      fix: `write "/${path}"`,
    };
  if (/[?#]/.test(path))
    return {
      message: `the path "${path}" holds a query or a fragment`,
      why: 'policies and routes see the path alone, so the operation would never match',
      fix: `write "${path.replace(/[?#].*$/, '')}" and declare the rest as parameters with \`in: query\``,
    };
  const segments = segmentsOf(path);
  for (const [index, segment] of segments.entries()) {
    if (segment === '' && index === segments.length - 1) continue;
    const problem = segmentProblem(segment, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string, path: string): PathProblem | undefined {
  if (segment === '')
    return {
      message: `the path "${path}" has an empty segment`,
      why: 'Istio refuses it in a path template, and the proxy may merge the slashes before it compares',
      fix: `write "${path.replaceAll(/\/{2,}/g, '/')}"`,
    };
  if (segment === '.' || segment === '..')
    return {
      message: `the path "${path}" has the segment "${segment}"`,
      why: 'proxies resolve it before they compare, so the operation would never match',
      fix: 'write the path that it leads to',
    };
  if (/^\{[^{}]*[*+=][^{}]*\}$/.test(segment))
    return {
      message: `"${segment}" in "${path}" means several segments`,
      why: 'in OpenAPI, and in the template `{*}` of an Istio policy, a parameter is exactly one segment: deeper paths would be refused',
      fix: 'write a parameter for each segment, or name such paths in a policy of your own',
    };
  if (varies(segment)) return undefined;
  if (/\{[^{}]+\}/.test(segment) && !/[{}]/.test(segment.replaceAll(/\{[^{}]+\}/g, '')))
    return {
      message: `"${segment}" in "${path}" varies in a part of a segment only`,
      why: 'the template `{*}` of an Istio policy stands for a whole segment; Istio refuses the policy',
      fix: `make the part a segment of its own, for example "${path.replace(segment, wholeSegments(segment))}"; or, where the whole segment may vary, "${path.replace(segment, '{name}')}"`,
    };
  if (/[{}]/.test(segment))
    return {
      message: `"${segment}" in "${path}" has a brace without its partner, or nothing between two`,
      why: 'Istio refuses braces in a policy that are no template',
      fix: 'write `{name}` for a segment that varies',
    };
  if (segment.includes('*'))
    return {
      message: `"${segment}" in "${path}" holds "*"`,
      why: 'in a policy it stands for any text: an edge could open more than this path',
      fix: 'write `{name}` for a segment that varies',
    };
  if (!LITERAL.test(segment))
    return {
      message: `"${segment}" in "${path}" has letters that no path holds`,
      why: 'a request carries them percent-encoded, so the operation would never match; Istio refuses them in a path template',
      fix: `write "${encodeURI(segment)}"`,
    };
  return undefined;
}

/** `{id}.json` as `{id}/json`, `{id}:activate` as `{id}/activate`. */
const wholeSegments = (segment: string): string =>
  (segment.match(/\{[^{}]+\}|[A-Za-z0-9_-]+/g) ?? [])
    .map((part) => part.replace(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('/');

/** How the requests of two paths relate: `same`, the first `covers` the second, is `covered` by it, they `overlap`, or are `apart`. */
export function relation(one: string, other: string): 'same' | 'covers' | 'covered' | 'overlap' | 'apart' {
  const [left, right] = [segmentsOf(one), segmentsOf(other)];
  if (left.length !== right.length) return 'apart';
  let [leftIsWider, rightIsWider] = [false, false];
  for (const [index, segment] of left.entries()) {
    // Both have as many segments, so there is one at this index.
    const counterpart = right[index] ?? '';
    if (varies(segment) && varies(counterpart)) continue;
    // A segment that varies is never empty.
    if (varies(segment) && counterpart !== '') leftIsWider = true;
    else if (varies(counterpart) && segment !== '') rightIsWider = true;
    else if (segment !== counterpart) return 'apart';
  }
  if (leftIsWider && rightIsWider) return 'overlap';
  if (leftIsWider) return 'covers';
  return rightIsWider ? 'covered' : 'same';
}
