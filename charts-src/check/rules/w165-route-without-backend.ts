import { gatewayApiOf, type ApiRoute } from '../../graph/gateway-api.ts';
import type { Rule } from '../rule.ts';

/**
 * A rule of a route leads nowhere: it has no backend, or all of them weigh nothing.
 * Source: Istio's convertHTTPRoute
 */
export const routeWithoutBackend = {
  code: 'W165',
  name: 'route-without-backend',
  severity: 'error',
  summary: 'A rule of a route of the Gateway API has no backend that gets requests.',
  reads: ['HTTPRoute', 'GRPCRoute'],
  *check(graph) {
    for (const { manifest, kind, rules } of gatewayApiOf(graph).routes) {
      if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') continue;
      for (const [index, rule] of rules.entries()) {
        if (answers(rule)) continue;
        const { backendRefs = [] } = rule;
        if (backendRefs.some(({ weight = 1 }) => weight > 0)) continue;
        yield {
          manifest,
          at: ['spec', 'rules', index, ...(backendRefs.length > 0 ? ['backendRefs'] : [])],
          message:
            backendRefs.length > 0
              ? 'all backends have weight 0, so none gets a request: every request of this rule gets 500'
              : 'the rule has no backend and no redirect: every request of it gets 500',
          fix:
            backendRefs.length > 0
              ? 'give one of them a weight; without "weight" it is 1'
              : 'add backendRefs, or the filter RequestRedirect',
        };
      }
    }
  },
} satisfies Rule;

/** A redirect answers by itself, and so may the extension of somebody else. */
const answers = ({ filters = [] }: ApiRoute['rules'][number]): boolean =>
  filters.some(({ type }) => type === 'RequestRedirect' || type === 'ExtensionRef');
