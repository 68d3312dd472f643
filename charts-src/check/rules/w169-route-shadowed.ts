import {
  GATEWAY_API,
  gatewayApiOf,
  type ApiParent,
  type ApiRoute,
  type ApiRouteRule,
} from '../../graph/gateway-api.ts';
import { objectName, type Manifest } from '../../manifest/manifest.ts';
import { formatPath, type Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/**
 * Two rules ask for exactly the same requests: the first one of a route, or that of the older route, gets them all.
 * Source: Istio's sortHTTPRoutes, mergeHTTPRoutes
 */
export const routeShadowed = {
  code: 'W169',
  name: 'route-shadowed',
  severity: 'warning',
  summary: 'Two rules of HTTPRoutes ask for the same requests, and one of them gets none.',
  reads: ['HTTPRoute'],
  *check(graph) {
    const first = new Map<string, { readonly manifest: Manifest; readonly at: Path }>();
    for (const route of gatewayApiOf(graph).routes) {
      if (route.kind !== 'HTTPRoute') continue;
      const { manifest } = route;
      const told = new Set<string>();
      for (const place of placesOf(route))
        for (const { at, text } of matchesOf(route)) {
          const key = `${place} ${text}`;
          const earlier = first.get(key);
          if (earlier === undefined) {
            first.set(key, { manifest, at });
            continue;
          }
          const where = formatPath(at);
          if (earlier.at === at || told.has(where)) continue;
          // One object in two files is W552's.
          if (earlier.manifest !== manifest && objectName(earlier.manifest) === objectName(manifest)) continue;
          told.add(where);
          const isOwn = earlier.manifest === manifest;
          yield {
            manifest,
            at,
            message: isOwn
              ? `${formatPath(earlier.at)} asks for the same requests and comes first: this one gets none`
              : `${objectName(earlier.manifest)} asks for the same requests (${formatPath(earlier.at)}): the older of the two routes gets them all, and which that is, the files do not say`,
            fix: isOwn
              ? 'take one out, or make one rule of both with two backends'
              : 'make one rule of both, or tell them apart by path, header or hostname',
          };
        }
    }
  },
} satisfies Rule;

/** Where the rules of a route act: each listener or Service by each hostname. */
const placesOf = ({ parents, hostnames, namespace }: ApiRoute): readonly string[] =>
  parents.flatMap((parent) => {
    // Routes of a Service are one list in each namespace: callers follow their own first.
    if (!isGateway(parent)) return [`${placeOf(parent)} ${namespace}`];
    return (hostnames.length > 0 ? hostnames : ['*']).map((host) => `${placeOf(parent)} ${host}`);
  });

const isGateway = ({ kind, group }: ApiParent): boolean => kind === 'Gateway' && group === GATEWAY_API;

const placeOf = ({ group, kind, namespace, name, sectionName = '', port }: ApiParent): string =>
  `${group}/${kind} ${namespace}/${name} ${sectionName} ${port ?? ''}`;

function matchesOf({ rules }: ApiRoute): readonly { readonly at: Path; readonly text: string }[] {
  return rules.flatMap(({ matches = [] }, index) => {
    const at: Path = ['spec', 'rules', index];
    return matches.length === 0
      ? [{ at, text: textOf({}) }]
      : matches.map((match, place) => ({ at: [...at, 'matches', place], text: textOf(match) }));
  });
}

/** A match with what it means where a part of it is not written. */
const textOf = ({ path, headers, queryParams, method }: NonNullable<ApiRouteRule['matches']>[number]): string =>
  JSON.stringify([path?.type ?? 'PathPrefix', path?.value ?? '/', headers ?? [], queryParams ?? [], method ?? '']);
