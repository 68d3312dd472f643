import type { HTTPMatchRequest, StringMatch } from '../imports/istio.ts';
import { selects, type Labels } from '../graph/labels.ts';
import { own } from '../model/own.ts';
import { claimAt, routedClaim, textsOf, type Claims } from './claims.ts';
import { normalizedPath, type Request } from './request.ts';
import { isPresenceMatch, matchText, stringMatches } from './string-match.ts';

/** The proxy that asks: what matches may depend on beside the request. */
export interface MatchingProxy {
  /** `mesh` for a sidecar, else `namespace/name` of a Gateway. */
  readonly gateway: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Port of the listener: the one that was called. */
  readonly port: number;
}

/** Why a match does not take a request: the field, what it wants, what was found. */
export interface Miss {
  readonly field: string;
  readonly wants: string;
  readonly found: string;
}

/**
 * Whether istiod gives a match to this proxy at all. With `gateways`, the labels and the namespace of the source are
 * not looked at.
 * Source: Istio's TranslateRoute, sourceMatchHTTP
 */
export function proxyMiss(
  match: HTTPMatchRequest,
  proxy: MatchingProxy,
  gatewayKeys: readonly string[],
): Miss | undefined {
  if (match.port !== undefined && match.port !== 0 && match.port !== proxy.port)
    return { field: 'port', wants: String(match.port), found: String(proxy.port) };
  if (gatewayKeys.length > 0)
    return gatewayKeys.includes(proxy.gateway)
      ? undefined
      : { field: 'gateways', wants: gatewayKeys.join(', '), found: proxy.gateway };
  if (!selects(match.sourceLabels ?? {}, proxy.labels))
    return { field: 'sourceLabels', wants: labelText(match.sourceLabels ?? {}), found: labelText(proxy.labels) };
  const namespace = match.sourceNamespace ?? '';
  return namespace === '' || namespace === proxy.namespace
    ? undefined
    : { field: 'sourceNamespace', wants: namespace, found: proxy.namespace };
}

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'none';

/** The request as a rule compares it. */
export interface ComparedRequest {
  readonly path: string;
  readonly method: string;
  readonly authority: string;
  readonly scheme: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Request['query'];
  /** Claims of a token that this proxy took; only gateways look at them in routes.
   * @default - none */
  readonly claims?: Claims | undefined;
}

/** What rules compare of a request. */
export const compared = (request: Request): ComparedRequest => ({
  path: normalizedPath(request.path),
  method: request.method,
  authority: authorityOf(request),
  scheme: request.scheme === 'https' ? 'https' : 'http',
  headers: request.headers,
  query: request.query,
});

/** Stands for a value that only a proxy knows: the id of a request, an address, a certificate. */
export const OF_PROXY = '(set by the proxy)';

/**
 * What rules of a sidecar compare: it believes the client about the scheme, and gives a request an id.
 * Source: Envoy's ConnectionManagerUtility::mutateRequestHeaders without use_remote_address
 */
export function comparedBySidecar(request: Request): ComparedRequest {
  const plain = compared(request);
  const scheme = request.headers['x-forwarded-proto']?.toLowerCase();
  return {
    ...plain,
    headers: { 'x-forwarded-proto': plain.scheme, 'x-request-id': OF_PROXY, ...request.headers },
    ...((scheme === 'http' || scheme === 'https') && { scheme }),
  };
}

/**
 * What rules of a gateway compare: it believes nobody about the scheme, and tells where a request comes from.
 * Source: Envoy's ConnectionManagerUtility::mutateRequestHeaders with use_remote_address
 */
export function comparedByGateway(request: Request): ComparedRequest {
  const plain = compared(request);
  const { 'x-forwarded-for': before } = request.headers;
  return {
    ...plain,
    headers: {
      ...request.headers,
      'x-forwarded-proto': plain.scheme,
      'x-request-id': OF_PROXY,
      'x-forwarded-for': before === undefined ? OF_PROXY : `${before},${OF_PROXY}`,
    },
  };
}

/** A request as the proxy of a server has it, which knows the certificate of a client with mutual TLS. */
export const comparedByServer = (
  request: ComparedRequest,
  { isMutual }: { readonly isMutual: boolean },
): ComparedRequest => ({
  ...request,
  path: normalizedPath(request.path),
  headers: {
    'x-forwarded-proto': request.scheme,
    'x-request-id': OF_PROXY,
    ...request.headers,
    ...(isMutual && { 'x-forwarded-client-cert': OF_PROXY }),
  },
});

