import { HTTP_TOKEN } from '../model/http-token.ts';
/** A request as it leaves a client, after its URL was read. */
export interface Request {
  readonly method: string;
  readonly scheme: 'http' | 'https' | 'tcp' | 'grpc';
  /** Host of the URL: where the connection goes. */
  readonly host: string;
  readonly port: number;
  /** Path as it was written, without the query. */
  readonly path: string;
  /** In order, as it is written; a name may come several times. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By lower-case name; several values of one name are joined with `,` as Envoy sees them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL as it was written. */
  readonly url: string;
}

/** Why a request cannot be read: a phrase without a full stop, and what to write. */
export interface RequestProblem {
  readonly message: string;
  readonly fix: string;
}

const DEFAULT_PORT: Readonly<Record<Request['scheme'], number>> = { http: 80, https: 443, tcp: 0, grpc: 80 };

/**
 * Reads a request as it is typed: `GET http://orders.shop/api/orders?limit=1`, with headers as `name=value` or
 * `name: value`.
 */
export function readRequest(
  method: string,
  url: string,
  headers: readonly string[],
): { readonly request: Request } | { readonly problem: RequestProblem } {
  if (!HTTP_TOKEN.test(method))
    return { problem: { message: `"${method}" is no HTTP method`, fix: 'write the method first, such as GET' } };
  const read = readUrl(url);
  if ('problem' in read) return read;
  const fields = new Map<string, string>();
  for (const header of headers) {
    const [, name = '', value = ''] = /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(header) ?? [];
    if (!HTTP_TOKEN.test(name))
      return {
        problem: {
          message: `the header "${header}" has no name and value`,
          fix: 'write -H name=value, for example -H x-user=7',
        },
      };
    const key = name.toLowerCase();
    const before = fields.get(key);
    fields.set(key, before === undefined ? value.trim() : `${before},${value.trim()}`);
  }
  return { request: { method, url, headers: Object.fromEntries(fields), ...read } };
}

type ReadUrl = Pick<Request, 'scheme' | 'host' | 'port' | 'path' | 'query'>;

function readUrl(url: string): ReadUrl | { readonly problem: RequestProblem } {
  const found =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^/?#:[\]]*)(?::([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s.exec(
      url,
    );
  const [, schemeText = 'http', host = '', portText, path = '', query] = found ?? [];
  const scheme = schemeText.toLowerCase();
  // Before the path an @ can only stand behind a user name.
  if (/^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?[^/?#]*@/.test(url))
    return {
      problem: { message: `"${url}" holds a user name`, fix: 'leave it out: write -H authorization=… instead' },
    };
  if (found === null || host === '' || /[\s"<>\\^`{|}]/.test(url))
    return {
      problem: {
        message: `"${url}" is no URL`,
        fix: 'write one such as http://order-service.shop.svc.cluster.local/api/orders',
      },
    };
  if (!Object.hasOwn(DEFAULT_PORT, scheme))
    return {
      problem: {
        message: `the scheme "${schemeText}" is none that a mesh carries`,
        fix: 'write http://, https://, grpc:// or tcp://',
      },
    };
  const known = scheme as Request['scheme']; // a key of the table
  const port = portText === undefined ? DEFAULT_PORT[known] : Number(portText);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return {
      problem: {
        message: portText === undefined ? `"${url}" names no port` : `the port "${portText}" of "${url}" is none`,
        fix: 'write a port from 1 to 65535 after the host, such as :8080',
      },
    };
  return { scheme: known, host: host.toLowerCase(), port, path: path === '' ? '/' : path, query: readQuery(query) };
}

/** Names and values as Envoy's routes read them: letter by letter, nothing decoded. */
const readQuery = (query: string | undefined): Request['query'] =>
  query === undefined || query === ''
    ? []
    : query.split('&').map((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      });

/** In the order of the names, and decoded as it was read: a letter that a URL cannot hold breaks the request.
 * Source: Envoy's QueryParamsMulti */
function rewrittenQuery(query: Request['query']): string {
  const pairs = query.map(([name, value]) => [decoded(name), decoded(value)] as const);
  const text = pairs
    .sort(([one], [other]) => Number(one > other) - Number(one < other))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return text === '' ? '' : `?${text}`;
}

/** A part of a query with its escapes read. Source: Envoy's parseAndDecodeQueryString */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign stands for itself
  }
}

/** A path with the query of the request, which no rewrite touches. */
export const pathWithQuery = (path: string, url: Request): string => `${path}${queryText(url.query, url)}`;

/** The query of a request as it was written; where proxies have taken something from it, as they write it. */
export function queryText(query: Request['query'], { query: written, url }: Pick<Request, 'query' | 'url'>): string {
  if (query !== written) return rewrittenQuery(query);
  const [withoutFragment = ''] = url.split('#');
  const question = withoutFragment.indexOf('?');
  return question < 0 ? '' : withoutFragment.slice(question);
}

/**
 * The path as proxies compare it: `.` and `..` resolved, unreserved letters decoded, `\` read as `/`. Doubled slashes
 * and an encoded slash stay, as with Istio's default.
 * Source: MeshConfig.pathNormalization BASE; Envoy's normalize_path, RFC 3986 section 6
 */
export function normalizedPath(path: string): string {
  const unescaped = path.replaceAll('\\', '/').replace(/%([0-9A-Fa-f]{2})/g, (found, hex: string) => {
    const letter = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(letter) ? letter : found;
  });
  const kept: string[] = [];
  const segments = unescaped.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '..' && segment !== '.') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}
