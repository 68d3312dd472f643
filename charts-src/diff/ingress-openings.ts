import type { MeshGraph } from '../graph/mesh-graph.ts';
import { objectName } from '../manifest/manifest.ts';
import { fieldsOf, itemsOf, textOf } from '../manifest/raw.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';

/** A host and path that an Ingress leads to a Service. */
interface Entrance {
  readonly namespace: string;
  readonly host: string;
  readonly path: string;
  readonly to: string;
  readonly subject: string;
  readonly by: Reference;
}

/** What Ingresses open to the outside that they did not. Source: Ingress of networking.k8s.io/v1 */
export function ingressOpenings(was: MeshGraph, is: MeshGraph): readonly Opening[] {
  const before = entrances(was);
  return entrances(is)
    .filter(
      (one) =>
        !before.some(
          (old) =>
            old.namespace === one.namespace &&
            old.to === one.to &&
            (old.host === '*' || old.host === one.host) &&
            one.path.startsWith(old.path),
        ),
    )
    .map(({ host, path, to, subject, by }): Opening => {
      const what = `${host}${path} leads to ${to}`;
      return {
        topic: 'gateway',
        subject,
        opened: `new from outside: ${what}`,
        closed: `no more from outside: ${what}`,
        by,
      };
    });
}

const entrances = (graph: MeshGraph): readonly Entrance[] =>
  graph.objects('Ingress', 'networking.k8s.io').flatMap((manifest) => {
    const { namespace, object } = manifest;
    const spec = fieldsOf(object['spec']);
    const entrance = (host: string, path: string, backend: unknown, at: Reference['at']): readonly Entrance[] => {
      const to = textOf(fieldsOf(fieldsOf(backend)['service'])['name']);
      return to === ''
        ? []
        : [
            {
              namespace,
              host,
              path,
              to: `Service ${namespace}/${to}`,
              subject: objectName(manifest),
              by: { manifest, at },
            },
          ];
    };
    return [
      ...entrance('*', '/', spec['defaultBackend'], ['spec', 'defaultBackend']),
      ...itemsOf(spec['rules']).flatMap((rule, index) => {
        const { host, http } = fieldsOf(rule);
        return itemsOf(fieldsOf(http)['paths']).flatMap((one, place) => {
          const { path, backend } = fieldsOf(one);
          return entrance(textOf(host) || '*', textOf(path) || '/', backend, [
            'spec',
            'rules',
            index,
            'http',
            'paths',
            place,
          ]);
        });
      }),
    ];
  });
