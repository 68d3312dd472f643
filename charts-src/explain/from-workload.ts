import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost, MeshPort } from '../graph/mesh-host.ts';
import { isHttp, isTls, mayBeHttp, type Protocol } from '../graph/protocol.ts';
import { createdAt } from '../graph/resource.ts';
import type { EgressListener, SidecarScope } from '../graph/sidecars.ts';
import { MESH_GATEWAY, virtualServiceHosts } from '../graph/virtual-services.ts';
import { outboundBypass, splitByAddress } from '../graph/traffic-capture.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { hostsOverlap, isIpAddress } from '../model/host.ts';
import { answer } from './answer.ts';
import { arriveAt, joined } from './arrive-at.ts';
import { arrivals, LET_OUT, LET_OUT_TLS, type Sender } from './arrivals.ts';
import { clusterOf } from './cluster.ts';
import { listenerFor, routesListenerFor } from './egress-listener.ts';
import type { Explanation, Step } from './explanation.ts';
import { followConnection, takesHandshake, tcpRule, tlsRules, type Connection } from './follow-connection.ts';
import { followRoutes, type Collect } from './follow-routes.ts';
import { direct } from './direct.ts';
import { inMesh } from './in-mesh.ts';
import { authorityOf, compared, comparedBySidecar, type MatchingProxy } from './match-request.ts';
import { ambientNote, extensionsOf, routesBoundTo } from './not-followed.ts';
import { principalOf } from './principal-of.ts';
import { withoutPort } from './proxy-routes.ts';
import { knownHosts } from './registry.ts';
import type { Request } from './request.ts';
import { addressesOf, meantHost, resolveName, unknownName } from './resolve-name.ts';
import { droppedSteps, hostStep, scopeStep, type Steps } from './steps.ts';
import { unreadable } from './unreadable.ts';
import { unresolved } from './unresolved.ts';
import { virtualHosts } from './virtual-hosts.ts';

/** From the pods of a workload, by their sidecar where they have one. */
export function fromWorkload(
  graph: MeshGraph,
  workload: Workload,
  request: Request,
  steps: Steps,
  collect: Collect | undefined,
): Explanation {
  const label = workloadName(workload);
  if (!inMesh(workload)) {
    const why = 'its pods are not injected, so no route, retry or timeout of the mesh acts';
    steps.add('client', `${label} has no proxy`, why);
    steps.assume(...ambientNote(graph, workload));
    return direct(graph, workload.namespace, request, steps);
  }
  const bypass = outboundBypass(workload, request.port);
  if (bypass !== undefined) {
    steps.add('client', `port ${request.port} does not go through the proxy of ${label}`, bypass, {
      manifest: workload.manifest,
      at: [...workload.at, 'metadata', 'annotations', bypass],
    });
    return direct(graph, workload.namespace, request, steps);
  }
  const split = splitByAddress(workload);
  if (split !== undefined) steps.assume(`${request.host} has an address that ${split} of ${label} leaves to the proxy`);
  if (workload.sidecar === 'unknown')
    steps.assume(`the pods of ${label} have a sidecar: the namespace ${workload.namespace} is not among the files`);
  steps.add('client', `the sidecar of ${label}`, `as ${principalOf(graph, workload)}`, {
    manifest: workload.manifest,
    at: workload.at,
  });
  steps.assume(...extensionsOf(graph, workload, 'SIDECAR_OUTBOUND'));
  const scope = graph.sidecars.scopeOf(workload);
  scopeStep(steps, scope);
  const target = resolveName(graph, workload.namespace, request.host);
  const meant = target === undefined ? meantHost(graph, workload.namespace, request.host) : undefined;
  hostStep(steps, request.host, target, meant);
  const unknown = target === undefined ? unknownName(graph, workload.namespace, request.host) : undefined;
  if (unknown !== undefined) return unresolved(steps, unknown, meant);
  if (target !== undefined) steps.assume(...routesBoundTo(graph, target));
  return throughSidecar(graph, { workload, scope, target, meant, request, steps }, collect);
}

