import { isCatchAll, matchWords } from '../explain/match-request.ts';
import type { GatewayNode, GatewayServer } from '../graph/gateways.ts';
import { httpRulesOf } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import { virtualServiceHosts } from '../graph/virtual-services.ts';
import type { HTTPMatchRequest } from '../imports/istio.ts';
import { objectName } from '../manifest/manifest.ts';
import { fullHost, hostCovers, hostsOverlap } from '../model/host.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';
import type { Pairing } from './pairing.ts';
import { boundTo } from './senders.ts';

/** Something inside that clients outside of the mesh reach. */
interface Exposure {
  readonly subject: string;
  /** The pods that listen, by the labels that select them. */
  readonly door: string;
  readonly port: number;
  readonly host: string;
  /** From no protection to certificates of both sides. */
  readonly protection: number;
  /** The oldest version of TLS that clients may speak; of plain text none. */
  readonly oldestVersion: string;
  readonly tls: string;
  /** Where requests go; empty for the door itself. */
  readonly to: string;
  /** Undefined: every request. */
  readonly match: HTTPMatchRequest | undefined;
  readonly by: Reference;
}

/** What is reached from outside that was not before. */
export function gatewayOpenings(was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] {
  const byDoor = new Map<string, Exposure[]>();
  for (const one of exposures(was)) {
    const key = `${one.door} ${one.port}`;
    const list = byDoor.get(key);
    if (list) list.push(one);
    else byDoor.set(key, [one]);
  }
  const fresh = exposures(is).filter(
    (one) => !(byDoor.get(`${one.door} ${one.port}`) ?? []).some((old) => covers(old, one, pairing.hostThere(one.to))),
  );
  // A host that is new as a whole is told once, with all that is behind it.
  const doors = fresh.filter(({ to }) => to === '');
  const isTold = (one: Exposure): boolean =>
    doors.some(
      ({ door, port, host, tls }) =>
        door === one.door && port === one.port && tls === one.tls && hostCovers(host, one.host),
    );
  const behind = ({ door, port, host, tls }: Exposure): string => {
    const to = fresh
      .filter(
        (one) =>
          one.to !== '' && one.door === door && one.port === port && one.tls === tls && hostCovers(host, one.host),
      )
      .map((one) => one.to);
    return to.length === 0 ? 'nothing yet' : [...new Set(to)].join(', ');
  };
  return [
    ...doors.map((one) => opening(one, `leads to ${behind(one)}`)),
    ...fresh
      .filter((one) => one.to !== '' && !isTold(one))
      .map((one) =>
        opening(one, `leads to ${one.to}${one.match === undefined ? '' : ` for ${matchWords(one.match)}`}`),
      ),
    ...openServices(was, is, pairing),
  ];
}

const opening = ({ subject, host, port, tls, by }: Exposure, leads: string): Opening => ({
  topic: 'gateway',
  subject,
  opened: `new from outside: ${host} on port ${port} (${tls}) ${leads}`,
  closed: `no more from outside: ${host} on port ${port} (${tls}), which ${leads}`,
  by,
});

const covers = (old: Exposure, one: Exposure, to: string): boolean =>
  old.to === to &&
  old.protection <= one.protection &&
  old.oldestVersion <= one.oldestVersion &&
  hostCovers(old.host, one.host) &&
  (old.match === undefined || (one.match !== undefined && matchCovers(old.match, one.match)));

/** Whether a match takes all that a narrower one takes: it asks for nothing more, and for a path that is no longer. */
function matchCovers(wide: HTTPMatchRequest, narrow: HTTPMatchRequest): boolean {
  const { uri, name: _name, ...others } = wide;
  void _name;
  const asksNoMore = Object.entries(others).every(
    ([field, value]) => JSON.stringify(value) === JSON.stringify(narrow[field as keyof HTTPMatchRequest]), // a field of the same type
  );
  if (!asksNoMore) return false;
  if (uri === undefined || JSON.stringify(uri) === JSON.stringify(narrow.uri)) return true;
  const path = narrow.uri?.exact ?? narrow.uri?.prefix;
  return uri.prefix !== undefined && path !== undefined && path.startsWith(uri.prefix);
}

function exposures(graph: MeshGraph): readonly Exposure[] {
  return graph.gateways.flatMap((node) => node.servers.flatMap((server) => serverExposures(graph, node, server)));
}

