import { sharedHosts } from '../graph/gateways.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { workloadName } from '../graph/workload.ts';
import { principal as principalNamed } from '../model/names.ts';
import { admit, type Admission } from './admit.ts';
import { answer } from './answer.ts';
import type { Sender } from './arrivals.ts';
import type { Explanation, Step } from './explanation.ts';
import { followConnection, tcpRule, tlsRules, type Connection, type ConnectionRule } from './follow-connection.ts';
import { followRoutes, type Collect } from './follow-routes.ts';
import { extensionsOf } from './not-followed.ts';
import { principalOf } from './principal-of.ts';
import { missingAuthority, missingCertificate } from './gateway-certificates.ts';
import { gatewayHost } from './gateway-hosts.ts';
import { boundPort, type GatewayProxy } from './gateway-proxy.ts';
import { kindOf, serversOn, type NodeServer } from './gateway-servers.ts';
import { authorityOf, compared, comparedByGateway, type ComparedRequest, type MatchingProxy } from './match-request.ts';
import { lookUp } from './registry.ts';
import { pathWithQuery, type Request } from './request.ts';
import { mostSpecific } from './most-specific.ts';
import type { Steps } from './steps.ts';

/** A request at the proxies of a gateway. */
interface AtGateway {
  readonly proxy: GatewayProxy;
  readonly request: Request;
  readonly steps: Steps;
  /** Port of the pods. */
  readonly port: number;
  readonly collect: Collect | undefined;
  readonly principal: string | undefined;
}

/** What may be known of a request beside itself. */
export interface GatewayOptions {
  /** Takes every answer of the host.
   * @default - only that for the request is worked out */
  readonly collect?: Collect | undefined;
  /** Identity of a client of the mesh, where its certificate tells it.
   * @default - none */
  readonly principal?: string | undefined;
}

/** Through a gateway: by the server that has the port and, with TLS, the host of the handshake. */
export function fromGateway(
  graph: MeshGraph,
  proxy: GatewayProxy,
  request: Request,
  steps: Steps,
  { collect, principal }: GatewayOptions = {},
): Explanation {
  clientStep(steps, proxy);
  steps.assume(...extensionsOf(graph, proxy, 'GATEWAY'));
  const at: AtGateway = { proxy, request, steps, port: boundPort(graph, proxy, request.port), collect, principal };
  const { servers, lost } = serversOn(graph, proxy, at.port);
  for (const { node, server, why } of lost)
    steps.add('listener', `a server of Gateway ${node.key} is left out`, why, placeOf({ node, server }));
  if (servers.length === 0) {
    const ports = [...new Set(proxy.nodes.flatMap((node) => node.servers.map(({ server }) => server.port.number)))];
    const why = `its Gateways have servers on ${ports.join(', ') || 'no port'}`;
    return closed(at, `nothing listens on port ${request.port}`, why);
  }
  return request.scheme === 'https' ? withTls(graph, at, servers) : withoutTls(graph, at, servers);
}

function clientStep(steps: Steps, { pods, nodes }: GatewayProxy): void {
  const [first] = nodes;
  if (pods === undefined)
    steps.assume(
      "the gateway has the identity and the namespace of Istio's own chart: its pods are not among the files",
    );
  steps.add(
    'client',
    `the gateway ${pods ? workloadName(pods) : (first?.key ?? '')}`,
    `it serves ${nodes.map(({ key }) => key).join(', ') || 'no Gateway'}`,
    first && { manifest: first.gateway.manifest, at: ['spec', 'selector'] },
  );
}

const placeOf = ({ node, server }: NodeServer): NonNullable<Step['by']> => ({
  manifest: node.gateway.manifest,
  at: server.at,
});

function closed({ steps }: AtGateway, decision: string, why: string, by?: Step['by']): Explanation {
  steps.add('listener', decision, why, by);
  return answer(steps, { outcome: 'unroutable', status: null });
}

/** Plain text: requests where the port speaks HTTP, else bytes. */
function withoutTls(graph: MeshGraph, at: AtGateway, servers: readonly NodeServer[]): Explanation {
  const { request, steps } = at;
  const requests = servers.filter(({ server }) => kindOf(server) === 'http');
  const [first] = requests;
  if (first !== undefined && request.scheme !== 'tcp') return byRequest(graph, at, requests, first, false);
  const bytes = servers.find(({ server }) => kindOf(server) === 'tcp');
  if (bytes !== undefined) return byTcp(graph, at, bytes);
  const [tls] = servers;
  steps.add(
    'listener',
    first === undefined ? `port ${request.port} asks for TLS` : `port ${request.port} speaks HTTP`,
    `${first === undefined ? 'the request is plain text' : 'what comes is none'}: the connection is closed`,
    tls && placeOf(tls),
  );
  return answer(steps, { outcome: first === undefined ? 'refused' : 'unroutable', status: null });
}

