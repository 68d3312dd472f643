import type { Rule } from '../rule.ts';
import { outlierDetection as judge } from '../validation/outlier-detection.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Percentages that are none, failures that are not counted, and the field that Istio does not read any more. */
export const outlierDetection = {
  code: 'W438',
  name: 'outlier-detection',
  severity: 'error',
  summary: 'A setting of outlierDetection is refused or has no effect.',
  also: ['IST0106', 'IST0133'],
  reads: ['DestinationRule'],
  check: (graph) => webhookHits(graph, { DestinationRule: judge }),
} satisfies Rule;
