import { clientsOf } from '../../graph/virtual-service-clients.ts';
import { isDelegate } from '../../graph/virtual-services.ts';
import type { Rule } from '../rule.ts';

/** A VirtualService without hosts acts only where another one delegates to it, and none does. */
export const delegateUnused = {
  code: 'W128',
  name: 'delegate-unused',
  severity: 'warning',
  summary: 'A VirtualService without hosts is delegated to by none, so it does nothing.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (!isDelegate(virtualService) || clientsOf(graph).rootsOf(virtualService).length > 0) continue;
      yield {
        manifest: virtualService.manifest,
        at: ['spec'],
        message: `it has no hosts and no VirtualService of the files delegates to it, so its rules do not act`,
        fix: `add hosts, or delegate: { name: ${virtualService.name}, namespace: ${virtualService.namespace} } in another one`,
      };
    }
  },
} satisfies Rule;
