import { gatewayApiOf } from '../../graph/gateway-api.ts';
import { gatewayKey, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { closest } from '../../model/closest.ts';
import { isInternalGateway } from '../internal-gateway.ts';
import type { Rule } from '../rule.ts';

/** A VirtualService is bound to a Gateway that does not exist: its rules act nowhere there. */
export const gatewayUnknown = {
  code: 'W141',
  name: 'gateway-unknown',
  severity: 'error',
  summary: 'A VirtualService is bound to a Gateway that does not exist.',
  also: ['IST0101', 'IST0132', 'KIA1102'],
  reads: ['VirtualService', 'Gateway'],
  *check(graph) {
    const byNamespace = new Map<string, string[]>();
    for (const { gateway } of graph.gateways) {
      const list = byNamespace.get(gateway.namespace);
      if (list) list.push(gateway.name);
      else byNamespace.set(gateway.namespace, [gateway.name]);
    }
    const byName = new Map(graph.gateways.map((node) => [node.gateway.name, node]));
    for (const { manifest, spec, namespace } of graph.of('VirtualService'))
      for (const [index, written] of (spec.gateways ?? []).entries()) {
        if (written === MESH_GATEWAY || written === '' || isInternalGateway(written)) continue;
        const key = gatewayKey(written, namespace);
        if (graph.gateway(key)) continue;
        const [owner = '', name = ''] = key.split('/');
        const here = byNamespace.get(owner);
        const elsewhere = byName.get(name);
        const meant = closest(name, here ?? []);
        const isOfGatewayApi = gatewayApiOf(graph).gateway(owner, name) !== undefined;
        const isDescribed = here !== undefined || graph.namespaces.get(owner)?.isDescribed === true;
        yield {
          manifest,
          at: ['spec', 'gateways', index],
          severity: isDescribed ? 'error' : 'warning',
          message: isOfGatewayApi
            ? `Gateway "${name}" of namespace "${owner}" is one of the Gateway API, which takes no VirtualServices, so nothing that comes in there reaches these rules`
            : `there is no Gateway "${name}" in namespace "${owner}"${isDescribed ? '' : ' among the files'}, so nothing that comes in there reaches these rules`,
          fix: isOfGatewayApi
            ? 'write an HTTPRoute with this Gateway in parentRefs, or name a Gateway of Istio'
            : elsewhere !== undefined
              ? `did you mean ${elsewhere.key}`
              : meant === undefined
                ? 'name a Gateway as namespace/name, or check the folder that has it together with this one'
                : `did you mean ${meant}`,
        };
      }
  },
} satisfies Rule;
