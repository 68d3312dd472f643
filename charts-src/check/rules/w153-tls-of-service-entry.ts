import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isHttp, parseProtocol } from '../../graph/protocol.ts';
import { routeDestinations } from '../../graph/route-destinations.ts';
import type { ClientTLSSettings, ServiceEntryPort } from '../../imports/istio.ts';
import type { Resource } from '../../graph/resource.ts';
import { fullHost, hostCovers } from '../../model/host.ts';
import type { Hit, Rule } from '../rule.ts';

/** Who speaks TLS to a host outside, the application or its proxy: here both do, or neither is expected to. */
export const tlsOfServiceEntry = {
  code: 'W153',
  name: 'tls-of-service-entry',
  severity: 'error',
  summary: 'The protocol of a port of a ServiceEntry does not go with who opens TLS to it.',
  reads: ['ServiceEntry', 'DestinationRule', 'VirtualService'],
  *check(graph) {
    for (const entry of graph.of('ServiceEntry'))
      for (const [index, port] of (entry.spec.ports ?? []).entries()) {
        const found = judge(graph, entry, port);
        if (found !== undefined) yield { manifest: entry.manifest, at: ['spec', 'ports', index, 'protocol'], ...found };
      }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'>;

function judge(graph: MeshGraph, entry: Resource<'ServiceEntry'>, port: ServiceEntryPort): Found | undefined {
  const protocol = parseProtocol(port.protocol ?? '');
  const opened = originations(graph, entry, port.number);
  const isSecure = protocol === 'TLS' || protocol === 'HTTPS';
  const [tls] = opened;
  // What reaches the port by a route of an HTTP port is not encrypted by the application.
  if (isSecure && tls !== undefined && !isRoutedTo(graph, entry))
    return {
      message: `port ${port.number} is ${port.protocol ?? ''}, so the application speaks TLS itself, and DestinationRule ${tls.rule.namespace}/${tls.rule.name} (tls mode ${tls.mode}) makes the proxy wrap it in TLS again: the server cannot read it`,
      fix: 'remove tls from the DestinationRule; or write protocol: HTTP here, and let the application call http://',
    };
  if (
    protocol !== undefined &&
    isHttp(protocol) &&
    port.number === 443 &&
    port.targetPort === undefined &&
    tls === undefined
  )
    return {
      severity: 'warning',
      message: `port 443 is ${port.protocol ?? ''}, and no DestinationRule opens TLS to it: an application that calls https:// is not understood by its proxy, and one that calls http:// speaks plain text to a port that expects TLS`,
      fix: 'write protocol: TLS, or add a DestinationRule with tls mode SIMPLE and let the application call http://',
    };
  return undefined;
}

interface Origination {
  readonly rule: Resource<'DestinationRule'>;
  readonly mode: string;
}

const originations = (
  graph: MeshGraph,
  { spec, namespace }: Resource<'ServiceEntry'>,
  number: number,
): readonly Origination[] =>
  graph
    .of('DestinationRule')
    .filter((rule) => {
      const host = fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain);
      return spec.hosts.some((each) => hostCovers(host, fullHost(each, namespace, graph.settings.clusterDomain)));
    })
    .flatMap((rule) =>
      [rule.spec.trafficPolicy, ...(rule.spec.subsets ?? []).map(({ trafficPolicy }) => trafficPolicy)].flatMap(
        (policy) => {
          const own = policy?.portLevelSettings?.find(({ port }) => port?.number === number);
          const tls: ClientTLSSettings | undefined = own === undefined ? policy?.tls : own.tls;
          return tls?.mode === 'SIMPLE' || tls?.mode === 'MUTUAL' ? [{ rule, mode: tls.mode }] : [];
        },
      ),
    );

const isRoutedTo = (graph: MeshGraph, { spec, namespace }: Resource<'ServiceEntry'>): boolean => {
  const { clusterDomain } = graph.settings;
  const hosts = spec.hosts.map((host) => fullHost(host, namespace, clusterDomain));
  return graph
    .of('VirtualService')
    .some((virtualService) =>
      routeDestinations(virtualService, clusterDomain).some(
        ({ protocol, host }) => protocol === 'http' && hosts.some((each) => hostCovers(each, host)),
      ),
    );
};
