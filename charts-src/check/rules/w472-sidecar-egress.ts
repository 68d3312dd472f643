import type { Rule } from '../rule.ts';
import { sidecarEgress as judge } from '../validation/sidecar-listeners.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Hosts without a namespace, short names, listeners without a port that are not the last one. */
export const sidecarEgress = {
  code: 'W472',
  name: 'sidecar-egress',
  severity: 'error',
  summary: 'An egress listener of a Sidecar is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['Sidecar'],
  check: (graph) => webhookHits(graph, { Sidecar: judge }),
} satisfies Rule;
