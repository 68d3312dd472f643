import { headerValue, OF_PROXY, type ComparedRequest } from './match-request.ts';
import { queryText, type Request } from './request.ts';

/** What the commands in header values may ask for. */
export interface Formatting {
  /** As it comes to the route: what that rewrites is not rewritten yet. */
  readonly request: ComparedRequest;
  readonly url: Request;
  /** Name of the route as Envoy has it. */
  readonly routeName: string;
}

/** `%%`, or `%NAME(operand):length%`. Source: Envoy's SubstitutionFormatParser */
const COMMAND = /%(?:%|([A-Z][A-Z0-9_]*)(?:\(([^)]*)\))?(?::(\d+))?%)/g;

/** A header value as a proxy writes it: its commands filled in, with nothing for what is not there. */
export interface Filled {
  /** Set by the proxy where anything of it is not decided by the request. */
  readonly value: string;
  /** Commands such as `%HOSTNAME%` that only the proxy can fill in. */
  readonly unknown: readonly string[];
}

/** Fills in the commands of a header value, such as `%REQ(x-user)%`. */
export function filledIn(text: string, formatting: Formatting): Filled {
  const unknown = new Set<string>();
  const value = text.replaceAll(COMMAND, (command: string, name?: string, operand = '', length?: string) => {
    if (name === undefined) return '%';
    const found = commandValue(name, operand, formatting) ?? '';
    if (found.includes(OF_PROXY)) unknown.add(command);
    return length === undefined ? found : found.slice(0, Number(length));
  });
  return { value: unknown.size === 0 ? value : OF_PROXY, unknown: [...unknown] };
}

/** What a command stands for; undefined for nothing. Source: Envoy's substitution formatters */
function commandValue(name: string, operand: string, { request, url, routeName }: Formatting): string | undefined {
  switch (name) {
    case 'REQ':
      return operand
        .split('?')
        .map((header) => headerOf(header.toLowerCase(), request, url))
        .find((value) => value !== undefined);
    case 'PATH':
      return pathOf(operand, request, url);
    case 'QUERY_PARAM': {
      const value = request.query.find(([key]) => key === operand)?.[1];
      // Whether it is decoded is not for us to say.
      return value !== undefined && /[%+]/.test(value) ? OF_PROXY : value;
    }
    case 'PROTOCOL':
      // With TLS, client and proxy agree on one of them.
      return url.scheme === 'grpc' ? 'HTTP/2' : url.scheme === 'http' ? 'HTTP/1.1' : OF_PROXY;
    case 'ROUTE_NAME':
      return routeName;
    default:
      return OF_PROXY;
  }
}

const headerOf = (name: string, request: ComparedRequest, url: Request): string | undefined =>
  name === ':path' ? `${request.path}${queryText(request.query, url)}` : headerValue(name, request);

function pathOf(operand: string, request: ComparedRequest, url: Request): string {
  const [query = '', which = ''] = operand.split(':');
  const isPlain =
    which === 'PATH' || (which !== 'ORIG' && headerOf('x-envoy-original-path', request, url) === undefined);
  if (!isPlain) return OF_PROXY;
  return query === 'NQ' ? request.path : `${request.path}${queryText(request.query, url)}`;
}
