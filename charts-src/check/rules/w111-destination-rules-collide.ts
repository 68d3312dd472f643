import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { byAge, createdAt, type Resource } from '../../graph/resource.ts';
import { objectName } from '../../manifest/manifest.ts';
import { fullHost } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/**
 * Two DestinationRules of one namespace are for one host, and both say the same thing: of two policies, and of two
 * subsets of one name, the younger one is ignored. With different `exportTo` one of them is ignored as a whole.
 */
export const destinationRulesCollide = {
  code: 'W111',
  name: 'destination-rules-collide',
  severity: 'warning',
  summary: 'Two DestinationRules for one host contradict each other, and one of them is ignored.',
  also: ['KIA0201'],
  reads: ['DestinationRule'],
  *check(graph) {
    for (const rules of sameHost(graph)) {
      const ordered = [...rules].sort(byAge);
      for (const [index, younger] of ordered.entries())
        for (const older of ordered.slice(0, index)) {
          const collision = collisionOf(older, younger);
          if (collision === undefined) continue;
          yield {
            manifest: younger.manifest,
            at: collision.at,
            message: `${objectName(older.manifest)} is for the same host "${younger.spec.host}", and ${collision.what}${createdAt(older.manifest) === '' ? '; which of the two is older, the files do not say' : ''}`,
            fix: 'make one DestinationRule of both',
          };
          break;
        }
    }
  },
} satisfies Rule;

/** Rules for all clients, by namespace and host, where there are several. The same object twice is not two of them. */
function sameHost(graph: MeshGraph): readonly (readonly Resource<'DestinationRule'>[])[] {
  const groups = new Map<string, Map<string, Resource<'DestinationRule'>>>();
  for (const rule of graph.of('DestinationRule')) {
    if (rule.spec.workloadSelector !== undefined || rule.spec.host === '') continue;
    const key = `${rule.namespace}/${fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain)}`;
    const group = groups.get(key) ?? new Map<string, Resource<'DestinationRule'>>();
    group.set(rule.name, rule);
    groups.set(key, group);
  }
  return [...groups.values()].filter(({ size }) => size > 1).map((group) => [...group.values()]);
}

function collisionOf(
  older: Resource<'DestinationRule'>,
  younger: Resource<'DestinationRule'>,
): { readonly at: Path; readonly what: string } | undefined {
  const [one, other] = [older, younger].map(({ spec, namespace }) =>
    [...new Set((spec.exportTo ?? []).map((to) => (to === '.' ? namespace : to)))].sort().join(','),
  );
  if (one !== other)
    return {
      at: younger.spec.exportTo === undefined ? ['spec', 'host'] : ['spec', 'exportTo'],
      what: 'is exported to other namespaces: the two are not merged, and a client uses only one of them',
    };
  for (const [index, { name }] of (younger.spec.subsets ?? []).entries())
    if (older.spec.subsets?.some((subset) => subset.name === name))
      return {
        at: ['spec', 'subsets', index, 'name'],
        what: `declares the subset "${name}" too: the older one counts`,
      };
  return older.spec.trafficPolicy !== undefined && younger.spec.trafficPolicy !== undefined
    ? { at: ['spec', 'trafficPolicy'], what: 'has a trafficPolicy too: this one is ignored as a whole' }
    : undefined;
}