/** A request at the sidecar of its client. */
interface AtSidecar {
  readonly workload: Workload;
  readonly scope: SidecarScope;
  /** Undefined where the name is none of the mesh. */
  readonly target: MeshHost | undefined;
  /** A host whose name is close. */
  readonly meant: string | undefined;
  readonly request: Request;
  readonly steps: Steps;
}

function throughSidecar(graph: MeshGraph, at: AtSidecar, collect: Collect | undefined): Explanation {
  const { workload, scope, target, request } = at;
  const listener = listenerFor(graph, scope, target, request);
  if (listener === undefined) return leave(graph, at, false);
  const known = knownHosts(graph, listener, workload.namespace);
  const declared =
    target !== undefined && known.get(target.host) === target
      ? target.ports.find(({ number }) => number === request.port)
      : undefined;
  const port = declared && { ...declared, protocol: listener.protocol ?? declared.protocol };
  const isNoRequest = request.scheme === 'https' || request.scheme === 'tcp';
  const hasHttp = [...known.values()].some(({ ports }) =>
    ports.some(({ number, protocol }) => number === request.port && isHttp(listener.protocol ?? protocol)),
  );
  const isBytes = port === undefined || !mayBeHttp(port.protocol) || (isNoRequest && port.protocol === 'sniffed');
  if (port !== undefined && isBytes && (isTls(port.protocol) || !sharesListener(target)))
    return byConnection(graph, at, listener, port);
  if (isBytes && (!hasHttp || isNoRequest)) return bySharedListener(graph, at, listener, known);
  if (isNoRequest) return noRequests(graph, at, listener, port);
  const isSniffed = port?.protocol === 'sniffed' && !sharesListener(target);
  return byRequest(
    graph,
    at,
    { listener: routesListenerFor(scope, request.port) ?? listener, port, isSniffed },
    collect,
  );
}

/** Whether bytes to a host come to the listener of a whole port: it has no address that tells them apart. */
const sharesListener = (target: MeshHost | undefined): boolean =>
  target?.from.kind === 'ServiceEntry' && addressesOf(target).length === 0;

/**
 * Bytes to a host that has no listener of its own go to the oldest host without an address that takes bytes on this
 * port, whatever host was called; where there is none they leave.
 * Source: Istio's buildSidecarOutboundListener, mergeTCPFilterChains
 */
function bySharedListener(
  graph: MeshGraph,
  at: AtSidecar,
  listener: EgressListener,
  known: ReadonlyMap<string, MeshHost>,
): Explanation {
  const { request, steps, target } = at;
  const sharing = [...known.values()]
    .filter(sharesListener)
    .flatMap((host) =>
      host.ports
        .filter(({ number, protocol }) => number === request.port && isPlainBytes(listener.protocol ?? protocol))
        .map((port) => ({ host, port })),
    );
  const [oldest, ...others] = sharing;
  if (oldest === undefined) return leave(graph, at, false);
  const { host, port } = oldest;
  if (host !== target)
    steps.add(
      'listener',
      `port ${request.port} of all addresses is that of ${host.host}`,
      'its ServiceEntry has TCP and no addresses, so proxies take all bytes on this port for it',
      placeOf(host, port),
    );
  for (const other of others)
    if (createdAt(host.manifest) === '' || createdAt(other.host.manifest) === '')
      steps.assume(`${host.host} is older than ${other.host.host}: both want all bytes on port ${request.port}`);
  return byConnection(graph, { ...at, target: host }, listener, port);
}

const isPlainBytes = (protocol: Protocol): boolean => !mayBeHttp(protocol) && !isTls(protocol) && protocol !== 'UDP';

/** TLS, or bytes that are no request, where requests are expected: only a listener of one address closes on them.
 * Source: Istio's buildSidecarOutboundListener, buildListenerFromEntry */
function noRequests(
  graph: MeshGraph,
  at: AtSidecar,
  listener: EgressListener,
  port: MeshPort | undefined,
): Explanation {
  const { target, request, steps } = at;
  const decision = `port ${request.port} speaks ${port?.protocol ?? 'HTTP'}, without TLS`;
  if (listener.bind === undefined) {
    steps.add('listener', decision, 'what comes is no request, and no rule acts on it', placeOf(target, port));
    return leave(graph, at, false, `what is no request has no route on port ${request.port}`);
  }
  steps.add('listener', decision, 'the proxy waits for a request and closes the connection', placeOf(target, port));
  return answer(steps, { outcome: 'unroutable', status: null });
}

