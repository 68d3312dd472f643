import type {
  HTTPDirectResponse,
  HTTPRedirect,
  HTTPRewrite,
  HTTPRoute,
  VirtualServiceSpec,
} from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { byteLength } from './byte-length.ts';
import { refused, warned, type Objections } from './objection.ts';
import { portNumber } from './port-number.ts';
import { regularExpression } from './regular-expression.ts';

/** Answers that no service gives, and requests that are changed on their way. */
export function* routeAnswers({ http = [] }: VirtualServiceSpec): Objections {
  for (const [index, rule] of http.entries()) {
    const at = ['spec', 'http', index];
    if (rule.redirect !== undefined) yield* redirects([...at, 'redirect'], rule.redirect, rule);
    if (rule.directResponse !== undefined) yield* answers([...at, 'directResponse'], rule.directResponse);
    if (rule.rewrite !== undefined) yield* rewrites([...at, 'rewrite'], rule.rewrite);
  }
}

function* redirects(at: Path, redirect: HTTPRedirect, { match = [] }: HTTPRoute): Objections {
  const { uri = '', prefixRewrite = '', authority = '', scheme = '', redirectCode = 0, port, derivePort } = redirect;
  if (uri !== '' && prefixRewrite !== '')
    yield refused([...at, 'prefixRewrite'], 'both uri and prefixRewrite say where to', 'keep one of them');
  if (prefixRewrite !== '' && match.some((request) => request.uri !== undefined && request.uri.prefix === undefined))
    yield refused(
      [...at, 'prefixRewrite'],
      'prefixRewrite replaces a prefix, and a match of the rule is on no prefix',
      'match with "uri.prefix" only, or redirect to a whole "uri"',
    );
  const says = uri + prefixRewrite + authority + scheme !== '' || port !== undefined || derivePort !== undefined;
  if (!says) yield refused(at, 'the redirect says nothing about where to', 'add uri, authority, scheme or port');
  if (redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399))
    yield refused(
      [...at, 'redirectCode'],
      `${redirectCode} is no status of a redirect`,
      'write 301, 302, 303, 307 or 308',
    );
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https')
    yield refused([...at, 'scheme'], `"${scheme}" is no scheme to redirect to`, 'write "http" or "https"');
  if (port !== undefined && port > 0) yield* portNumber([...at, 'port'], port);
}

const WARN_BYTES = 100 * 1024;
const MAX_BYTES = 1024 * 1024;

function* answers(at: Path, { status, body }: HTTPDirectResponse): Objections {
  if (status < 200 || status > 600)
    yield refused([...at, 'status'], `${status} is no status to answer with`, 'write a status from 200 to 599');
  const [field, bytes] =
    body?.bytes === undefined ? ['string', byteLength(body?.string ?? '')] : ['bytes', decodedLength(body.bytes)];
  const path = [...at, 'body', field];
  const fix = 'serve it from a service, and route there';
  if (bytes > MAX_BYTES) yield refused(path, `the body has ${bytes} bytes, more than 1 MB`, fix);
  else if (bytes > WARN_BYTES)
    yield warned(path, `the body has ${bytes} bytes`, 'it is sent to every proxy with each change of its routes', fix);
}

const decodedLength = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

function* rewrites(at: Path, { uri = '', authority = '', uriRegexRewrite }: HTTPRewrite): Objections {
  if (uri !== '' && uriRegexRewrite !== undefined)
    yield refused([...at, 'uriRegexRewrite'], 'both uri and uriRegexRewrite change the path', 'keep one of them');
  if (uri === '' && authority === '' && uriRegexRewrite === undefined)
    yield refused(at, 'the rewrite changes nothing', 'add uri, uriRegexRewrite or authority');
  if (uriRegexRewrite === undefined) return;
  const { match = '', rewrite = '' } = uriRegexRewrite;
  if (match === '' || rewrite === '')
    yield refused([...at, 'uriRegexRewrite'], 'uriRegexRewrite needs both match and rewrite', 'write both of them');
  if (match !== '') yield* regularExpression([...at, 'uriRegexRewrite', 'match'], match);
}
