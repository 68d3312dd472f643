/** Parts of meshes for tests of rules, as text: each is one YAML document. */

const API: Readonly<Record<string, string>> = {
  VirtualService: 'networking.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  Gateway: 'networking.istio.io/v1',
  ServiceEntry: 'networking.istio.io/v1',
  WorkloadEntry: 'networking.istio.io/v1',
  Sidecar: 'networking.istio.io/v1',
  AuthorizationPolicy: 'security.istio.io/v1',
  Deployment: 'apps/v1',
  Service: 'v1',
  ScaledObject: 'keda.sh/v1alpha1',
  Rollout: 'argoproj.io/v1alpha1',
};

const indented = (text: string, by = '  '): string =>
  text
    .replace(/^\n+|\s+$/g, '')
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');

/** Any object with a spec; what it is applied to is namespace `shop`. */
export const object = (kind: string, name: string, spec: string, namespace = 'shop', annotations = '{}'): string => `---
apiVersion: ${API[kind] ?? 'v1'}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace}, annotations: ${annotations} }
spec:
${indented(spec)}`;

/** A namespace whose pods get sidecars. */
export const namespace = (name: string): string => `---
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { istio-injection: enabled } }`;

/** A Service that selects `app: <name>`. */
export const service = (
  name: string,
  {
    namespace = 'shop',
    ports = '[{ name: http, port: 80, targetPort: 8080 }]',
    selector = `{ app: ${name} }`,
    exportTo = '',
  } = {},
): string =>
  object(
    'Service',
    name,
    `selector: ${selector}\nports: ${ports}`,
    namespace,
    exportTo === '' ? '{}' : `{ networking.istio.io/exportTo: "${exportTo}" }`,
  );

/** A Deployment with these labels on its pods. */
export const pods = (name: string, labels: string, { namespace = 'shop', replicas = 2, env = '[]' } = {}): string =>
  object(
    'Deployment',
    name,
    `replicas: ${replicas}
selector: { matchLabels: ${labels} }
template:
  metadata: { labels: ${labels} }
  spec: { serviceAccountName: ${name}, containers: [{ name: app, image: "app:1", ports: [{ containerPort: 8080 }], env: ${env} }] }`,
    namespace,
  );

/** The proxy of a gateway, with its Service, in namespace `edge`. */
export const gatewayPods = (
  labels = '{ istio: edge }',
  ports = '[{ name: http, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }]',
  namespace = 'edge',
): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: ${namespace} }
spec:
  selector: { matchLabels: ${labels} }
  template:
    metadata: { labels: ${labels}, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
${service('edge', { namespace, ports, selector: labels })}`;

/** A Gateway on port 80 of those pods. */
export const gateway = (
  name: string,
  { hosts = '["*"]', port = 80, protocol = 'HTTP', tls = '', selector = '{ istio: edge }', namespace = 'edge' } = {},
): string =>
  object(
    'Gateway',
    name,
    `selector: ${selector}
servers:
  - port: { number: ${port}, name: p${port}, protocol: ${protocol} }
    hosts: ${hosts}${tls === '' ? '' : `\n    tls: ${tls}`}`,
    namespace,
  );

/** Namespace, Service and two versions of `orders` with their subsets. */
export const ORDERS = [
  namespace('shop'),
  service('orders'),
  pods('orders-v1', '{ app: orders, version: v1 }'),
  pods('orders-v2', '{ app: orders, version: v2 }'),
  object(
    'DestinationRule',
    'orders',
    `
host: orders
subsets:
  - { name: v1, labels: { version: v1 } }
  - { name: v2, labels: { version: v2 } }`,
  ),
].join('\n');

/** A VirtualService with these `http` rules, written as a YAML list. */
export const routes = (
  name: string,
  http: string,
  { hosts = `[${name}]`, gateways = '', exportTo = '', namespace = 'shop' } = {},
): string =>
  object(
    'VirtualService',
    name,
    `hosts: ${hosts}${gateways === '' ? '' : `\ngateways: ${gateways}`}${exportTo === '' ? '' : `\nexportTo: ${exportTo}`}
http:
${indented(http)}`,
    namespace,
  );
