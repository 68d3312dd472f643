import type { Rule } from '../rule.ts';
import { serviceRefusals } from '../validation/service.ts';

/** A Service that the API server refuses: ports without number or name, names and protocols that are none. */
export const serviceRefused = {
  code: 'W414',
  name: 'service-refused',
  severity: 'error',
  summary: 'A Service is refused by the API server.',
  reads: ['Service'],
  *check(graph) {
    for (const manifest of graph.objects('Service', ''))
      for (const { at, what, fix } of serviceRefusals(manifest))
        yield { manifest, at, message: `${what}: the API server refuses the whole object`, fix };
  },
} satisfies Rule;