function serverExposures(
  graph: MeshGraph,
  node: GatewayNode,
  { server, at, hosts }: GatewayServer,
): readonly Exposure[] {
  const { gateway, key } = node;
  const { tls } = server;
  const mode = tls?.mode ?? 'plain text';
  const oldestVersion = tls === undefined ? '' : versionOf(tls);
  const door = JSON.stringify(Object.entries(gateway.spec.selector ?? {}).sort());
  const bound = boundTo(graph, key);
  return hosts.flatMap(({ host, namespace }): readonly Exposure[] => {
    // A redirect to https answers by itself.
    if (tls?.httpsRedirect === true) return [];
    const shown = {
      subject: objectName(gateway.manifest),
      door,
      port: server.port.number,
      protection: mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL' ? 2 : mode === 'plain text' ? 0 : 1,
      oldestVersion,
      tls:
        tls === undefined
          ? 'plain text'
          : `TLS ${mode}${oldestVersion < DEFAULT_VERSION ? ` from version ${oldestVersion}` : ''}`,
      by: { manifest: gateway.manifest, at },
    };
    const routes = bound
      .filter((virtualService) => namespace === '*' || namespace === virtualService.namespace)
      .flatMap((virtualService) =>
        virtualServiceHosts(virtualService, graph.settings.clusterDomain)
          .filter((wanted) => hostsOverlap(host, wanted))
          .flatMap((wanted) =>
            destinations(graph, virtualService, key).map(({ to, match, by }) => ({
              ...shown,
              host: hostCovers(host, wanted) ? wanted : host,
              to,
              match,
              by,
            })),
          ),
      );
    return [{ ...shown, host, to: '', match: undefined }, ...routes];
  });
}

/** Source: Istio's buildGatewayListenerTLSContext; Envoy's TlsParameters */
const DEFAULT_VERSION = '1.2';

/** `TLSV1_0` as `1.0`; what is handed on is not judged by the gateway. */
function versionOf({ mode, minProtocolVersion = 'TLS_AUTO' }: NonNullable<GatewayServer['server']['tls']>): string {
  if (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') return DEFAULT_VERSION;
  return /^TLSV(\d)_(\d)$/.exec(minProtocolVersion)?.slice(1).join('.') ?? DEFAULT_VERSION;
}

function destinations(
  graph: MeshGraph,
  virtualService: Resource<'VirtualService'>,
  gateway: string,
): readonly Pick<Exposure, 'to' | 'match' | 'by'>[] {
  const { clusterDomain } = graph.settings;
  const http = httpRulesOf(virtualService, graph.virtualServices).rules.flatMap(({ http: rule, matches, place }) => {
    const fitting = matches.filter(({ gateways }) => gateways.length === 0 || gateways.includes(gateway));
    if (matches.length > 0 && fitting.length === 0) return [];
    const classes =
      matches.length === 0 ? [undefined] : fitting.map(({ match }) => (isCatchAll(match) ? undefined : match));
    const { virtualService: owner } = place;
    return (rule.route ?? []).flatMap(({ destination, weight }) =>
      weight === 0 && (rule.route ?? []).length > 1
        ? []
        : classes.map((match) => ({
            to: fullHost(destination.host, owner.namespace, clusterDomain),
            match,
            by: { manifest: owner.manifest, at: place.at },
          })),
    );
  });
  const bytes = (['tls', 'tcp'] as const).flatMap((field) =>
    (virtualService.spec[field] ?? []).flatMap(({ route = [] }, index) =>
      route.map(({ destination }) => ({
        to: fullHost(destination.host, virtualService.namespace, clusterDomain),
        match: undefined,
        by: { manifest: virtualService.manifest, at: ['spec', field, index] },
      })),
    ),
  );
  return [...http, ...bytes];
}

/** Services that the cluster itself opens to the outside, past every gateway. */
function openServices(was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] {
  const old = new Map(was.services.map((service) => [service.host, openTypes(service)]));
  return is.services.flatMap((service) => {
    const before = old.get(pairing.hostThere(service.host)) ?? [];
    return openTypes(service)
      .filter((type) => !before.includes(type))
      .map((type): Opening => {
        const ports = service.ports.map(({ number }) => number).join(', ');
        return {
          topic: 'gateway',
          subject: objectName(service.manifest),
          opened: `new from outside: it is open past every gateway as ${type}, on port ${ports}`,
          closed: `no more from outside as ${type}, on port ${ports}`,
          by: { manifest: service.manifest, at: ['spec', 'type'] },
        };
      });
  });
}

/** A LoadBalancer is a NodePort, too. */
function openTypes({ from }: MeshGraph['services'][number]): readonly string[] {
  if (from.kind !== 'Service') return [];
  const addresses = (from.spec.externalIPs ?? []).map((address) => `${address} of externalIPs`);
  switch (from.spec.type) {
    case 'NodePort':
      return ['NodePort', ...addresses];
    case 'LoadBalancer':
      return ['NodePort', 'LoadBalancer', ...addresses];
    default:
      return addresses;
  }
}
