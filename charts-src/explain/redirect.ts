import type { HttpRule } from '../graph/http-rules.ts';
import type { HTTPMatchRequest } from '../imports/istio.ts';
import { pathWithQuery, type Request } from './request.ts';

/** Codes that a proxy can be told. Source: Envoy's RedirectAction.RedirectResponseCode */
const KNOWN_CODES = [301, 302, 303, 307, 308];

/** What a redirect is made from. */
export interface Redirecting {
  readonly match: HTTPMatchRequest | undefined;
  readonly path: string;
  readonly authority: string;
  readonly url: Request;
  readonly isTls: boolean;
  /** Port of the listener. */
  readonly port: number;
}

/** The code of a redirect; undefined for one that no proxy can be told. */
export function redirectStatus({ http }: HttpRule): { readonly status: number; readonly isKnown: boolean } {
  const status = http.redirect?.redirectCode || 301;
  return { status, isKnown: KNOWN_CODES.includes(status) };
}

/** Source: Istio's ApplyRedirect; Envoy's RouteEntryImplBase::newUri */
export function redirectLocation({ http }: HttpRule, from: Redirecting): string {
  const { redirect = {} } = http;
  const scheme = redirect.scheme || (from.isTls ? 'https' : 'http');
  const port = redirect.port ?? (redirect.derivePort === 'FROM_REQUEST_PORT' ? from.port : undefined);
  const shown = port === undefined || port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`;
  // The port of the request stays, unless another is said, or it is the usual one of the scheme that is left.
  const isUsual = from.authority.endsWith(from.isTls ? ':443' : ':80');
  const isLeft = port !== undefined || (redirect.scheme !== undefined && redirect.scheme !== '' && isUsual);
  const authority = redirect.authority || (isLeft ? from.authority.replace(/:\d+$/, '') : from.authority);
  const path = redirect.prefixRewrite
    ? redirect.prefixRewrite + from.path.slice((from.match?.uri?.prefix ?? '/').length)
    : redirect.uri || from.path;
  const slash = path.startsWith('/') ? '' : '/';
  return `${scheme}://${authority}${shown}${slash}${path.includes('?') ? path : pathWithQuery(path, from.url)}`;
}