const placeOf = (target: MeshHost | undefined, port: MeshPort | undefined): Step['by'] =>
  port && target ? { manifest: target.manifest, at: port.at } : undefined;

const matchingProxy = ({ workload, request }: AtSidecar): MatchingProxy => ({
  gateway: MESH_GATEWAY,
  namespace: workload.namespace,
  labels: workload.labels,
  port: request.port,
});

const senderOf = (graph: MeshGraph, { workload }: AtSidecar): Sender => ({
  hasProxy: true,
  principal: principalOf(graph, workload),
});

/** By `tls` rules where the port speaks TLS, else by `tcp` rules, else to the host itself. */
function byConnection(graph: MeshGraph, at: AtSidecar, listener: EgressListener, port: MeshPort): Explanation {
  const { workload, target, request, steps } = at;
  const protocol = port.protocol === 'sniffed' ? 'no HTTP' : port.protocol;
  const decision = `port ${request.port} speaks ${protocol}`;
  steps.add('listener', decision, 'no rule about requests acts there', placeOf(target, port));
  const connection: Connection = {
    client: workload,
    sender: { ...senderOf(graph, at), isBlind: true },
    proxy: matchingProxy(at),
    request,
    steps,
  };
  const host = target?.host ?? request.host;
  const forHost = listener.virtualServices.filter((virtualService) =>
    virtualServiceHosts(virtualService, graph.settings.clusterDomain).some((name) => hostsOverlap(name, host)),
  );
  if (isTls(port.protocol)) {
    const rules = forHost.flatMap((virtualService) => tlsRules(virtualService, connection));
    const taken = request.scheme === 'https' ? takesHandshake(rules, request.host) : undefined;
    if (taken) return followConnection(graph, connection, taken);
    if (rules.length > 0) return pastTlsRules(graph, at, rules);
  } else {
    const { rule, unknownSubnets } = tcpRule(forHost, connection, calledAddresses(at));
    if (unknownSubnets.length > 0)
      steps.assume(`the address of ${request.host} is not one of ${unknownSubnets.join(', ')}`);
    if (rule) return followConnection(graph, connection, rule);
  }
  const cluster = clusterOf(graph, workload, { host, port: request.port });
  return arriveAt(graph, steps, connection.sender, [{ cluster, share: 1, request: compared(request) }], {});
}

/** Addresses that a connection may go to, as far as the files say. */
const calledAddresses = ({ target, request }: AtSidecar): readonly string[] =>
  isIpAddress(request.host) ? [request.host] : target === undefined ? [] : addressesOf(target);

/** A handshake that no `tls` rule waits for: where a host has such rules, its port has nothing else.
 * Source: Istio's buildSidecarOutboundTLSFilterChainOpts */
function pastTlsRules(graph: MeshGraph, at: AtSidecar, rules: readonly { readonly sni: string }[]): Explanation {
  const { request, steps } = at;
  const waitsFor = [...new Set(rules.map(({ sni }) => sni))].join(', ');
  const decision = request.scheme === 'https' ? `no tls rule is for ${request.host}` : 'without TLS no tls rule acts';
  steps.add('route', decision, `there are tls rules for ${waitsFor}, so the host has no route of its own`);
  return leave(graph, at, false, `nothing on port ${request.port} is for it`);
}

/** What a listener of a sidecar has for a request. */
interface HttpListener {
  readonly listener: EgressListener;
  readonly port: MeshPort | undefined;
  /** Whether the proxy found out by itself that it is HTTP: then the listener is one of the host alone. */
  readonly isSniffed: boolean;
}

