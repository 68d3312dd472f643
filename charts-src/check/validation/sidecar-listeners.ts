import type {
  IstioEgressListener,
  IstioIngressListener,
  ServerTLSSettings,
  SidecarPort,
  SidecarSpec,
} from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Path } from '../../model/schema.ts';
import { destination } from './destination.ts';
import { listenerHostProblem, nameProblem } from './host-syntax.ts';
import { isIp } from './ip-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { refused, warned, type Objections } from './objection.ts';
import { portNumber } from './port-number.ts';
import { isHttpProtocol, isTlsProtocol, knownProtocol } from './port-protocol.ts';
import { serverTls } from './server-tls.ts';
import { UNIX, unixSocket } from './unix-socket.ts';

/** A Sidecar as a whole, and what it lets through to hosts that nobody declared. */
export function* sidecarScope({ egress = [], ingress = [], ...rest }: SidecarSpec): Objections {
  const { outboundTrafficPolicy, inboundConnectionPool } = rest;
  if (
    egress.length + ingress.length === 0 &&
    outboundTrafficPolicy === undefined &&
    inboundConnectionPool === undefined
  )
    yield refused(['spec'], 'the Sidecar says nothing', 'add egress with the hosts that its workloads call');
  const { egressProxy, mode = 'REGISTRY_ONLY' } = outboundTrafficPolicy ?? {};
  if (egressProxy === undefined) return;
  const at = ['spec', 'outboundTrafficPolicy', 'egressProxy'];
  if (mode !== 'ALLOW_ANY')
    return yield refused(
      at,
      `there is an egressProxy, and the mode is ${mode}`,
      'write mode: ALLOW_ANY, or leave out egressProxy',
    );
  const problem = nameProblem(egressProxy.host);
  if (egressProxy.port === undefined)
    yield refused([...at, 'port'], 'the egressProxy has no port', 'add "port: { number: … }"');
  if (problem !== undefined) yield refused([...at, 'host'], problem, 'write the full name of a service');
  else yield* destination(at, egressProxy);
}

/** What the sidecars of some workloads listen on for others. */
export function* sidecarIngress({ ingress = [] }: SidecarSpec): Objections {
  const seen = new Set<number>();
  for (const [index, listener] of ingress.entries()) {
    const at = ['spec', 'ingress', index];
    const { port, bind = '', tls } = listener;
    yield* listenerPort([...at, 'port'], port);
    yield* portNumber([...at, 'port', 'number'], port.number ?? 0);
    yield* address([...at, 'bind'], bind);
    if (seen.has(port.number ?? 0)) yield sameNumber([...at, 'port', 'number'], port);
    seen.add(port.number ?? 0);
    yield* endpoint([...at, 'defaultEndpoint'], listener.defaultEndpoint);
    if (tls !== undefined) yield* ingressTls([...at, 'tls'], tls, port);
    yield* poolOfHttp(at, listener);
  }
}

/** What the sidecars of some workloads let them call. */
export function* sidecarEgress({ egress = [] }: SidecarSpec, { namespace }: Manifest): Objections {
  const [ports, sockets] = [new Set<number>(), new Set<string>()];
  const open = egress.findIndex(({ port }) => port === undefined);
  for (const [index, listener] of egress.entries()) {
    const at = ['spec', 'egress', index];
    const { port, bind = '' } = listener;
    if (port === undefined) {
      if (index !== egress.length - 1)
        yield refused(
          at,
          'a listener without a port takes every port, and others follow',
          'put it last, and have one of it only',
        );
    } else {
      yield* listenerPort([...at, 'port'], port);
      yield* egressAddress(at, listener, port);
      const { number = 0 } = port;
      if (number === 0 ? sockets.has(bind) : ports.has(number)) yield sameNumber([...at, 'port', 'number'], port);
      if (number === 0) sockets.add(bind);
      else ports.add(number);
    }
    // After a second listener without a port, the webhook looks no further.
    if (port !== undefined || index === open) yield* egressHosts([...at, 'hosts'], listener.hosts, namespace);
  }
}

function* listenerPort(at: Path, { name = '', protocol = '', targetPort = 0 }: SidecarPort): Objections {
  if (name !== '' && !isDnsLabel(name))
    yield refused([...at, 'name'], `"${name}" is no name of a port`, 'write a DNS label, such as "http"');
  yield* knownProtocol([...at, 'protocol'], protocol);
  if (targetPort > 0)
    yield refused([...at, 'targetPort'], 'a Sidecar has no targetPort', 'leave it out: defaultEndpoint says where to');
}

function* address(at: Path, bind: string): Objections {
  if (bind !== '' && !isIp(bind))
    yield refused(at, `"${bind}" is no IP address`, 'write an address such as 0.0.0.0, or leave it out');
}

const sameNumber = (at: Path, { number = 0 }: SidecarPort) =>
  number === 0
    ? refused(at, 'two listeners have the same address', 'give each socket a path of its own')
    : refused(at, `two listeners have the port ${number}`, 'give each listener a port of its own');

