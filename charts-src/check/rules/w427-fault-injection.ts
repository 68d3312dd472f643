import type { Rule } from '../rule.ts';
import { faultInjection as judge } from '../validation/fault-injection.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Faults without abort and delay, percentages and statuses that are none, kinds of faults that are not supported. */
export const faultInjection = {
  code: 'W427',
  name: 'fault-injection',
  severity: 'error',
  summary: 'A fault that is made on purpose is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
