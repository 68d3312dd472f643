import { parseProtocol } from '../../graph/protocol.ts';
import type { GatewaySpec, Server } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Path } from '../../model/schema.ts';
import { listenerHostProblem } from './host-syntax.ts';
import { isIp } from './ip-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { refused, type Objections } from './objection.ts';
import { knownProtocol } from './port-protocol.ts';
import { portNumber } from './port-number.ts';
import { UNIX, unixSocket } from './unix-socket.ts';

/** Ports and hosts of a Gateway. */
export function* gatewayServers({ servers = [] }: GatewaySpec, { name }: Manifest): Objections {
  if (!isDnsLabel(name))
    yield refused(['metadata', 'name'], `"${name}" is no DNS label`, 'write letters, digits and "-", without dots');
  if (servers.length === 0)
    yield refused(['spec', 'servers'], 'the gateway has no servers', 'add at least one, with port and hosts');
  const seen = new Map<string, number>();
  for (const [index, server] of servers.entries()) {
    const at = ['spec', 'servers', index];
    yield* hosts([...at, 'hosts'], server.hosts);
    yield* port(at, server);
    yield* bind(at, server);
    const earlier = seen.get(server.port.name);
    if (earlier !== undefined)
      yield refused(
        [...at, 'port', 'name'],
        `"${server.port.name}" is already the name of the port of server ${earlier}`,
        'give each port a name of its own',
      );
    seen.set(server.port.name, index);
  }
}

function* hosts(at: Path, all: readonly string[]): Objections {
  if (all.length === 0) yield refused(at, 'the server has no hosts', 'add at least one, or "*" for all');
  for (const [index, host] of all.entries()) {
    const slash = host.indexOf('/');
    const namespace = slash === -1 ? undefined : host.slice(0, slash);
    if (namespace !== undefined && namespace !== '*' && namespace !== '.' && !isDnsLabel(namespace))
      yield refused(
        [...at, index],
        `"${host}" names no namespace before "/"`,
        'write "<namespace>/<host>", "./<host>" or "*/<host>"',
      );
    const problem = listenerHostProblem(host.slice(slash + 1), true);
    if (problem !== undefined)
      yield refused([...at, index], problem, 'write a full name such as "shop.example.com", or "*.example.com"');
  }
}

function* port(at: Path, { port: { name, number, protocol, targetPort = 0 }, bind: address = '' }: Server): Objections {
  if (protocol === '')
    yield refused([...at, 'port', 'protocol'], 'the port has no protocol', 'write HTTP, HTTPS, TLS, GRPC or TCP');
  else yield* knownProtocol([...at, 'port', 'protocol'], protocol);
  if (number > 0 || !address.startsWith(UNIX)) yield* portNumber([...at, 'port', 'number'], number);
  if (targetPort > 0)
    yield refused(
      [...at, 'port', 'targetPort'],
      'a Gateway has no targetPort',
      'leave it out: the Service of the gateway says it',
    );
  if (name === '') yield refused([...at, 'port', 'name'], 'the port has no name', 'add a name, such as "http"');
}

function* bind(at: Path, { bind: address = '', port: { number } }: Server): Objections {
  if (address.startsWith(UNIX)) {
    yield* unixSocket([...at, 'bind'], address);
    if (number !== 0)
      yield refused(
        [...at, 'port', 'number'],
        `the server listens on a socket, and has the port ${number}`,
        'write number: 0',
      );
  } else if (address !== '' && !isIp(address))
    yield refused(
      [...at, 'bind'],
      `"${address}" is no IP address`,
      'write an address such as 0.0.0.0, or leave it out',
    );
}

/** Whether its port is fit to judge TLS by. */
export const hasSoundPort = ({
  port: { name, number, protocol, targetPort = 0 },
  bind: address = '',
}: Server): boolean =>
  parseProtocol(protocol) !== undefined &&
  name !== '' &&
  targetPort === 0 &&
  number <= 65535 &&
  (number > 0 || address.startsWith(UNIX));
