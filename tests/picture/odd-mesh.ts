const object = (apiVersion: string, kind: string, namespace: string, name: string, rest: object): string =>
  JSON.stringify({ apiVersion, kind, metadata: { name, namespace }, ...rest });

/** A Deployment and its Service, which calls what its variables name. */
export const app = (
  namespace: string,
  name: string,
  {
    calls = {},
    version = 'v1',
    port = { name: 'http', port: 80 },
    image = `example.com/${name}:1`,
  }: {
    readonly calls?: Readonly<Record<string, string>>;
    readonly version?: string;
    readonly port?: { readonly name: string; readonly port: number };
    readonly image?: string;
  } = {},
): readonly string[] => [
  object('apps/v1', 'Deployment', namespace, `${name}-${version}`, {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name, version } },
      template: {
        metadata: { labels: { app: name, version } },
        spec: {
          serviceAccountName: name,
          containers: [
            {
              name: 'app',
              image,
              ports: [{ containerPort: 8080 }],
              env: Object.entries(calls).map(([key, value]) => ({ name: key, value })),
            },
          ],
        },
      },
    },
  }),
  object('v1', 'Service', namespace, name, {
    spec: { selector: { app: name }, ports: [{ ...port, targetPort: 8080 }] },
  }),
];

const istio = (kind: string, namespace: string, name: string, spec: object): string =>
  object('networking.istio.io/v1', kind, namespace, name, { spec });
const guard = (kind: string, namespace: string, name: string, spec: object): string =>
  object('security.istio.io/v1', kind, namespace, name, { spec });
const host = (name: string): string => `${name}.core.svc.cluster.local`;

/** A mesh of three namespaces in which everything that a picture can say is there once. */
export const ODD_MESH: readonly string[] = [
  ...['web', 'core'].map((name) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'istio-injection': 'enabled' } },
    }),
  ),
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } }),
  ...app('web', 'front', { calls: { CART_URL: 'http://cart.core', SEARCH_URL: 'http://search.core' } }),
  ...app('core', 'cart', { calls: { STOCK_ADDR: 'stock:9000', PAY_URL: 'http://pay' } }),
  ...app('core', 'cart', { version: 'v2' }).slice(0, 1),
  ...app('core', 'search', {
    calls: { LEGACY_URL: 'http://legacy.old', PAY_URL: 'http://pay', EMPTY_URL: 'http://empty' },
  }),
  ...app('core', 'stock', { calls: { DB_HOST: 'stock-db' }, port: { name: 'grpc', port: 9000 } }),
  ...app('core', 'stock-db', { image: 'postgres:17', port: { name: 'tcp-pg', port: 5432 } }),
  ...app('core', 'pay', { calls: { BANK_URL: 'https://bank.example.com' } }),
  ...app('core', 'shadow'),
  ...app('core', 'closed', { calls: { CART_URL: 'http://cart' } }),
  ...app('core', 'empty').map((text) => text.replace('"replicas":2', '"replicas":0')),
  ...app('old', 'legacy', { calls: { PAY_URL: 'http://pay.core' } }),
  istio('ServiceEntry', 'core', 'bank', {
    hosts: ['bank.example.com'],
    location: 'MESH_EXTERNAL',
    resolution: 'DNS',
    ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
  }),
  guard('PeerAuthentication', 'core', 'default', { mtls: { mode: 'STRICT' } }),
  istio('DestinationRule', 'core', 'cart', {
    host: host('cart'),
    trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } },
    subsets: ['v1', 'v2'].map((name) => ({ name, labels: { version: name } })),
  }),
  istio('VirtualService', 'core', 'cart', {
    hosts: [host('cart')],
    http: [
      {
        timeout: '2s',
        retries: { attempts: 1 },
        fault: { delay: { fixedDelay: '1s', percentage: { value: 5 } } },
        route: [
          { destination: { host: host('cart'), subset: 'v1' }, weight: 70 },
          { destination: { host: host('cart'), subset: 'v2' }, weight: 30 },
        ],
        mirror: { host: host('shadow') },
        mirrorPercentage: { value: 10 },
      },
    ],
  }),
  guard('AuthorizationPolicy', 'core', 'pay', {
    selector: { matchLabels: { app: 'pay' } },
    rules: [
      {
        from: [{ source: { principals: ['cluster.local/ns/core/sa/cart'] } }],
        to: [{ operation: { methods: ['POST'] } }],
      },
    ],
  }),
  istio('Sidecar', 'core', 'closed', {
    workloadSelector: { labels: { app: 'closed' } },
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    egress: [{ hosts: ['./pay.core.svc.cluster.local'] }],
  }),
  istio('Gateway', 'web', 'edge', {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
  }),
  istio('VirtualService', 'web', 'edge', {
    hosts: ['*'],
    gateways: ['edge'],
    http: [{ route: [{ destination: { host: 'front.web.svc.cluster.local' } }] }],
  }),
];
