import type { Rule } from '../rule.ts';
import { durationPrecision as judge } from '../validation/duration-precision.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Durations that are no whole number of milliseconds: Envoy counts in milliseconds, and the webhook refuses the rest. */
export const durationPrecision = {
  code: 'W416',
  name: 'duration-precision',
  severity: 'error',
  summary: 'A duration is finer than a millisecond.',
  also: ['IST0106'],
  reads: ['VirtualService', 'DestinationRule', 'RequestAuthentication', 'Sidecar'],
  check: (graph) =>
    webhookHits(graph, {
      VirtualService: (_, { object }) => judge('VirtualService', object['spec']),
      DestinationRule: (_, { object }) => judge('DestinationRule', object['spec']),
      RequestAuthentication: (_, { object }) => judge('RequestAuthentication', object['spec']),
      Sidecar: (_, { object }) => judge('Sidecar', object['spec']),
    }),
} satisfies Rule;
