import type { Party } from './party.ts';

/**
 * Who an ingress gateway is: the callee's policy names its identity, and each way of installing gives it another.
 * A wrong one is refused with 403 by every service behind it.
 */
export type GatewayIdentity = Party;

/** Identities of Istio's ingress gateway, by the way it was installed. */
export const gatewayIdentity = {
  /** Installed by `istioctl install` or an IstioOperator file: in istio-system. */
  istioctl: (namespace = 'istio-system'): GatewayIdentity => ({
    name: 'istio-ingressgateway',
    namespace,
    serviceAccount: 'istio-ingressgateway-service-account',
    podLabels: { istio: 'ingressgateway' },
  }),
  /** Installed by the Helm chart istio/gateway: the release's name is the ServiceAccount, and the label `istio` is
   * the name without `istio-`. */
  helm: (release = 'istio-ingress', namespace = 'istio-ingress'): GatewayIdentity => ({
    name: release,
    namespace,
    serviceAccount: release,
    podLabels: { istio: release.replace(/^istio-/, '') },
  }),
  /** Made by Istio for a Gateway of the Gateway API: it is called after the Gateway and its class. */
  gatewayApi: (gateway: string, namespace: string): GatewayIdentity => ({
    name: `${gateway}-istio`,
    namespace,
    serviceAccount: `${gateway}-istio`,
    podLabels: { 'gateway.networking.k8s.io/gateway-name': gateway },
  }),
} as const;
