import type { PeerAuthenticationSpec } from '../imports/istio.ts';

/** Which workloads refuse plain text. */
export interface StrictMtlsSpec {
  /** Labels of the workload that it is for.
   * Source: Istio PeerAuthentication.spec.selector.matchLabels
   * @default - every workload of the namespace */
  readonly selector?: Readonly<Record<string, string>>;
  /** Ports of the container that still take plain text; needs `selector`.
   * Source: Istio PeerAuthentication.spec.portLevelMtls
   * @default - none */
  readonly plainTextPorts?: readonly number[];
}

/** Mutual TLS or nothing. */
export const peerAuthenticationSpec = ({ selector, plainTextPorts }: StrictMtlsSpec): PeerAuthenticationSpec => ({
  ...(selector && { selector: { matchLabels: { ...selector } } }),
  mtls: { mode: 'STRICT' },
  ...(plainTextPorts?.length && {
    portLevelMtls: Object.fromEntries(plainTextPorts.map((port) => [String(port), { mode: 'PERMISSIVE' as const }])),
  }),
});
