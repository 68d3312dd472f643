import type { Rule } from '../rule.ts';
import { sidecarIngress as judge } from '../validation/sidecar-listeners.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Ports, addresses, endpoints and TLS that a sidecar cannot listen with. */
export const sidecarIngress = {
  code: 'W471',
  name: 'sidecar-ingress',
  severity: 'error',
  summary: 'An ingress listener of a Sidecar is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['Sidecar'],
  check: (graph) => webhookHits(graph, { Sidecar: judge }),
} satisfies Rule;
