import { namespace, pods, service } from './parts.ts';

/** `front`, which calls `orders` on port 80, port 8080 of its pods. */
export const FRONT_CALLS_ORDERS = [
  namespace('shop'),
  pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders" }]' }),
  pods('orders', '{ app: orders }'),
  service('orders'),
];

/** A NetworkPolicy with these rules; about the pods of an application, or all. */
export const networkPolicy = (name: string, rules: string, pods = `matchLabels: { app: ${name} }`): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { ${pods} }
  ${rules}`;

/** Lets out to DNS. */
export const DNS = '{ to: [{ namespaceSelector: {} }], ports: [{ protocol: UDP, port: 53 }] }';

/** Lets out to istiod. */
export const ISTIOD =
  '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: istio-system } } }], ports: [{ port: 15012 }] }';
