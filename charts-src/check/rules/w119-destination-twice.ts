import { fullHost } from '../../model/host.ts';
import type { Rule } from '../rule.ts';

/** One rule names the same destination twice: their shares add up, and one of them was meant to be another one. */
export const destinationTwice = {
  code: 'W119',
  name: 'destination-twice',
  severity: 'warning',
  summary: 'A route names the same destination twice.',
  also: ['KIA1105'],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { manifest, spec, namespace } of graph.of('VirtualService'))
      for (const protocol of ['http', 'tcp', 'tls'] as const)
        for (const [rule, { route = [] }] of (spec[protocol] ?? []).entries()) {
          const seen = new Map<string, number>();
          for (const [index, { destination, ...rest }] of route.entries()) {
            if (!destination?.host) continue;
            const { host, subset = '', port } = destination;
            const key = `${fullHost(host, namespace, graph.settings.clusterDomain)} ${subset} ${port?.number ?? ''}`;
            const first = seen.get(key);
            if (first === undefined) seen.set(key, index);
            // Two with different headers are an experiment.
            else if (!('headers' in rest) && !hasHeaders(route[first]))
              yield {
                manifest,
                at: ['spec', protocol, rule, 'route', index, 'destination'],
                message: `"${host}"${subset === '' ? '' : ` subset "${subset}"`} is a destination of this route already (route[${first}]): it gets both shares`,
                fix: 'name the destination that was meant, or add the two weights',
              };
          }
        }
  },
} satisfies Rule;

const hasHeaders = (route: object | undefined): boolean => route !== undefined && 'headers' in route;
