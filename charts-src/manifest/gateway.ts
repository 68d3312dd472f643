import type { GatewaySpec } from '../imports/istio.ts';
import type { HttpRoute } from './virtual-service.ts';

/** How a gateway serves TLS. */
export interface GatewayTls {
  /** Name of the Secret with the certificate and its key, in the namespace of the gateway's pods.
   * Source: Istio Gateway.spec.servers[].tls.credentialName */
  readonly credentialName: string;
  /** Lowest TLS version that is spoken.
   * @default 'TLSV1_2' */
  readonly minProtocolVersion?: 'TLSV1_2' | 'TLSV1_3';
}

/** What a gateway listens for. */
export interface GatewayListeners {
  /** Labels of the gateway's pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Namespace whose VirtualServices may use these hosts. */
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** `undefined`: plain HTTP. */
  readonly tls: GatewayTls | undefined;
}

/** Listeners for exact hosts; with TLS, plain HTTP is answered by a redirect and nothing else. */
export function gatewaySpec({ podLabels, namespace, hosts, tls }: GatewayListeners): GatewaySpec {
  // `namespace/host`: a VirtualService of another namespace cannot take these hosts over.
  const owned = hosts.map((host) => `${namespace}/${host}`);
  return {
    selector: { ...podLabels },
    servers: [
      {
        port: { number: 80, name: 'http', protocol: 'HTTP' },
        hosts: owned,
        ...(tls && { tls: { httpsRedirect: true } }),
      },
      ...(tls
        ? [
            {
              port: { number: 443, name: 'https', protocol: 'HTTPS' },
              hosts: owned,
              tls: {
                mode: 'SIMPLE' as const,
                credentialName: tls.credentialName,
                minProtocolVersion: tls.minProtocolVersion ?? ('TLSV1_2' as const),
              },
            },
          ]
        : []),
    ],
  };
}

/** Routes of a gateway's hosts, as a VirtualService that only the gateway's proxies read. */
export const gatewayRoutesSpec = (gateway: string, exportTo: string, hosts: readonly string[], http: HttpRoute[]) => ({
  hosts: [...hosts],
  gateways: [gateway],
  exportTo: [exportTo],
  http,
});
