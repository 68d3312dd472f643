import { gatewayKey } from '../../graph/virtual-services.ts';
import { isInternalGateway } from '../internal-gateway.ts';
import type { Rule } from '../rule.ts';

/** A VirtualService names a Gateway by the form of a host, which Istio keeps for old files only. */
export const gatewayNameDotted = {
  code: 'W148',
  name: 'gateway-name-dotted',
  severity: 'warning',
  summary: 'A Gateway is named like a host, which Istio reads for old files only.',
  also: ['IST0133', 'KIA1108'],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { manifest, spec, namespace } of graph.of('VirtualService'))
      for (const [index, name] of (spec.gateways ?? []).entries()) {
        if (name.includes('/') || !name.includes('.') || isInternalGateway(name)) continue;
        yield {
          manifest,
          at: ['spec', 'gateways', index],
          message: `"${name}" has the old form of names of Gateways, and is read as ${gatewayKey(name, namespace)}`,
          fix: `write ${gatewayKey(name, namespace)}`,
        };
      }
  },
} satisfies Rule;
