import type { Rule } from '../rule.ts';
import { sidecarScope as judge } from '../validation/sidecar-listeners.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Sidecars without any field, and an egressProxy without ALLOW_ANY. */
export const sidecarScope = {
  code: 'W470',
  name: 'sidecar-scope',
  severity: 'error',
  summary: 'A Sidecar says nothing, or its egressProxy is refused.',
  also: ['IST0106'],
  reads: ['Sidecar'],
  check: (graph) => webhookHits(graph, { Sidecar: judge }),
} satisfies Rule;
