import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/** Something is exported to a namespace that is not there: those who should see it do not. */
export const exportToUnknownNamespace = {
  code: 'W160',
  name: 'export-to-unknown-namespace',
  severity: 'warning',
  summary: 'Something is exported to a namespace that does not exist.',
  also: ['KIA0005'],
  reads: ['VirtualService', 'DestinationRule', 'ServiceEntry', 'Service', 'Namespace'],
  *check(graph) {
    const declared = [...graph.namespaces.keys()];
    const declaresAny = graph.objects('Namespace', '').length > 0;
    for (const { manifest, to, at } of exportsOf(graph)) {
      if (['.', '*', '~', ''].includes(to) || graph.namespaces.has(to) || to === graph.settings.rootNamespace) continue;
      const meant = closest(to, declared);
      yield {
        manifest,
        at,
        // Files that declare no namespace at all do not say which there are.
        severity: declaresAny || meant !== undefined ? 'warning' : 'info',
        message: `namespace "${to}" is not among the files, so nobody there sees this${meant === undefined ? ' as far as they tell' : ''}`,
        fix:
          meant === undefined
            ? 'name a namespace that exists, or check its folder together with this one'
            : `did you mean ${meant}`,
      };
    }
  },
} satisfies Rule;

function* exportsOf(
  graph: MeshGraph,
): Iterable<{ readonly manifest: Manifest; readonly to: string; readonly at: Path }> {
  for (const kind of ['VirtualService', 'DestinationRule', 'ServiceEntry'] as const)
    for (const { manifest, spec } of graph.of(kind))
      for (const [index, to] of (spec.exportTo ?? []).entries())
        yield { manifest, to, at: ['spec', 'exportTo', index] };
  for (const { manifest, exportTo } of graph.services)
    for (const to of exportTo) yield { manifest, to, at: ['metadata', 'annotations', 'networking.istio.io/exportTo'] };
}
