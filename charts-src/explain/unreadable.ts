import type { ComparedRequest } from './match-request.ts';

/** Methods that proxies read on HTTP/1.1.
 * Source: Envoy's BalsaParser, kValidMethods without allow_custom_methods */
const READ = new Set(
  [
    'ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS',
    'PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE',
  ].flatMap((names) => names.split(' ')),
);

/** Why a proxy answers 400 before it looks at any rule; undefined where it reads a request.
 * Source: Envoy's PathUtil::canonicalPath, which takes no null */
export function unreadable({ method, path }: Pick<ComparedRequest, 'method' | 'path'>): string | undefined {
  if (!READ.has(method)) return `${method} is no method that proxies read`;
  return path.includes('%00') ? 'a path with %00 cannot be normalized' : undefined;
}
