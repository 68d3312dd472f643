import type { Rule } from '../rule.ts';
import { exportOfDestinationRule, exportOfServiceEntry, exportOfVirtualService } from '../validation/export-to.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Namespaces that an object is exported to, as Istio reads them. */
export const exportTo = {
  code: 'W417',
  name: 'export-to',
  severity: 'error',
  summary: 'exportTo names no namespace, or one twice.',
  also: ['IST0106'],
  reads: ['VirtualService', 'DestinationRule', 'ServiceEntry'],
  check: (graph) =>
    webhookHits(graph, {
      VirtualService: exportOfVirtualService,
      DestinationRule: exportOfDestinationRule,
      ServiceEntry: exportOfServiceEntry,
    }),
} satisfies Rule;
