import type { HTTPRoute } from '../imports/istio.ts';
import type { ComparedRequest } from './match-request.ts';
import { stringMatches } from './string-match.ts';

/** Whether a browser asks whether it may ask. Source: Envoy's Http::Utility::isPreflightRequest */
export const isPreflight = ({ method, headers }: Pick<ComparedRequest, 'method' | 'headers'>): boolean =>
  method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined;

/** Why a preflight is answered by the proxy; undefined when it is not.
 * Source: Envoy's CORS filter */
export function preflightAnswer({ corsPolicy }: HTTPRoute, request: ComparedRequest): string | undefined {
  const { origin = '' } = request.headers;
  if (corsPolicy === undefined || !isPreflight(request)) return undefined;
  const isAllowed =
    (corsPolicy.allowOrigins ?? []).some((match) => stringMatches(match, origin)) ||
    (corsPolicy.allowOrigin ?? []).includes(origin);
  if (isAllowed) return `the origin ${origin} is one of allowOrigins`;
  return corsPolicy.unmatchedPreflights === 'IGNORE'
    ? `no allowOrigins has the origin ${origin}, and unmatchedPreflights is IGNORE`
    : undefined;
}
