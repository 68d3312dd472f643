import type { Upstream } from './explanation.ts';
import { OF_PROXY, type ComparedRequest } from './match-request.ts';
import { queryText, type Request } from './request.ts';

/** A request as an application gets it. What proxies add by themselves is the same for all requests, and not told. */
export const upstreamOf = ({ path, authority, headers, scheme, query }: ComparedRequest, url: Request): Upstream => ({
  path: `${path}${queryText(query, url)}`,
  authority,
  headers: Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) =>
        !value.includes(OF_PROXY) &&
        (name !== 'x-forwarded-proto' || value !== scheme || Object.hasOwn(url.headers, name)),
    ),
  ),
});
