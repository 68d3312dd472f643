import type { Rule } from '../rule.ts';
import { envoyFilter as judge } from '../validation/envoy-filter.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Patches that do not say what, where or how, and matches that do not go with what is patched. */
export const envoyFilter = {
  code: 'W482',
  name: 'envoy-filter',
  severity: 'error',
  summary: 'A patch of an EnvoyFilter is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['EnvoyFilter'],
  check: (graph) => webhookHits(graph, { EnvoyFilter: judge }),
} satisfies Rule;
