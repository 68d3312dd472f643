import type { Rule } from '../rule.ts';

/**
 * A match names gateways, and labels or the namespace of clients. Where gateways are named Istio looks at nothing else:
 * the match acts for all clients.
 * Source: Istio's sourceMatchHTTP
 */
export const matchSourceIgnored = {
  code: 'W124',
  name: 'match-source-ignored',
  severity: 'warning',
  summary: 'sourceLabels or sourceNamespace of a match are ignored, because it names gateways.',
  also: [],
  reads: ['VirtualService', 'Deployment'],
  *check(graph) {
    for (const { manifest, spec } of graph.of('VirtualService'))
      for (const protocol of ['http', 'tcp', 'tls'] as const)
        for (const [rule, { match = [] }] of (spec[protocol] ?? []).entries())
          for (const [index, { gateways = [], sourceLabels = {}, sourceNamespace = '' }] of match.entries()) {
            const at = ['spec', protocol, rule, 'match', index];
            const hasLabels = Object.keys(sourceLabels).length > 0;
            if (!hasLabels && sourceNamespace === '') continue;
            const field = hasLabels ? 'sourceLabels' : 'sourceNamespace';
            if (gateways.length > 0) {
              yield {
                manifest,
                at: [...at, field],
                message: `${field} has no effect beside gateways: the match acts for every client of ${gateways.join(', ')}`,
                fix: 'take gateways out, or make two matches of it',
              };
              continue;
            }
            if (!hasLabels) continue;
            const pods = graph.workloadsBy(sourceNamespace === '' ? undefined : sourceNamespace);
            if (pods.select(sourceLabels).length > 0 || pods.select({}).length === 0) continue;
            yield {
              manifest,
              at: [...at, 'sourceLabels'],
              message: `no pods among the files have the labels ${Object.entries(sourceLabels)
                .map(([key, value]) => `${key}: ${value}`)
                .join(', ')}, so nobody uses this match`,
              fix: 'name labels of the pods of the caller',
            };
          }
  },
} satisfies Rule;
