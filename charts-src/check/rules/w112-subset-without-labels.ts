import { selectsAll } from '../../graph/subset-pods.ts';
import type { Rule } from '../rule.ts';

/** A subset has no labels: it stands for all pods of the host, those of other versions among them. */
export const subsetWithoutLabels = {
  code: 'W112',
  name: 'subset-without-labels',
  severity: 'warning',
  summary: 'A subset without labels stands for all pods of its host.',
  also: ['KIA0209'],
  reads: ['DestinationRule'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const subsets = rule.spec.subsets ?? [];
      for (const [index, subset] of subsets.entries()) {
        if (!selectsAll(subset)) continue;
        yield {
          manifest: rule.manifest,
          at: ['spec', 'subsets', index],
          // Alone, or with a policy of its own, it can be meant: a second policy for the same pods.
          severity: subset.trafficPolicy !== undefined || subsets.every(selectsAll) ? 'info' : 'warning',
          message: `subset "${subset.name}" has no labels, so what is routed to it reaches every pod of "${rule.spec.host}"`,
          fix: `add the labels of its pods, such as labels: { version: ${subset.name || 'v1'} }`,
        };
      }
    }
  },
} satisfies Rule;
