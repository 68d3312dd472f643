import { requestMiss, compared } from '../explain/match-request.ts';
import { readRequest, type Request } from '../explain/request.ts';
import type { HTTPMatchRequest, StringMatch } from '../imports/istio.ts';

/** A path that no rule names by itself: requests that no match takes. */
const ANY_PATH = '/any-other-path';

/**
 * A request that a match takes; undefined where none is found, as for some regular expressions. Without a match: a
 * request that nothing but a rule for all takes.
 */
export function sampleRequest(origin: string, match: HTTPMatchRequest | undefined): Request | undefined {
  if (match === undefined) return requestOf('GET', `${origin}${ANY_PATH}`, []);
  const path = textOf(match.uri) ?? ANY_PATH;
  const method = textOf(match.method) ?? 'GET';
  const headers = Object.entries(match.headers ?? {}).map(([name, wants]) => `${name}=${textOf(wants) ?? 'x'}`);
  const authority = textOf(match.authority);
  const query = Object.entries(match.queryParams ?? {}).map(
    ([name, wants]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(wants) ?? 'x')}`,
  );
  const request = requestOf(
    method,
    `${origin}${path.startsWith('/') ? path : `/${path}`}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    [...headers, ...(authority === undefined ? [] : [`host=${authority}`])],
  );
  return request && requestMiss(match, compared(request)) === undefined ? request : undefined;
}

function requestOf(method: string, url: string, headers: readonly string[]): Request | undefined {
  const read = readRequest(method, url, headers);
  return 'problem' in read ? undefined : read.request;
}

const textOf = (match: StringMatch | undefined): string | undefined =>
  match && (match.exact ?? match.prefix ?? (match.regex === undefined ? undefined : textOfRegex(match.regex)));

/** A text that a simple regular expression takes; whoever uses it looks whether it does. */
function textOfRegex(regex: string): string {
  let text = regex.replace(/^\^|\$$/g, '').replace(/\(\?[a-zA-Z]+\)/g, '');
  // From the inside out, each group is its first choice.
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/\((?:\?:)?([^()]*)\)[*+?]?/g, (_, inner: string) => inner.split('|')[0] ?? '');
  }
  return (text.split('|')[0] ?? '')
    .replace(/\\d(?:\{(\d+)[^}]*\}|[*+?])?/g, (_, count?: string) => '1'.repeat(Number(count ?? 1)))
    .replace(/\\w(?:\{(\d+)[^}]*\}|[*+?])?/g, (_, count?: string) => 'x'.repeat(Number(count ?? 1)))
    .replace(/\[\^[^\]]*\](?:\{(\d+)[^}]*\}|[*+?])?/g, (_, count?: string) => 'x'.repeat(Number(count ?? 1)))
    .replace(/\[(.)[^\]]*\](?:\{(\d+)[^}]*\}|[*+?])?/g, (_, first: string, count?: string) =>
      first.repeat(Number(count ?? 1)),
    )
    .replace(/(?<!\\)\.(?:\{(\d+)[^}]*\}|[*+?])?/g, (_, count?: string) => 'x'.repeat(Number(count ?? 1)))
    .replace(/(?<!\\)[*+?]/g, '')
    .replace(/\\(.)/g, '$1');
}