/** By the virtual host of the Host header. */
function byRequest(
  graph: MeshGraph,
  at: AtSidecar,
  { listener, port, isSniffed }: HttpListener,
  collect: Collect | undefined,
): Explanation {
  const { workload, target, request, steps } = at;
  const authority = isSniffed && target ? target.host : authorityOf(request);
  const asked = comparedBySidecar(request);
  const unread = unreadable(request);
  if (unread !== undefined) {
    steps.add('listener', 'refused with 400', unread);
    return answer(steps, { outcome: 'refused', status: 400 });
  }
  const known = knownHosts(graph, listener, workload.namespace);
  const table = virtualHosts(graph, listener, matchingProxy(at), known);
  steps.add(
    'listener',
    `port ${request.port}, ${isSniffed ? 'sniffed as HTTP' : 'HTTP'}`,
    isSniffed
      ? 'neither the name of the port nor appProtocol says what it speaks'
      : `the host is looked up by the Host header "${authority}"`,
    placeOf(target, port),
  );
  const found = table.find(authority);
  droppedSteps(steps, table.dropped(found?.target?.host ?? withoutPort(authority)));
  if (found === undefined && isSniffed) {
    const why = 'its listener has routes of this host only, and the Sidecar has those of the port for others';
    steps.add('virtual-host', `no route of ${authority}: 404`, why);
    return answer(steps, { outcome: 'not-found', status: 404 });
  }
  if (found === undefined) return leave(graph, at, true);
  return followRoutes(graph, {
    client: workload,
    sender: senderOf(graph, at),
    proxy: matchingProxy(at),
    request: asked,
    url: request,
    steps,
    isTls: asked.scheme === 'https',
    routes: found.routes?.routes,
    leftOut: found.routes?.leftOut ?? [],
    lost: found.routes?.lost ?? [],
    virtualService: found.routes?.virtualService,
    fallback: found.target && { host: found.target.host, port: request.port },
    called: { host: target, port: request.port },
    portOf: () => request.port,
    collect,
  });
}

/** What a sidecar does with a host that it does not know. */
function leave(
  graph: MeshGraph,
  { scope, target, meant, request, steps }: AtSidecar,
  isRequest: boolean,
  unknown = `the proxy does not know ${request.host} on port ${request.port}`,
): Explanation {
  const by: Step['by'] = scope.sidecar && { manifest: scope.sidecar.manifest, at: ['spec', 'outboundTrafficPolicy'] };
  if (scope.outboundTrafficPolicy === 'REGISTRY_ONLY') {
    steps.add('cluster', 'BlackHoleCluster', `${unknown}, and REGISTRY_ONLY lets nothing else out`, by);
    return answer(steps, { outcome: 'unroutable', status: isRequest ? 502 : null });
  }
  const passing = 'ALLOW_ANY lets it out as it is: no route, retry, timeout or mutual TLS';
  steps.add('cluster', 'PassthroughCluster', `${unknown}, and ${passing}`, by);
  const passed = { outcome: 'passthrough', status: null } as const;
  if (target === undefined) {
    if (meant !== undefined)
      steps.assume(`${request.host} is outside of the mesh: no file has this host (did you mean ${meant}?)`);
    return answer(steps, passed);
  }
  const { host, from } = target;
  const cluster = clusterOf(
    graph,
    { namespace: scope.namespace },
    {
      host,
      port: request.port,
      found: target,
      isPodsOnly: from.kind === 'Service',
    },
  );
  // What other ports an address outside has, no ServiceEntry tells.
  if (cluster.problem?.flag === 'NC' && from.kind === 'ServiceEntry') return answer(steps, passed);
  if (cluster.problem?.flag === 'NC') {
    steps.add('policy', 'nothing listens there', cluster.problem.what);
    return answer(steps, { ...passed, status: isRequest ? 503 : null });
  }
  // Plain text arrives at the pods, without an identity.
  const arrived = joined(
    steps,
    arrivals(graph, cluster, request.scheme === 'https' ? LET_OUT_TLS : LET_OUT, compared(request)),
  );
  return answer(steps, {
    ...(arrived.outcome === 'refused'
      ? { outcome: 'refused', status: arrived.status ?? (isRequest ? 503 : null) }
      : passed),
    mtls: arrived.mtls,
    authorization: arrived.authorization,
  });
}