/** TLS: the host of the handshake chooses among servers and, where TLS is handed on, among `tls` rules. */
function withTls(graph: MeshGraph, at: AtGateway, servers: readonly NodeServer[]): Explanation {
  const { request } = at;
  const chains = servers.flatMap((one) => chainsOf(graph, at, one));
  const chain = mostSpecific(chains, ({ sni }) => sni, request.host);
  if (chain === undefined) {
    const known = [...new Set(chains.map(({ sni }) => sni))].join(', ') || 'none';
    return closed(
      at,
      `no server for "${request.host}"`,
      `hosts of TLS on port ${request.port}: ${known}; the connection is closed`,
    );
  }
  for (const one of servers) noteAuthority(graph, at, one);
  if (chain.rule) return byRule(graph, at, chain.one, chain.rule);
  const lacking = [missingCertificate(graph, at.proxy, chain.one), missingAuthority(graph, at.proxy, chain.one)];
  const broken = lacking.find((one) => one?.problem !== undefined);
  if (broken !== undefined) {
    const why = `Secret ${broken.secret} ${broken.problem ?? ''}`;
    return closed(at, `the handshake for "${request.host}" is closed`, why, placeOf(chain.one));
  }
  if (lacking[0] !== undefined)
    at.steps.assume(
      `Secret ${lacking[0].secret} holds a certificate: without it this server closes every handshake, and others of its port do not`,
    );
  noteClientCertificate(at.steps, chain.one);
  return kindOf(chain.one.server) === 'https'
    ? byRequest(graph, at, [chain.one], chain.one, true)
    : byTcp(graph, at, chain.one);
}

/** A port waits for an authority that may not be there. */
function noteAuthority(graph: MeshGraph, { proxy, request, steps }: AtGateway, one: NodeServer): void {
  const authority = missingAuthority(graph, proxy, one);
  if (authority === undefined) return;
  const { secret, problem } = authority;
  const silence = `nothing listens on port ${request.port} for 15 s whenever it is new or changes`;
  if (problem === undefined) steps.assume(`Secret ${secret} holds an authority for clients: without it ${silence}`);
  else steps.add('listener', silence, `it waits for an authority, and Secret ${secret} ${problem}`, placeOf(one));
}

/** A host of the handshake, and what takes it. */
interface Chain {
  readonly sni: string;
  readonly one: NodeServer;
  /** Where TLS is handed on. */
  readonly rule: ConnectionRule | undefined;
}

function chainsOf(graph: MeshGraph, at: AtGateway, one: NodeServer): readonly Chain[] {
  const { proxy } = at;
  switch (kindOf(one.server)) {
    case 'https':
    case 'tls':
      return one.server.hosts.map(({ host }) => ({ sni: host, one, rule: undefined }));
    case 'passthrough':
      return boundTo(graph, proxy, one).flatMap((virtualService) =>
        tlsRules(virtualService, { proxy: asks(at, one) }).map((rule) => ({ sni: rule.sni, one, rule })),
      );
    case 'http':
    case 'tcp':
      return [];
  }
}

/** VirtualServices of a server: bound to its Gateway, with a host that both have. */
const boundTo = (graph: MeshGraph, { namespace }: GatewayProxy, { node, server }: NodeServer) =>
  graph.virtualServices
    .visibleTo(namespace, node.key)
    .filter((virtualService) => sharedHosts(server, virtualService, graph.settings.clusterDomain).length > 0);

const asks = ({ proxy }: AtGateway, { node, server }: NodeServer): MatchingProxy => ({
  gateway: node.key,
  namespace: proxy.namespace,
  labels: proxy.labels,
  port: server.server.port.number,
});