function* egressAddress(
  at: Path,
  { bind = '', captureMode = 'DEFAULT' }: IstioEgressListener,
  port: SidecarPort,
): Objections {
  if ((port.number ?? 0) !== 0) {
    yield* portNumber([...at, 'port', 'number'], port.number ?? 0);
    return yield* address([...at, 'bind'], bind);
  }
  if (bind.startsWith(UNIX)) yield* unixSocket([...at, 'bind'], bind);
  else
    yield refused(
      [...at, 'port', 'number'],
      'the port is 0, and the listener is no socket',
      'write a port from 1 to 65535, or bind to a socket such as "unix:///run/app.sock"',
    );
  if (captureMode === 'IPTABLES')
    yield refused([...at, 'captureMode'], 'nothing is redirected to a socket by IPTABLES', 'write captureMode: NONE');
}

function* egressHosts(at: Path, hosts: readonly string[], namespace: string): Objections {
  if (hosts.length === 0) yield refused(at, 'the listener has no hosts', 'add hosts, or "~/*" for none');
  for (const [index, host] of hosts.entries()) yield* egressHost([...at, index], host);
  yield* repeated(at, hosts, namespace);
}

function* egressHost(at: Path, host: string): Objections {
  const slash = host.indexOf('/');
  if (slash === -1)
    return yield refused(at, `"${host}" has no namespace`, `write "<namespace>/${host}", "./${host}" or "*/${host}"`);
  const [namespace, name] = [host.slice(0, slash).replace(/^~/, ''), host.slice(slash + 1)];
  const isNamespace = ['*', '.'].includes(namespace) || isDnsLabel(namespace) || (namespace === '' && slash > 0);
  if (!isNamespace)
    yield refused(
      at,
      `"${host}" names no namespace before "/"`,
      'write a namespace, "." for the own one or "*" for all',
    );
  const problem = listenerHostProblem(name, false);
  if (problem !== undefined)
    yield refused(at, problem, 'write a full name such as "orders.shop.svc.cluster.local", or "*"');
}

/** Hosts that another entry has already: nothing changes, and something else may have been meant. */
function* repeated(at: Path, hosts: readonly string[], ownNamespace: string): Objections {
  const seen = new Map<string, Set<string>>();
  for (const [index, host] of hosts.entries()) {
    const slash = host.indexOf('/');
    if (slash === -1 || host.startsWith('~')) continue;
    const written = host.slice(0, slash);
    const namespace = written === '.' ? ownNamespace : written;
    const name = host.slice(slash + 1);
    const names = seen.get(namespace) ?? new Set();
    if (name === '*' ? names.size > 0 : names.has(name) || names.has('*'))
      yield warned(
        [...at, index],
        `"${host}" and an entry before it overlap`,
        'one of them changes nothing',
        'keep one of them',
      );
    seen.set(namespace, names.add(name));
  }
  if (seen.get('*')?.has('*') === true && seen.size > 1)
    yield warned(
      at,
      '"*/*" is every host, and there are others beside it',
      'the others change nothing',
      'leave out "*/*", or all others',
    );
}

const LOOPBACK = new Set(['', '127.0.0.1', '0.0.0.0', '::1', '::']);

/** Where the sidecar hands requests to: an address of the pod, or a socket. */
function* endpoint(at: Path, text = ''): Objections {
  if (text === '') return;
  if (text.startsWith(UNIX)) return yield* unixSocket(at, text);
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text) ?? [];
  if (port === undefined || !/^[+-]?\d+$/.test(port) || !LOOPBACK.has(bracketed ?? plain ?? ''))
    return yield refused(
      at,
      `"${text}" is no address of the pod itself`,
      'write "127.0.0.1:<port>", "0.0.0.0:<port>", "[::1]:<port>" or "unix:///<path>"',
    );
  yield* portNumber(at, Number(port));
}

const NOT_HERE = ['subjectAltNames', 'credentialName', 'credentialNames', 'tlsCertificates'] as const;

function* ingressTls(at: Path, tls: ServerTLSSettings, { protocol = '' }: SidecarPort): Objections {
  for (const field of NOT_HERE)
    if ((tls[field]?.length ?? 0) > 0)
      yield refused(
        [...at, field],
        `a Sidecar does not read ${field}`,
        'write serverCertificate, privateKey and caCertificates',
      );
  if (tls.httpsRedirect === true)
    yield refused([...at, 'httpsRedirect'], 'a Sidecar does not redirect', 'leave it out');
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH')
    yield refused(
      [...at, 'mode'],
      `a Sidecar has no mode ${tls.mode}`,
      'write SIMPLE, MUTUAL or OPTIONAL_MUTUAL; for mTLS of the mesh leave out tls',
    );
  if (!isTlsProtocol(protocol))
    yield refused(at, `the protocol is ${protocol || 'not said'}, and there is tls`, 'write protocol: HTTPS or TLS');
  yield* serverTls(at, tls);
}

function* poolOfHttp(at: Path, { port: { protocol = '' }, connectionPool }: IstioIngressListener): Objections {
  if (connectionPool?.http !== undefined && !isHttpProtocol(protocol))
    yield warned(
      [...at, 'connectionPool', 'http'],
      `there are limits for HTTP on a port of ${protocol || 'no protocol'}`,
      'only those for TCP apply',
      'write protocol: HTTP, or leave out http',
    );
}
