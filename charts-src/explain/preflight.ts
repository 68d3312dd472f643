import type { HTTPRoute } from '../imports/istio.ts';
import type { ComparedRequest } from './match-request.ts';
import { stringMatches } from './string-match.ts';

/** Why a preflight is answered by the proxy; undefined when it is not.
 * Source: Envoy's CORS filter */
export function preflightAnswer({ corsPolicy }: HTTPRoute, { method, headers }: ComparedRequest): string | undefined {
  const { origin } = headers;
  if (corsPolicy === undefined || method !== 'OPTIONS' || origin === undefined) return undefined;
  if (headers['access-control-request-method'] === undefined) return undefined;
  const isAllowed =
    (corsPolicy.allowOrigins ?? []).some((match) => stringMatches(match, origin)) ||
    (corsPolicy.allowOrigin ?? []).includes(origin);
  if (isAllowed) return `the origin ${origin} is one of allowOrigins`;
  return corsPolicy.unmatchedPreflights === 'IGNORE'
    ? `no allowOrigins has the origin ${origin}, and unmatchedPreflights is IGNORE`
    : undefined;
}