function noteClientCertificate(steps: Steps, { server }: NodeServer): void {
  const { mode } = server.server.tls ?? {};
  if (mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL')
    steps.assume(`the client has a certificate that the gateway takes: its tls mode is ${mode}`);
}

/** Bytes along the first `tcp` rule for the server. */
function byTcp(graph: MeshGraph, at: AtGateway, one: NodeServer): Explanation {
  const { rule } = tcpRule(boundTo(graph, at.proxy, one), { proxy: asks(at, one) }, []);
  if (rule) return byRule(graph, at, one, rule);
  const why = `no tcp rule of a VirtualService that is bound to ${one.node.key} is for it`;
  return closed(at, `nothing takes a connection on port ${at.request.port}`, why, placeOf(one));
}

function byRule(graph: MeshGraph, at: AtGateway, one: NodeServer, rule: ConnectionRule): Explanation {
  const { request, steps } = at;
  steps.add('listener', `port ${request.port} hands bytes on`, `server of Gateway ${one.node.key}`, placeOf(one));
  const refused = refusal(graph, at, one, { ...compared(request) }, false);
  if ('refused' in refused) return refused.refused;
  const connection: Connection = {
    client: at.proxy,
    sender: { ...senderOf(graph, at.proxy), isBlind: true },
    proxy: asks(at, one),
    // What it has ended is no TLS behind it.
    request: kindOf(one.server) === 'tls' ? { ...request, scheme: 'tcp' } : request,
    steps,
  };
  return followConnection(graph, connection, rule);
}

const senderOf = (graph: MeshGraph, { pods, namespace }: GatewayProxy): Sender => ({
  hasProxy: true,
  principal: pods
    ? principalOf(graph, pods)
    : principalNamed(graph.settings.trustDomain, namespace, 'istio-ingressgateway-service-account'),
});

/** Requests by the host that they name, after the policies of the gateway itself. */
function byRequest(
  graph: MeshGraph,
  at: AtGateway,
  servers: readonly NodeServer[],
  first: NodeServer,
  isTls: boolean,
): Explanation {
  const { proxy, request, steps, collect } = at;
  const asked = comparedByGateway(request);
  const admitted = collect === undefined ? refusal(graph, at, first, asked, true) : { request: asked };
  if ('refused' in admitted) return admitted.refused;
  const authority = authorityOf(request);
  const host = gatewayHost(graph, proxy, servers, authority);
  if (host === undefined) {
    const gateways = [...new Set(servers.map(({ node }) => node.key))].join(', ');
    const why = `no VirtualService that is bound to ${gateways} has it`;
    steps.add('virtual-host', `no host for "${authority}"`, why, placeOf(first));
    return answer(steps, { outcome: 'not-found', status: 404 });
  }
  const serving = `server of Gateway ${host.node.key} on port ${host.server.server.port.number}`;
  steps.add('virtual-host', `host ${host.host}`, serving, placeOf(host));
  if (host.redirectsToHttps && !isTls) return toHttps(at, host, asked);
  return followRoutes(graph, {
    client: proxy,
    sender: senderOf(graph, proxy),
    proxy: asks(at, host),
    request: admitted.request,
    url: request,
    steps,
    isTls,
    routes: host.routes,
    leftOut: host.leftOut,
    lost: host.lost,
    virtualService: host.routes[0]?.virtualService,
    fallback: undefined,
    called: { host: undefined, port: request.port },
    // Of a host with one port, a gateway takes that one.
    portOf: (named, listenerPort = host.server.server.port.number) => {
      const ports = lookUp(graph, named, proxy.namespace)?.ports ?? [];
      return ports.length === 1 && ports[0] ? ports[0].number : listenerPort;
    },
    collect,
  });
}

function toHttps({ request, steps }: AtGateway, one: NodeServer, { authority, path }: ComparedRequest): Explanation {
  const { manifest, at } = placeOf(one);
  steps.add('action', 'redirected to https', 'tls.httpsRedirect', { manifest, at: [...at, 'tls', 'httpsRedirect'] });
  const location = `https://${authority}${pathWithQuery(path, request)}`;
  return answer(steps, { outcome: 'redirected', status: 301, redirect: { status: 301, location } });
}

/** Whether the gateway itself refuses a request, by the policies that select its pods; else what its token tells. */
function refusal(
  graph: MeshGraph,
  { proxy, steps, port, request: asked, principal: known }: AtGateway,
  { server }: NodeServer,
  request: ComparedRequest,
  isHttp: boolean,
): { readonly refused: Explanation } | Pick<Admission, 'request'> {
  // Of other certificates a gateway takes no identity of the mesh.
  const client = server.server.tls?.mode === 'ISTIO_MUTUAL' ? known : undefined;
  if (server.server.tls?.mode === 'ISTIO_MUTUAL' && client === undefined)
    steps.assume('the client has no identity that a policy of the gateway names');
  const admission = admit(graph, proxy, {
    principal: client,
    isHttp,
    port,
    sni: kindOf(server) === 'http' || kindOf(server) === 'tcp' ? undefined : asked.host,
    request,
  });
  for (const what of admission.assumptions) steps.assume(what);
  const isSilent = admission.authorization.policy === null && admission.refusal === undefined;
  for (const step of admission.steps)
    if (!(isSilent && step.stage === 'authorization'))
      steps.add(step.stage, `gateway: ${step.decision}`, step.why, step.by);
  if (admission.refusal === undefined) return { request: admission.request };
  const { status } = admission.refusal;
  return { refused: answer(steps, { outcome: 'refused', status, authorization: admission.authorization }) };
}
