import { httpRulesOf } from '../../graph/http-rules.ts';
import { matchGateways } from '../../graph/virtual-service-clients.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import type { Rule } from '../rule.ts';

/**
 * A VirtualService names `mesh`, and every one of its rules is for other gateways only: for sidecars it is dropped, and
 * the host keeps its default route.
 */
export const meshWithoutRules = {
  code: 'W129',
  name: 'mesh-without-rules',
  severity: 'warning',
  summary: 'A VirtualService names mesh, but none of its rules is for sidecars.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      const { spec, namespace, manifest } = virtualService;
      const index = (spec.gateways ?? []).indexOf(MESH_GATEWAY);
      if (index < 0 || isDelegate(virtualService)) continue;
      const matches = [
        ...httpRulesOf(virtualService, graph.virtualServices).rules.map((rule) =>
          rule.matches.map(({ gateways }) => gateways),
        ),
        ...[...(spec.tcp ?? []), ...(spec.tls ?? [])].map(({ match = [] }) =>
          match.map(({ gateways }) => matchGateways(gateways, namespace)),
        ),
      ];
      const acts = matches.some(
        (rule) =>
          rule.length === 0 || rule.some((gateways) => gateways.length === 0 || gateways.includes(MESH_GATEWAY)),
      );
      if (matches.length === 0 || acts) continue;
      yield {
        manifest,
        at: ['spec', 'gateways', index],
        message: `every rule is for ${gatewaysOf(virtualService)
          .filter((key) => key !== MESH_GATEWAY)
          .join(', ')} only, so sidecars drop this VirtualService and use the default route`,
        fix: 'add a rule without match.gateways, or take mesh out',
      };
    }
  },
} satisfies Rule;
