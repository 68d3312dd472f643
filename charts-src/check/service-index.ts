import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import { closest } from '../model/closest.ts';
import { groupBy } from '../model/multimap.ts';
import { perGraph } from '../graph/per-graph.ts';

/** Services by their names, for rules about references to them. */
export interface ServiceIndex {
  named(namespace: string, name: string): MeshHost | undefined;
  /** One of this name, wherever it is. */
  elsewhere(name: string): MeshHost | undefined;
  /** Names of those of a namespace. */
  namesIn(namespace: string): readonly string[];
  /** The name in a namespace that another one is nearly. */
  nearest(namespace: string, name: string): string | undefined;
}

/** Among very many names one is near by chance, and looking for it takes long. */
const MAX_COMPARED = 300;

/** The Services of a mesh by name, found once. */
export const serviceIndex = perGraph(({ services, hostsNamed, settings }: MeshGraph): ServiceIndex => {
  const byName = groupBy(services, ({ manifest }) => manifest.name);
  const byNamespace = groupBy(services, ({ namespace }) => namespace);
  const namesIn = (namespace: string): readonly string[] =>
    (byNamespace.get(namespace) ?? []).map(({ manifest }) => manifest.name);
  return {
    named: (namespace, name) =>
      hostsNamed(`${name}.${namespace}.svc.${settings.clusterDomain}`).find(({ from }) => from.kind === 'Service'),
    elsewhere: (name) => byName.get(name)?.[0],
    namesIn,
    nearest: (namespace, name) => {
      const names = namesIn(namespace);
      return names.length > MAX_COMPARED ? undefined : closest(name, names);
    },
  };
});
