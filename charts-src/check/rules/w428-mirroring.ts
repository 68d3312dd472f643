import type { Rule } from '../rule.ts';
import { mirroring as judge } from '../validation/mirroring.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Percentages below 0 or above 100, and the old way to write one. */
export const mirroring = {
  code: 'W428',
  name: 'mirroring',
  severity: 'error',
  summary: 'A percentage to mirror is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
