import type { GatewaySpec, Server } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { hasSoundPort } from './gateway-servers.ts';
import { refused, warned, type Objections } from './objection.ts';
import { isHttpProtocol, isTlsProtocol } from './port-protocol.ts';
import { serverTls } from './server-tls.ts';

/** TLS of the servers of a Gateway. */
export function* gatewayTls({ servers = [] }: GatewaySpec): Objections {
  for (const [index, server] of servers.entries()) {
    const at = ['spec', 'servers', index, 'tls'];
    if (server.tls !== undefined) yield* serverTls(at, server.tls);
    if (hasSoundPort(server)) yield* fitsProtocol(at, server);
    if (server.tls?.httpsRedirect === true && !isHttpProtocol(server.port.protocol))
      yield warned(
        [...at, 'httpsRedirect'],
        `httpsRedirect is set on a port of ${server.port.protocol || 'no protocol'}`,
        'it sends clients of HTTP to HTTPS, and there is no HTTP on this port',
        'set it on the server whose protocol is HTTP',
      );
  }
}

function* fitsProtocol(at: Path, { port: { protocol }, tls }: Server): Objections {
  if (isTlsProtocol(protocol)) {
    if (tls === undefined)
      yield refused(at, `the protocol is ${protocol}, and there is no tls`, 'add tls with mode and credentialName');
    return;
  }
  if (tls === undefined) return;
  if (!isHttpProtocol(protocol))
    return yield refused(at, `the protocol is ${protocol}, and there is tls`, 'write protocol: TLS, or leave out tls');
  const { mode = 'PASSTHROUGH', caCertificates = '', privateKey = '', serverCertificate = '' } = tls;
  if (!mode.endsWith('PASSTHROUGH') || caCertificates + privateKey + serverCertificate !== '')
    yield refused(
      at,
      `the protocol is ${protocol}, and tls says more than httpsRedirect`,
      'write protocol: HTTPS, or leave out tls',
    );
}
