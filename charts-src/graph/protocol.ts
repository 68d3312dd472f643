import { own } from '../model/own.ts';

/**
 * What Istio takes a port to speak. `sniffed`: neither the port's name nor `appProtocol` says, or they say something
 * that Istio does not know, so proxies look at the first bytes.
 */
export type Protocol =
  | 'HTTP'
  | 'HTTP2'
  | 'GRPC'
  | 'GRPC-Web'
  | 'HTTP_PROXY'
  | 'TCP'
  | 'TLS'
  | 'HTTPS'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'UDP'
  | 'sniffed';

const BY_NAME: Readonly<Record<string, Protocol>> = {
  http: 'HTTP',
  http2: 'HTTP2',
  http_proxy: 'HTTP_PROXY',
  grpc: 'GRPC',
  'grpc-web': 'GRPC-Web',
  tcp: 'TCP',
  tls: 'TLS',
  https: 'HTTPS',
  mongo: 'Mongo',
  redis: 'Redis',
  mysql: 'MySQL',
  udp: 'UDP',
};

/** Names of `appProtocol` that Kubernetes defines. Source: KEP-3726 */
const BY_APP_PROTOCOL: Readonly<Record<string, Protocol>> = {
  'kubernetes.io/h2c': 'HTTP2',
  'kubernetes.io/ws': 'HTTP',
  'kubernetes.io/wss': 'HTTPS',
};

/** Ports whose clients wait for the server to speak first, so that nothing can be sniffed. */
const WELL_KNOWN_TCP = new Set([25, 53, 3306, 27017]);

/** A port as a Service writes it. */
export interface PortName {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/**
 * The protocol that a text names, as in a Gateway, ServiceEntry or the first part of the name of a port; undefined when
 * Istio does not know it.
 * Source: Istio's protocol.Parse
 */
export function parseProtocol(text: string): Protocol | undefined {
  const lower = text.toLowerCase();
  return own(BY_NAME, lower);
}

/**
 * The protocol of a port of a Kubernetes Service: `appProtocol`, else what stands before the first `-` of its name.
 * Source: Istio's kube.ConvertProtocol
 */
export function portProtocol({ name = '', port = 0, protocol, appProtocol }: PortName): Protocol {
  if (protocol === 'UDP') return 'UDP';
  if (appProtocol !== undefined && Object.hasOwn(BY_APP_PROTOCOL, appProtocol))
    return BY_APP_PROTOCOL[appProtocol] ?? 'sniffed';
  const says = (appProtocol ?? name).toLowerCase();
  // The only protocol with a dash in its name.
  if (says.startsWith('grpc-web')) return 'GRPC-Web';
  const [prefix = ''] = says.split('-');
  return parseProtocol(prefix) ?? (WELL_KNOWN_TCP.has(port) ? 'TCP' : 'sniffed');
}

/** Whether routes, retries and rules about requests apply to a port of this protocol. */
export const isHttp = (protocol: Protocol): boolean =>
  protocol === 'HTTP' ||
  protocol === 'HTTP2' ||
  protocol === 'GRPC' ||
  protocol === 'GRPC-Web' ||
  protocol === 'HTTP_PROXY';

/** Whether a proxy may treat it as HTTP: because it is, or because the first bytes say so. */
export const mayBeHttp = (protocol: Protocol): boolean => isHttp(protocol) || protocol === 'sniffed';

/** Whether clients speak TLS on a port of this protocol, so that proxies look into handshakes. */
export const isTls = (protocol: Protocol): boolean => protocol === 'TLS' || protocol === 'HTTPS';
