import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** Labels that ask for different things: one of them wins, and it is not always the one that was added last. */
export const injectionLabelsConflict = {
  code: 'W241',
  name: 'injection-labels-conflict',
  severity: 'warning',
  summary: 'A namespace has more than one label that decides about its sidecars.',
  also: ['IST0123'],
  reads: ['Namespace'],
  *check(graph) {
    for (const { manifest, labels, name } of graph.namespaces.values()) {
      if (manifest === undefined || name === 'istio-system' || labels['istio-injection'] === 'disabled') continue;
      const given = LABELS.filter((label) => labels[label] !== undefined);
      // An injection label with an odd value is not enabled, and then the others decide alone.
      const decisive =
        labels['istio-injection'] !== undefined && labels['istio-injection'] !== 'enabled' ? given.slice(0, 1) : given;
      if (decisive.length < 2) continue;
      const [first = ''] = decisive;
      yield {
        manifest,
        at: ['metadata', 'labels', decisive[1] ?? first],
        message: `${listNames(decisive.map((label) => `${label}: ${labels[label] ?? ''}`))} contradict each other: ${
          labels['istio-injection'] === 'enabled'
            ? 'istio-injection wins, and the pods get a sidecar of the default revision'
            : 'the pods get a sidecar, and are not in ambient mode'
        }`,
        fix: `keep one of ${listNames(decisive)}`,
      };
    }
  },
} satisfies Rule;

const LABELS = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'];
