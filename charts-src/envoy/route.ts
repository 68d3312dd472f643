import type { BlueprintRoute } from '../explain/blueprint.ts';
import type { ExplainedDestination, Tries } from '../explain/explanation.ts';
import type { Headers, HTTPRoute } from '../imports/istio.ts';
import { durationMs } from '../model/duration.ts';
import { typed, type Proto } from './proto.ts';
import { routeMatch, stringMatch } from './route-match.ts';

/** A route: what explain says of the rule, and what the rule says of its requests. */
export function route({ match, http = {}, explanation }: BlueprintRoute): Proto {
  return {
    // Header values may ask for it.
    name: explanation.route?.name ?? '',
    match: routeMatch(match),
    ...action(match?.uri?.prefix, http, explanation.destinations, explanation),
    ...headerOperations(http.headers),
    typed_per_filter_config: {
      ...(explanation.fault && {
        'envoy.filters.http.fault': typed('extensions.filters.http.fault.v3.HTTPFault', faultOf(http)),
      }),
      ...(http.corsPolicy && { 'envoy.filters.http.cors': corsOf(http.corsPolicy) }),
    },
  };
}

function action(
  prefix: string | undefined,
  http: HTTPRoute,
  destinations: readonly ExplainedDestination[],
  { timeout, tries }: { readonly timeout: string | null; readonly tries: Tries },
): Proto {
  if (http.redirect) return { redirect: redirectOf(http.redirect, prefix) };
  const { directResponse } = http;
  if (directResponse)
    return {
      direct_response: {
        status: directResponse.status,
        ...(directResponse.body?.string !== undefined && { body: { inline_string: directResponse.body.string } }),
      },
    };
  const { rewrite } = http;
  const authority = rewrite?.authority || hostIn(http.headers);
  return {
    route: {
      ...clusters(http, destinations),
      timeout: seconds(timeout ?? '0s'),
      ...(tries.attempts > 1 && { retry_policy: retryPolicy(tries) }),
      ...(rewrite?.uri && { prefix_rewrite: rewrite.uri }),
      ...(rewrite?.uriRegexRewrite && {
        regex_rewrite: {
          pattern: { regex: rewrite.uriRegexRewrite.match },
          substitution: rewrite.uriRegexRewrite.rewrite,
        },
      }),
      ...(authority && { host_rewrite_literal: authority }),
    },
  };
}

/** One cluster, or several with the shares that explain says. */
function clusters(http: HTTPRoute, destinations: readonly ExplainedDestination[]): Proto {
  const [only] = destinations;
  // A fault or a preflight answers before the cluster is asked for.
  if (only === undefined) return { cluster: 'nowhere' };
  const headersOf = (destination: ExplainedDestination): Headers | undefined =>
    http.route?.find(
      ({ destination: { host, subset } }) =>
        (subset ?? null) === destination.subset && destination.host.startsWith(host.split('.')[0] ?? ''),
    )?.headers;
  return {
    weighted_clusters: {
      clusters: destinations.map((destination) => {
        const authority = hostIn(headersOf(destination));
        return {
          name: destination.cluster,
          weight: Math.round(destination.share * WHOLE),
          ...headerOperations(headersOf(destination)),
          ...(authority && destination === only && { host_rewrite_literal: authority }),
        };
      }),
    },
  };
}

/** Shares are exact to a millionth. */
const WHOLE = 1_000_000;

/** A duration as Envoy's JSON has it: seconds only. */
const seconds = (text: string): string => `${(durationMs(text) ?? 0) / 1000}s`;

function retryPolicy({ attempts, perTryTimeout, on }: Tries): Proto {
  const statuses = on.filter((word) => /^\d{3}$/.test(word)).map(Number);
  return {
    num_retries: attempts - 1,
    retry_on: on.filter((word) => !/^\d{3}$/.test(word)).join(','),
    ...(statuses.length > 0 && { retriable_status_codes: statuses }),
    ...(perTryTimeout !== null && { per_try_timeout: seconds(perTryTimeout) }),
  };
}

const RESPONSE_CODES: Readonly<Record<number, string>> = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};

const redirectOf = (redirect: NonNullable<HTTPRoute['redirect']>, prefix: string | undefined): Proto => ({
  response_code: RESPONSE_CODES[redirect.redirectCode || 301],
  ...(redirect.scheme && { scheme_redirect: redirect.scheme }),
  ...(redirect.authority && { host_redirect: redirect.authority }),
  ...(redirect.port !== undefined && { port_redirect: redirect.port }),
  ...(redirect.prefixRewrite && prefix !== undefined
    ? { prefix_rewrite: redirect.prefixRewrite }
    : redirect.uri && { path_redirect: redirect.uri }),
});

function faultOf({ fault = {} }: HTTPRoute): Proto {
  const share = (percentage: { readonly value?: number } | undefined, whole = 0): Proto => ({
    numerator: Math.round((percentage === undefined ? whole : (percentage.value ?? 0)) * 10_000),
    denominator: 'MILLION',
  });
  const { abort, delay } = fault;
  return {
    ...(delay?.fixedDelay !== undefined && {
      delay: { fixed_delay: seconds(delay.fixedDelay), percentage: share(delay.percentage, delay.percent) },
    }),
    ...(abort?.httpStatus !== undefined && {
      abort: { http_status: abort.httpStatus, percentage: share(abort.percentage) },
    }),
  };
}

const corsOf = (policy: NonNullable<HTTPRoute['corsPolicy']>): Proto =>
  typed('extensions.filters.http.cors.v3.CorsPolicy', {
    allow_origin_string_match: [
      ...(policy.allowOrigins ?? []).map(stringMatch),
      ...(policy.allowOrigin ?? []).map((exact) => ({ exact })),
    ],
    ...(policy.allowMethods && { allow_methods: policy.allowMethods.join(',') }),
    ...(policy.allowHeaders && { allow_headers: policy.allowHeaders.join(',') }),
    forward_not_matching_preflights: policy.unmatchedPreflights !== 'IGNORE',
  });

const isHost = (name: string): boolean => /^(?:host|:authority)$/i.test(name);

/** The authority among header operations: Envoy sets it in a way of its own. */
function hostIn(headers: Headers | undefined): string | undefined {
  const { set = {}, add = {} } = headers?.request ?? {};
  return [...Object.entries(set), ...Object.entries(add)].find(([name]) => isHost(name))?.[1];
}

function headerOperations(headers: Headers | undefined): Proto {
  const side = (name: 'request' | 'response'): Proto => {
    const { set = {}, add = {}, remove = [] } = headers?.[name] ?? {};
    const one =
      (append_action: string) =>
      ([key, value]: readonly [string, string]): Proto => ({ header: { key, value }, append_action });
    const plain = (fields: Readonly<Record<string, string>>) => Object.entries(fields).filter(([key]) => !isHost(key));
    return {
      [`${name}_headers_to_add`]: [
        ...plain(set).map(one('OVERWRITE_IF_EXISTS_OR_ADD')),
        ...plain(add).map(one('APPEND_IF_EXISTS_OR_ADD')),
      ],
      [`${name}_headers_to_remove`]: remove,
    };
  };
  return { ...side('request'), ...side('response') };
}
