import type { Rule } from '../rule.ts';
import { configRefusals } from '../validation/config-data.ts';

/** A ConfigMap or Secret that the API server refuses: numbers where texts belong, values that are no base64. */
export const configRefused = {
  code: 'W419',
  name: 'config-refused',
  severity: 'error',
  summary: 'A ConfigMap or Secret is refused by the API server.',
  reads: ['ConfigMap', 'Secret'],
  *check(graph) {
    for (const kind of ['ConfigMap', 'Secret'])
      for (const manifest of graph.objects(kind, ''))
        for (const { at, what, fix } of configRefusals(manifest))
          yield { manifest, at, message: `${what}: the API server refuses the whole object`, fix };
  },
} satisfies Rule;
