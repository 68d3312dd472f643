import { ingressBackends } from '../graph/ingress-backends.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { objectName } from '../manifest/manifest.ts';
import { fieldsOf, textOf } from '../manifest/raw.ts';
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

/** What Ingresses open to the outside that they did not. */
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
  graph.objects('Ingress', 'networking.k8s.io').flatMap((manifest) =>
    ingressBackends(manifest).flatMap(({ host, path, service, at }) => {
      const { namespace } = manifest;
      const name = textOf(fieldsOf(service)['name']);
      if (name === '') return [];
      const to = `Service ${namespace}/${name}`;
      return [{ namespace, host, path, to, subject: objectName(manifest), by: { manifest, at } }];
    }),
  );
