import { isHttp, parseProtocol } from '../../graph/protocol.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

const PROTOCOLS = [
  'HTTP',
  'HTTPS',
  'HTTP2',
  'GRPC',
  'GRPC-Web',
  'HTTP_PROXY',
  'TCP',
  'TLS',
  'MONGO',
  'REDIS',
  'MYSQL',
  'UDP',
];

/** A protocol of a port, where none means that proxies look at the first bytes. */
export function* knownProtocol(at: Path, protocol: string): Objections {
  if (protocol === '' || parseProtocol(protocol) !== undefined) return;
  const meant = closest(protocol, PROTOCOLS);
  yield refused(
    at,
    `"${protocol}" is no protocol that Istio knows`,
    meant === undefined ? `choices: ${PROTOCOLS.join(', ')}` : `did you mean "${meant}"?`,
  );
}

/** Whether requests of HTTP can be told apart on it. */
export const isHttpProtocol = (protocol: string): boolean => {
  const known = parseProtocol(protocol);
  return known !== undefined && isHttp(known);
};

/** Whether clients encrypt on it. */
export const isTlsProtocol = (protocol: string): boolean => {
  const known = parseProtocol(protocol);
  return known === 'HTTPS' || known === 'TLS';
};

/** Whether it is carried by TCP, and no request of HTTP can be seen in it. */
export const isTcpProtocol = (protocol: string): boolean => {
  const known = parseProtocol(protocol);
  return known !== undefined && known !== 'UDP' && !isHttp(known);
};
