import { routeDestinations } from '../../graph/route-destinations.ts';
import { knownHost } from '../known-host.ts';
import type { Rule } from '../rule.ts';

/** A route names a port that its host does not have: there is no cluster for it, and Envoy answers 503. */
export const destinationPortUnknown = {
  code: 'W102',
  name: 'destination-port-unknown',
  severity: 'error',
  summary: 'A VirtualService routes to a port that the host does not have.',
  also: ['IST0101'],
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService'))
      for (const { destination, host, at, isMirror } of routeDestinations(
        virtualService,
        graph.settings.clusterDomain,
      )) {
        const number = destination.port?.number;
        if (number === undefined) continue;
        const target = knownHost(graph, host, virtualService.namespace);
        if (target === undefined || target.ports.some((port) => port.number === number)) continue;
        const ports = target.ports.map((port) => port.number).join(', ') || 'none';
        const behind = target.ports.find(({ targetPort }) => targetPort === number);
        yield {
          manifest: virtualService.manifest,
          at: [...at, 'port', 'number'],
          message: `host "${destination.host}" has no port ${number} (its ports: ${ports}), so ${isMirror ? 'nothing is mirrored' : 'Envoy has no cluster for it and answers 503'}`,
          fix:
            behind === undefined
              ? `route to one of its ports: ${ports}`
              : `${number} is a port of its pods: name the port of the Service, ${behind.number}`,
        };
      }
  },
} satisfies Rule;
