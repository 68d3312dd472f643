import { httpRulesOf } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { isDelegate, virtualServiceHosts } from '../graph/virtual-services.ts';
import type { StringMatch } from '../imports/istio.ts';
import { objectName } from '../manifest/manifest.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';

/** Pages of a site that browsers let read what a host answers. */
interface Readers {
  readonly host: string;
  readonly origin: string;
  readonly withCredentials: boolean;
  readonly subject: string;
  readonly by: Reference;
}

/** Sites whose pages may read what they could not: with credentials, as the user who visits them. */
export function corsOpenings(was: MeshGraph, is: MeshGraph): readonly Opening[] {
  const before = readers(was);
  return readers(is)
    .filter(
      (one) =>
        !before.some(
          (old) => old.host === one.host && old.origin === one.origin && (old.withCredentials || !one.withCredentials),
        ),
    )
    .map(({ host, origin, withCredentials, subject, by }): Opening => {
      const what = `pages of ${origin} read what ${host} answers${withCredentials ? ', with the credentials of their visitors' : ''}`;
      return { topic: 'cors', subject, opened: `lets ${what}`, closed: `lets no more ${what}`, by };
    });
}

const readers = (graph: MeshGraph): readonly Readers[] =>
  graph
    .of('VirtualService')
    .filter((virtualService) => !isDelegate(virtualService))
    .flatMap((virtualService) => {
      const hosts = virtualServiceHosts(virtualService, graph.settings.clusterDomain);
      return httpRulesOf(virtualService, graph.virtualServices).rules.flatMap(({ http: { corsPolicy }, placeOf }) => {
        const { virtualService: owner, at } = placeOf('corsPolicy');
        return (corsPolicy?.allowOrigins ?? []).flatMap((origin, index) =>
          hosts.map((host) => ({
            host,
            origin: originWords(origin),
            withCredentials: corsPolicy?.allowCredentials === true,
            subject: objectName(virtualService.manifest),
            by: { manifest: owner.manifest, at: [...at, 'allowOrigins', index] },
          })),
        );
      });
    });

const originWords = ({ exact, prefix, regex }: StringMatch): string =>
  exact === '*' || regex === '.*'
    ? 'every site'
    : (exact ?? (prefix === undefined ? `sites like ${regex ?? ''}` : `${prefix}…`));
