import { policyLayers } from '../policy-layers.ts';
import { detectors } from '../outlier-limits.ts';
import type { Rule } from '../rule.ts';

/** Outlier detection in which every way to notice a failure is off. */
export const outlierWithoutDetector = {
  code: 'W322',
  name: 'outlier-without-detector',
  severity: 'warning',
  summary: 'Outlier detection counts no kind of error, so it never ejects a pod.',
  reads: ['DestinationRule'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule'))
      for (const { policy, at } of policyLayers(rule)) {
        const { outlierDetection } = policy;
        if (outlierDetection === undefined || detectors(outlierDetection).length > 0) continue;
        yield {
          manifest: rule.manifest,
          at: [...at, 'outlierDetection', 'consecutive5xxErrors'],
          message: 'consecutive5xxErrors: 0 switches off the only errors that are counted: no pod is ever ejected',
          fix: 'write a number above 0, add consecutiveGatewayErrors, or leave out outlierDetection',
        };
      }
  },
} satisfies Rule;
