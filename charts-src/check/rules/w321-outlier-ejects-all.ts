import { podsInWords, podsOf } from '../pod-count.ts';
import { hostOfRule, policyLayers } from '../policy-layers.ts';
import { detectors, ejectionPercent } from '../outlier-limits.ts';
import type { Rule } from '../rule.ts';

/** Outlier detection that may leave out every pod, with nothing that keeps requests going then. */
export const outlierEjectsAll = {
  code: 'W321',
  name: 'outlier-ejects-all',
  severity: 'warning',
  summary: 'Outlier detection may eject all pods at once, and then every request is answered 503.',
  reads: ['DestinationRule', 'Service', 'ServiceEntry', 'Deployment', 'StatefulSet', 'HorizontalPodAutoscaler'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = hostOfRule(graph, rule);
      for (const { policy, at, subset } of policyLayers(rule)) {
        const { outlierDetection } = policy;
        if (outlierDetection === undefined || detectors(outlierDetection).length === 0) continue;
        // With a minHealthPercent, Envoy goes on with all pods when too few are left.
        if (ejectionPercent(outlierDetection) < 100 || (outlierDetection.minHealthPercent ?? 0) > 0) continue;
        const pods = host && podsOf(host, subset?.labels)?.usual;
        yield {
          manifest: rule.manifest,
          at: [...at, 'outlierDetection', 'maxEjectionPercent'],
          severity: pods !== undefined && pods >= MANY ? 'info' : 'warning',
          message:
            `maxEjectionPercent: 100 lets ${pods === undefined ? 'all pods' : pods === 1 ? 'the only pod' : `all ${podsInWords(pods)}`} be left out: ` +
            'when a fault of a dependency makes each of them fail, every request is answered 503 (UH) by the proxy, for there is no panic mode without minHealthPercent',
          fix: 'write "maxEjectionPercent: 50", or add "minHealthPercent: 30"',
        };
      }
    }
  },
} satisfies Rule;

/** From here on it takes a fault of all that nothing helps against. */
const MANY = 10;
