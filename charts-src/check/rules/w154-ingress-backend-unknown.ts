import { ingressBackends } from '../../graph/ingress-backends.ts';
import type { MeshHost } from '../../graph/mesh-host.ts';
import { fieldsOf, textOf } from '../../manifest/raw.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import type { Hit, Rule } from '../rule.ts';

/** An Ingress leads to a Service, or to a port of it, that is not there: clients get 503 or 404. */
export const ingressBackendUnknown = {
  code: 'W154',
  name: 'ingress-backend-unknown',
  severity: 'error',
  summary: 'An Ingress leads to a Service or a port that is not there.',
  reads: ['Ingress', 'Service'],
  *check(graph) {
    for (const manifest of graph.objects('Ingress', 'networking.k8s.io')) {
      // Where the files hold no Service of the namespace, they are elsewhere.
      if (graph.namespaces.get(manifest.namespace)?.isDescribed !== true) continue;
      const here = new Map(
        graph.services
          .filter(({ namespace }) => namespace === manifest.namespace)
          .map((host) => [host.manifest.name, host]),
      );
      for (const { service, serviceAt } of ingressBackends(manifest)) {
        const found = judge(here, service, serviceAt, manifest.namespace);
        if (found !== undefined) yield { manifest, ...found };
      }
    }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix'> & { readonly at: Path };

function judge(here: ReadonlyMap<string, MeshHost>, backend: unknown, at: Path, namespace: string): Found | undefined {
  const { name: written, port: asked } = fieldsOf(backend);
  const name = textOf(written);
  if (name === '') return undefined;
  const host = here.get(name);
  if (host === undefined) {
    const meant = closest(name, [...here.keys()]);
    return {
      at: [...at, 'name'],
      message: `namespace "${namespace}" has no Service "${name}", and an Ingress reaches no other namespace: clients get 503`,
      fix: meant === undefined ? `name a Service of "${namespace}"` : `did you mean "${meant}"`,
    };
  }
  const port = fieldsOf(asked);
  if (host.ports.some((one) => one.number === port['number'] || (one.name !== '' && one.name === port['name'])))
    return undefined;
  const shown = port['number'] ?? port['name'];
  if (typeof shown !== 'number' && typeof shown !== 'string') return undefined;
  const ports = host.ports.map((one) => (one.name === '' ? String(one.number) : `${one.number} (${one.name})`));
  return {
    at: [...at, 'port', port['number'] === undefined ? 'name' : 'number'],
    message: `Service "${name}" has no port ${shown} (its ports: ${ports.join(', ')}): clients get 503`,
    fix: 'name a port of the Service, not of its pods',
  };
}
