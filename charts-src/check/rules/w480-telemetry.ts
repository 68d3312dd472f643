import type { Rule } from '../rule.ts';
import { telemetry as judge } from '../validation/telemetry.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Filters that are no CEL, tags without name or value, second tracing blocks and providers. */
export const telemetry = {
  code: 'W480',
  name: 'telemetry',
  severity: 'error',
  summary: 'A Telemetry is refused, or a part of it has no effect.',
  also: ['IST0106', 'IST0133'],
  reads: ['Telemetry'],
  check: (graph) => webhookHits(graph, { Telemetry: judge }),
} satisfies Rule;