/** The Host header: as it is given, else from the URL, with a port that is not the scheme's own. */
export const authorityOf = ({ headers, host, port, scheme }: Request): string =>
  headers['host'] ?? headers[':authority'] ?? (port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`);

/** The first field of a match that a request does not meet; undefined when all of them fit. */
export function requestMiss(match: HTTPMatchRequest, request: ComparedRequest): Miss | undefined {
  if (match.uri !== undefined && !pathMatches(match.uri, request.path, match.ignoreUriCase === true))
    return { field: 'uri', wants: matchText(match.uri), found: request.path };
  for (const [field, found] of [
    ['method', request.method],
    ['authority', request.authority],
    ['scheme', request.scheme],
  ] as const) {
    const wants = match[field];
    if (wants !== undefined && !isPresenceMatch(wants) && !stringMatches(wants, found))
      return { field, wants: matchText(wants), found };
  }
  return (
    headersMiss(match.headers, request) ??
    withoutMiss(match.withoutHeaders, request) ??
    queryMiss(match.queryParams, request)
  );
}

const pathMatches = (uri: StringMatch, path: string, ignoreCase: boolean): boolean =>
  uri.exact === undefined && uri.prefix === undefined && uri.regex === undefined
    ? true
    : stringMatches(uri, path, ignoreCase);

/** A header by its lower-case name, those of HTTP/2 among them: `:path` without the query. */
export function headerValue(
  name: string,
  { headers, authority, method, path, scheme }: ComparedRequest,
): string | undefined {
  switch (name) {
    case ':authority':
    case 'host':
      return authority;
    case ':method':
      return method;
    case ':path':
      return path;
    case ':scheme':
      return scheme;
    default:
      return own(headers, name);
  }
}

/** What stands under the name of a header, or of a claim of the token; several values of a list each count. */
function valuesOf(name: string, request: ComparedRequest): readonly string[] {
  const claim = routedClaim(name);
  if (claim !== undefined) return textsOf(claimAt(request.claims, claim));
  const found = headerValue(name.toLowerCase(), request);
  return found === undefined ? [] : [found];
}

const valueHits = (match: StringMatch, values: readonly string[]): boolean =>
  values.some((value) => isPresenceMatch(match) || stringMatches(match, value));

function headersMiss(wanted: HTTPMatchRequest['headers'], request: ComparedRequest): Miss | undefined {
  for (const [name, match] of Object.entries(wanted ?? {})) {
    const values = valuesOf(name, request);
    if (valueHits(match, values)) continue;
    const found = values.length === 0 ? 'no such header' : values.map((value) => `"${value}"`).join(', ');
    return { field: `headers["${name}"]`, wants: matchText(match), found };
  }
  return undefined;
}

/** A header that is not there counts as empty, but for a match that only asks whether it is there. */
function withoutMiss(unwanted: HTTPMatchRequest['withoutHeaders'], request: ComparedRequest): Miss | undefined {
  for (const [name, match] of Object.entries(unwanted ?? {})) {
    const values = valuesOf(name, request);
    const countsAsEmpty = values.length === 0 && routedClaim(name) === undefined && !isPresenceMatch(match);
    if (valueHits(match, countsAsEmpty ? [''] : values))
      return {
        field: `withoutHeaders["${name}"]`,
        wants: `not ${matchText(match)}`,
        found: `"${values.join(', ')}"`,
      };
  }
  return undefined;
}

/** Of a parameter that comes several times, the first value counts. */
function queryMiss(wanted: HTTPMatchRequest['queryParams'], request: ComparedRequest): Miss | undefined {
  for (const [name, match] of Object.entries(wanted ?? {})) {
    const found = request.query.find(([key]) => key === name)?.[1];
    const fits = found !== undefined && (isPresenceMatch(match) || stringMatches(match, found));
    if (!fits)
      return {
        field: `queryParams["${name}"]`,
        wants: matchText(match),
        found: found === undefined ? 'no such parameter' : `"${found}"`,
      };
  }
  return undefined;
}

/** A match in words: `prefix "/api", header x-beta "1"`. */
export function matchWords(match: HTTPMatchRequest): string {
  const parts = [
    match.uri && `path ${matchText(match.uri)}`,
    match.method && `method ${matchText(match.method)}`,
    match.authority && `authority ${matchText(match.authority)}`,
    match.scheme && `scheme ${matchText(match.scheme)}`,
    ...Object.entries(match.headers ?? {}).map(([name, wants]) => `header ${name} ${matchText(wants)}`),
    ...Object.entries(match.withoutHeaders ?? {}).map(([name, wants]) => `no header ${name} ${matchText(wants)}`),
    ...Object.entries(match.queryParams ?? {}).map(([name, wants]) => `query ${name} ${matchText(wants)}`),
    match.port ? `port ${match.port}` : undefined,
    Object.keys(match.sourceLabels ?? {}).length > 0 && `from pods with ${labelText(match.sourceLabels ?? {})}`,
    match.sourceNamespace ? `from namespace ${match.sourceNamespace}` : undefined,
  ].filter((part) => part !== undefined && part !== '' && part !== false);
  return parts.join(', ') || 'every request';
}

/**
 * Whether nothing gets past a match: what istiod asks before it leaves out all further rules.
 * Source: Istio's IsCatchAllRoute
 */
export const isCatchAll = (match: HTTPMatchRequest): boolean =>
  (match.uri === undefined ||
    match.uri.prefix === '/' ||
    match.uri.regex === '.*' ||
    (match.uri.exact === undefined && match.uri.prefix === undefined && match.uri.regex === undefined)) &&
  match.method === undefined &&
  match.authority === undefined &&
  match.scheme === undefined &&
  Object.keys(match.headers ?? {}).length === 0 &&
  Object.keys(match.withoutHeaders ?? {}).length === 0 &&
  Object.keys(match.queryParams ?? {}).length === 0;
