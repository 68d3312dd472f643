import type { Manifest } from '../manifest/manifest.ts';
import { fieldsOf, itemsOf, textOf } from '../manifest/raw.ts';
import type { Path } from '../model/schema.ts';

/** Where an Ingress leads requests of a host and a path. */
export interface IngressBackend {
  /** `*` where it is for every host. */
  readonly host: string;
  readonly path: string;
  /** The field `service` of the backend, which need not be one. */
  readonly service: unknown;
  /** The default backend, or the item of `paths`. */
  readonly at: Path;
  readonly serviceAt: Path;
}

/** Everything that an Ingress leads to. Source: Ingress of networking.k8s.io/v1 */
export function ingressBackends({ object }: Pick<Manifest, 'object'>): readonly IngressBackend[] {
  const { defaultBackend, rules } = fieldsOf(object['spec']);
  const at: Path = ['spec', 'defaultBackend'];
  return [
    { host: '*', path: '/', service: fieldsOf(defaultBackend)['service'], at, serviceAt: [...at, 'service'] },
    ...itemsOf(rules).flatMap((rule, index) => {
      const { host, http } = fieldsOf(rule);
      return itemsOf(fieldsOf(http)['paths']).map((one, place): IngressBackend => {
        const { path, backend } = fieldsOf(one);
        const here: Path = ['spec', 'rules', index, 'http', 'paths', place];
        return {
          host: textOf(host) || '*',
          path: textOf(path) || '/',
          service: fieldsOf(backend)['service'],
          at: here,
          serviceAt: [...here, 'backend', 'service'],
        };
      });
    }),
  ];
}
