import { gateway, namespace, object, routes, service } from '../parts.ts';
import type { GridCase } from './grid-case.ts';

const mesh = (...parts: readonly string[]): string => parts.join('\n');

/** A rule that leads nowhere, so that nothing but what the case is about can be wrong. */
const AWAY = '- redirect: { uri: /elsewhere }';

const away = (name: string, options: Parameters<typeof routes>[2]): string => routes(name, AWAY, options);

/** The proxy of a gateway in namespace `edge` with a Service of its own. */
const proxy = (name: string, labels: string, ports: string): string =>
  mesh(
    `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: edge, labels: ${labels} }
spec: { containers: [{ name: istio-proxy, image: auto, args: [proxy, router] }] }`,
    ports === '' ? '' : service(name, { namespace: 'edge', selector: labels, ports }),
  );

const INGRESS = '{ istio: ingressgateway }';
const PRIVATE = '{ app: private-gateway }';

/** A Gateway for two hosts of TLS with a certificate of that name. */
const secure = (
  name: string,
  credential: string,
  host: string,
  options: { selector?: string; namespace?: string } = {},
) =>
  gateway(name, {
    port: 443,
    protocol: 'HTTPS',
    hosts: `[${host}]`,
    tls: `{ mode: SIMPLE, credentialName: ${credential} }`,
    selector: INGRESS,
    ...options,
  });

/** Gateways and VirtualServices whose hosts do or do not fit. */
const HOSTS_AND_GATEWAYS = mesh(
  gateway('one', { hosts: '[one.example.com]', selector: INGRESS }),
  away('one-fits', { hosts: '[one.example.com]', gateways: '[edge/one]' }),
  away('one-not', { hosts: '[other.example.com]', gateways: '[edge/one]' }),
  gateway('wild', { hosts: '["*.wild.example.com"]', selector: INGRESS }),
  away('wild-fits', { hosts: '[web.wild.example.com]', gateways: '[edge/wild]' }),
  away('wild-not', { hosts: '[web.tame.example.com]', gateways: '[edge/wild]' }),
  gateway('left', { hosts: '["*.left.example.com"]', selector: INGRESS }),
  gateway('right', { hosts: '["*.right.example.com"]', selector: INGRESS }),
  away('both-fit', { hosts: '[a.left.example.com, b.right.example.com]', gateways: '[edge/left, edge/right]' }),
  away('right-not', { hosts: '[c.left.example.com]', gateways: '[edge/left, edge/right]' }),
  object(
    'Gateway',
    'two-servers',
    `selector: ${INGRESS}
servers:
  - { port: { number: 80, name: a, protocol: HTTP }, hosts: ["*.first.example.com"] }
  - { port: { number: 80, name: b, protocol: HTTP }, hosts: [web.second.example.com] }`,
    'edge',
  ),
  away('second-fits', { hosts: '[web.second.example.com]', gateways: '[edge/two-servers]' }),
  away('first-fits', { hosts: '[deep.web.first.example.com]', gateways: '[edge/two-servers]' }),
  away('neither', { hosts: '[x.second.example.com, y.second.example.com]', gateways: '[edge/two-servers]' }),
);
const HOSTS_NOT_IN_GATEWAYS = ['one-not', 'wild-not', 'right-not', 'neither'].map((name) => ({
  code: 'IST0132',
  object: `VirtualService shop/${name}`,
}));

/** One host at a gateway for its own namespace, for all by name, for everything, and without a word. */
const HOSTS_OF_NAMESPACES = mesh(
  gateway('own', { hosts: '[./own.example.com]', selector: INGRESS }),
  away('here', { hosts: '[own.example.com]', gateways: '[own]', namespace: 'edge' }),
  away('there', { hosts: '[own.example.com]', gateways: '[edge/own]' }),
  gateway('named', { hosts: '["*/named.example.com"]', selector: INGRESS }),
  away('named-here', { hosts: '[named.example.com]', gateways: '[named]', namespace: 'edge' }),
  away('named-there', { hosts: '[named.example.com]', gateways: '[edge/named]' }),
  gateway('all', { hosts: '["*/*"]', selector: INGRESS }),
  away('all-here', { hosts: '[all.example.com]', gateways: '[all]', namespace: 'edge' }),
  away('all-there', { hosts: '[all.example.com]', gateways: '[edge/all]' }),
  gateway('plain', { hosts: '[plain.example.com]', selector: INGRESS }),
  away('plain-here', { hosts: '[plain.example.com]', gateways: '[plain]', namespace: 'edge' }),
  away('plain-there', { hosts: '[plain.example.com]', gateways: '[edge/plain]' }),
);

const beta = (text: string): string => text.replaceAll('networking.istio.io/v1\n', 'networking.istio.io/v1beta1\n');

const entry = (name: string, port: string, more = '', owner = 'shop'): string =>
  object(
    'ServiceEntry',
    name,
    `hosts: [pay.example.com]\nlocation: MESH_EXTERNAL\nresolution: DNS\nports: [${port}]\n${more}`,
    owner,
  );

const TCP_ENTRIES = mesh(
  entry('tls-only', '{ number: 443, name: a, protocol: HTTPS }', 'exportTo: ["."]', 'n1'),
  entry('with-address', '{ number: 443, name: a, protocol: HTTPS }', 'addresses: [10.2.0.1]\nexportTo: ["."]', 'n2'),
  entry('no-protocol', '{ number: 443, name: a }', 'exportTo: ["."]', 'n3'),
  entry('empty-protocol', '{ number: 443, name: a, protocol: "" }', 'exportTo: ["."]', 'n4'),
  entry('tcp-with-address', '{ number: 443, name: a, protocol: TCP }', 'addresses: [10.2.0.2]\nexportTo: ["."]', 'n5'),
  entry('tcp', '{ number: 443, name: a, protocol: TCP }', 'exportTo: ["."]', 'n6'),
);

/** What istiod reads its MeshConfig from, with this metadata for all proxies. */
const meshConfig = (metadata: string): string => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    defaultConfig:
      proxyMetadata: { ${metadata} }`;

const subsets = (name: string, list: string): string =>
  object('DestinationRule', name, `host: ${name}.shop.svc.cluster.local\nsubsets:\n${list}`);

const node = (labels: string): string => `---
apiVersion: v1
kind: Node
metadata: { name: node-1, labels: { ${labels} } }`;

const POD = `---
apiVersion: v1
kind: Pod
metadata: { name: carts-0, namespace: shop, labels: { app: carts, version: v1 } }
spec: { nodeName: node-1, containers: [{ name: app, image: "carts:1" }] }`;

const tcpRoutes = (name: string, kind: 'tcp' | 'tls', list: string): string =>
  object('VirtualService', name, `hosts: [${name}.example.com]\n${kind}:\n${list}`);

const TO_ECHO = 'route: [{ destination: { host: echo } }]';

/** Cases of Istio's grid about gateways, routes, subsets and ServiceEntries. */
export const cases: readonly GridCase[] = [
  {
    upstream: 'gatewayNoWorkload',
    manifests: object('Gateway', 'edge', 'selector: { istio: ingressgatway }', 'edge'),
    expected: [{ code: 'IST0101', object: 'Gateway edge/edge' }],
  },
  {
    upstream: 'gatewayBadPort',
    manifests: object(
      'Gateway',
      'edge',
      `selector: ${INGRESS}
servers:
  - { port: { number: 80, name: a, protocol: HTTP }, hosts: [a.example.com] }
  - { port: { number: 8004, name: b, protocol: HTTP }, hosts: [b.example.com] }`,
      'edge',
    ),
    expected: [{ code: 'IST0162', object: 'Gateway edge/edge' }],
  },
  { upstream: 'gatewayCorrectPort', manifests: gateway('edge', { selector: INGRESS }), expected: [] },
  {
    upstream: 'gatewayCustomIngressGateway',
    manifests: mesh(
      gateway('edge', { port: 8003, selector: PRIVATE }),
      proxy('private', PRIVATE, '[{ name: http2, port: 80, targetPort: 8003, protocol: TCP }]'),
    ),
    expected: [],
  },
  {
    upstream: 'gatewayCustomIngressGatewayBadPort',
    manifests: mesh(
      gateway('edge', { port: 8004, selector: PRIVATE }),
      proxy('private', PRIVATE, '[{ name: http2, port: 80, targetPort: 8003, protocol: TCP }]'),
    ),
    expected: [{ code: 'IST0162', object: 'Gateway edge/edge' }],
  },
  {
    upstream: 'gatewayCustomIngressGatewayBadPortWithoutTarget',
    manifests: mesh(
      gateway('edge', { port: 8004, selector: PRIVATE }),
      proxy('private', PRIVATE, '[{ name: http2, port: 80 }]'),
    ),
    expected: [{ code: 'IST0162', object: 'Gateway edge/edge' }],
  },
  {
    upstream: 'gatewayCustomIngressGatewayTranslation',
    manifests: mesh(
      gateway('edge', { port: 80, selector: PRIVATE }),
      proxy('private', PRIVATE, '[{ name: http2, port: 80, targetPort: 8003 }]'),
    ),
    expected: [],
  },
  {
    upstream: 'gatewayServiceMatchPod',
    manifests: mesh(
      gateway('first', { port: 8001, selector: '{ app: first-gateway }' }),
      gateway('second', { port: 8002, selector: '{ app: first-gateway }' }),
      proxy('first', '{ app: first-gateway }', '[{ name: http2, port: 8001 }]'),
      proxy('second', '{ app: second-gateway }', '[{ name: http2, port: 8002, targetPort: 80 }]'),
    ),
    expected: [{ code: 'IST0162', object: 'Gateway edge/second' }],
  },
  {
    upstream: 'gatewaySecret',
    manifests: secure('edge', 'missing', 'a.example.com'),
    expected: [{ code: 'IST0101', object: 'Gateway edge/edge' }],
    cannotJudge: 'whether a Secret is there only the cluster knows: what holds keys is not among manifests',
  },
  {
    upstream: 'conflicting gateways detect',
    manifests: mesh(
      gateway('raw', { protocol: 'TCP', hosts: '[a.example.com]', selector: INGRESS }),
      gateway('web', { hosts: '[a.example.com]', selector: INGRESS }),
    ),
    expected: [
      { code: 'IST0145', object: 'Gateway edge/raw' },
      { code: 'IST0145', object: 'Gateway edge/web' },
    ],
  },
  {
    upstream: 'gateways with different port are non-conflicting',
    manifests: mesh(
      gateway('raw', { port: 443, protocol: 'TCP', hosts: '[a.example.com]', selector: INGRESS }),
      gateway('web', { hosts: '[a.example.com]', selector: INGRESS }),
    ),
    expected: [],
  },
  {
    upstream: 'conflicting gateways with multiple port declarations',
    manifests: mesh(
      ...[
        ['raw', 'TCP', 80],
        ['web', 'HTTP', 8080],
      ].map(([name, protocol, own]) =>
        object(
          'Gateway',
          String(name),
          `selector: ${INGRESS}
servers:
  - { port: { number: ${own}, name: own, protocol: ${protocol} }, hosts: [a.example.com] }
  - { port: { number: 8443, name: shared, protocol: ${protocol} }, hosts: [a.example.com] }`,
          'edge',
        ),
      ),
    ),
    expected: [
      { code: 'IST0145', object: 'Gateway edge/raw' },
      { code: 'IST0145', object: 'Gateway edge/web' },
    ],
  },
  {
    upstream: 'conflicting gateways detect by sub selector',
    manifests: mesh(
      gateway('narrow', {
        protocol: 'TCP',
        hosts: '[a.example.com]',
        selector: '{ istio: edge, app: edge-proxy, tier: public }',
      }),
      gateway('wide', { hosts: '[a.example.com]', selector: '{ istio: edge, tier: public }' }),
      proxy('edge-1', '{ istio: edge, app: edge-proxy, tier: public }', ''),
      proxy('edge-2', '{ istio: edge, app: edge-proxy, tier: public }', ''),
    ),
    expected: [
      { code: 'IST0145', object: 'Gateway edge/narrow' },
      { code: 'IST0145', object: 'Gateway edge/wide' },
    ],
  },
  {
    upstream: 'conflicting gateways detect: no port',
    manifests: mesh(
      object('Gateway', 'one', `selector: ${INGRESS}\nservers: [{ hosts: [a.example.com] }]`, 'edge'),
      object('Gateway', 'two', `selector: ${INGRESS}\nservers: [{ hosts: [b.example.com] }]`, 'edge'),
    ),
    expected: [],
  },
  {
    upstream: 'virtualServiceConflictingMeshGatewayHosts',
    manifests: mesh(
      gateway('edge', { selector: INGRESS }),
      // Two in one namespace.
      away('cart', { hosts: '[cart]', namespace: 'n1' }),
      away('cart-again', { hosts: '[cart]', namespace: 'n1' }),
      // Alone, and for a gateway only.
      away('stock', { hosts: '[stock]', namespace: 'n1' }),
      away('stock', { hosts: '[stock.n1.svc.cluster.local]', gateways: '[edge/edge]', namespace: 'n2' }),
      // Short and full name, mesh by name.
      away('price', { hosts: '[price]', gateways: '[mesh]', namespace: 'n1' }),
      away('price', {
        hosts: '[price.n1.svc.cluster.local, api.example.com]',
        gateways: '[edge/edge, mesh]',
        namespace: 'n2',
      }),
      // Private in two namespaces; the second one shares a public host.
      away('price', { hosts: '[price]', gateways: '[mesh]', exportTo: '["."]', namespace: 't1' }),
      away('price', {
        hosts: '[price.t1.svc.cluster.local, api.example.com]',
        gateways: '[edge/edge, mesh]',
        exportTo: '["."]',
        namespace: 't2',
      }),
      // Public by word and by default.
      away('price', { hosts: '[price]', gateways: '[mesh]', exportTo: '["*"]', namespace: 't3' }),
      away('price', { hosts: '[price.t3.svc.cluster.local]', gateways: '[edge/edge, mesh]', namespace: 't4' }),
    ),
    expected: ['t3/price', 't4/price', 'n1/price', 'n2/price', 'n1/cart', 'n1/cart-again', 't2/price'].map((name) => ({
      code: 'IST0109',
      object: `VirtualService ${name}`,
    })),
  },
  {
    upstream: 'virtualServiceConflictingMeshGatewayHostsWithExportTo',
    manifests: mesh(
      away('a', { hosts: '["*.cart.example.com"]', namespace: 'n1' }),
      away('a', { hosts: '["*.cart.example.com"]', namespace: 'n2' }),
      away('b', { hosts: '["*.b.example.com"]', exportTo: '[n1]', namespace: 'n1' }),
      away('b', { hosts: '["*.b.example.com"]', exportTo: '["."]', namespace: 'n2' }),
      away('c', { hosts: '["*.c.example.com"]', exportTo: '[n1]', namespace: 'n1' }),
      away('c', { hosts: '["*.c.example.com"]', exportTo: '["*"]', namespace: 'n2' }),
      away('d', { hosts: '["*.inner.example.org"]', exportTo: '["."]', namespace: 'n1' }),
      away('d', { hosts: '["*.example.org"]', exportTo: '["*"]', namespace: 'n2' }),
    ),
    expected: ['n1/a', 'n2/a', 'n1/c', 'n2/c', 'n1/d', 'n2/d'].map((name) => ({
      code: 'IST0109',
      object: `VirtualService ${name}`,
    })),
  },
  {
    upstream: 'virtualServiceDestinationHosts',
    manifests: mesh(
      service('carts', { ports: '[{ name: tcp-carts, port: 42 }]' }),
      service('two', { ports: '[{ name: http, port: 80 }, { name: https, port: 443 }]' }),
      object('DestinationRule', 'carts', 'host: carts\nsubsets: [{ name: v1 }]'),
      object('DestinationRule', 'two', 'host: two\nsubsets: [{ name: v1 }]'),
      object(
        'ServiceEntry',
        'outside',
        'hosts: [outside.example.org]\nports: [{ number: 80, name: a, protocol: HTTP }]',
      ),
      object('ServiceEntry', 'wild', 'hosts: ["*.eu.example.com"]\nports: [{ number: 80, name: a, protocol: HTTP }]'),
      object(
        'ServiceEntry',
        'private-wild',
        'exportTo: ["."]\nhosts: ["*.com"]\nports: [{ number: 80, name: a, protocol: HTTP }]',
        'ignored',
      ),
      object(
        'ServiceEntry',
        'private',
        'exportTo: ["."]\nhosts: [other.example.com]\nports: [{ number: 80, name: a, protocol: HTTP }]',
        'other',
      ),
      object(
        'ServiceEntry',
        'exported',
        'exportTo: [shop]\nhosts: [abc.example.com]\nports: [{ number: 80, name: a, protocol: HTTP }]',
        'other',
      ),
      ...[
        ['base', 'host: carts, subset: v1'],
        ['full', 'host: carts.shop.svc.cluster.local, subset: v1'],
        ['external', 'host: outside.example.org'],
        ['eu', 'host: carts.eu.example.com'],
        ['eu-wild', 'host: "*.eu.example.com"'],
        ['hidden', 'host: other.example.com'],
        ['bad-port', 'host: carts, subset: v1, port: { number: 999 }'],
        ['no-port', 'host: two, subset: v1'],
        ['with-port', 'host: two, subset: v1, port: { number: 80 }'],
        ['exported', 'host: abc.example.com'],
      ].map(([name, destination]) =>
        object('VirtualService', name ?? '', `http: [{ route: [{ destination: { ${destination} } }] }]`),
      ),
      object(
        'VirtualService',
        'ghosts',
        'http: [{ route: [{ destination: { host: ghost }, weight: 50 }, { destination: { host: phantom, subset: v1 }, weight: 50 }] }]',
      ),
      object(
        'VirtualService',
        'mirrored',
        'http: [{ route: [{ destination: { host: carts, subset: v1 } }], mirror: { host: carts, subset: v1 } }]',
      ),
      object(
        'VirtualService',
        'bad-mirror',
        'http: [{ route: [{ destination: { host: carts, subset: v1 } }], mirror: { host: ghost, subset: v1 } }]',
      ),
      routes('cross', '- route: [{ destination: { host: carts.shop.svc.cluster.local } }]', {
        hosts: '[cross.example.net]',
        namespace: 'istio-system',
      }),
      service('detail', { exportTo: 'banana' }),
      routes('to-detail', '- route: [{ destination: { host: detail.shop.svc.cluster.local } }]', {
        hosts: '[detail.example.net]',
        namespace: 'istio-system',
      }),
      routes('to-detail', '- route: [{ destination: { host: detail.shop.svc.cluster.local } }]', {
        hosts: '[detail.example.edu]',
        namespace: 'banana',
      }),
      service('hello', { namespace: 'greet', exportTo: 'greet1,greet2,.' }),
      ...['greet1', 'greet2', 'greet'].map((owner) =>
        routes('hello', '- route: [{ destination: { host: hello.greet.svc.cluster.local } }]', {
          hosts: `[${owner}.example.net]`,
          namespace: owner,
        }),
      ),
      routes('hello-elsewhere', '- route: [{ destination: { host: hello.greet.svc.cluster.local } }]', {
        hosts: '[elsewhere.example.net]',
        exportTo: '[nowhere]',
        namespace: 'greet',
      }),
    ),
    expected: [
      { code: 'IST0101', object: 'VirtualService shop/ghosts' },
      { code: 'IST0101', object: 'VirtualService shop/ghosts' },
      { code: 'IST0101', object: 'VirtualService shop/hidden' },
      { code: 'IST0101', object: 'VirtualService shop/bad-mirror' },
      { code: 'IST0101', object: 'VirtualService shop/bad-port' },
      { code: 'IST0112', object: 'VirtualService shop/no-port' },
      { code: 'IST0101', object: 'VirtualService istio-system/to-detail' },
      { code: 'IST0101', object: 'VirtualService greet/hello-elsewhere' },
    ],
  },
  {
    upstream: 'virtualServiceDestinationRules',
    manifests: mesh(
      service('carts'),
      object('DestinationRule', 'carts', 'host: carts\nsubsets: [{ name: v1 }]'),
      ...[
        ['base', 'route: [{ destination: { host: carts, subset: v1 } }]'],
        ['bad-subset', 'route: [{ destination: { host: carts, subset: bogus } }]'],
        ['full', 'route: [{ destination: { host: carts.shop.svc.cluster.local, subset: v1 } }]'],
        ['mirrored', 'route: [{ destination: { host: carts, subset: v1 } }], mirror: { host: carts, subset: v1 }'],
        ['bad-mirror', 'route: [{ destination: { host: carts, subset: v1 } }], mirror: { host: carts, subset: bogus }'],
      ].map(([name, rule]) =>
        object('VirtualService', name ?? '', `hosts: [${name}.example.com]\nhttp: [{ ${rule} }]`),
      ),
    ),
    expected: [
      { code: 'IST0101', object: 'VirtualService shop/bad-subset' },
      { code: 'IST0101', object: 'VirtualService shop/bad-mirror' },
    ],
  },
  {
    upstream: 'virtualServiceGateways',
    manifests: mesh(
      object('Gateway', 'edge', `selector: ${INGRESS}`),
      object('Gateway', 'far', `selector: ${INGRESS}`, 'another'),
      away('fits', { hosts: '["*"]', gateways: '[edge]' }),
      away('bogus', { hosts: '["*"]', gateways: '[edge-bogus]' }),
      away('meshed', { hosts: '[shop.example.com]', gateways: '[mesh]' }),
      away('crossing', { hosts: '["*"]', gateways: '[another/far]' }),
    ),
    expected: [
      { code: 'IST0101', object: 'VirtualService shop/bogus' },
      { code: 'IST0132', object: 'VirtualService shop/crossing' },
      { code: 'IST0132', object: 'VirtualService shop/bogus' },
      { code: 'IST0132', object: 'VirtualService shop/fits' },
    ],
  },
  {
    upstream: 'virtualServiceInternalGatewayRef',
    manifests: away('inner', {
      hosts: '[a.example.com]',
      gateways: '[edge/gateway~istio-autogenerated-k8s-gateway~http]',
    }),
    expected: [{ code: 'IST0165', object: 'VirtualService shop/inner' }],
  },
  {
    upstream: 'dupmatches',
    manifests: mesh(
      namespace('shop'),
      service('echo', { ports: '[{ name: tcp-echo, port: 9000 }]' }),
      ...(
        [
          ['after-all', '- redirect: { uri: /a }\n- redirect: { uri: /b }'],
          [
            'same',
            '- match: [{ uri: { prefix: /api } }]\n  redirect: { uri: /a }\n- name: again\n  match: [{ name: x, uri: { prefix: /api } }]\n  redirect: { uri: /b }',
          ],
          [
            'nearly',
            '- match: [{ uri: { prefix: /api } }]\n  redirect: { uri: /a }\n- match: [{ uri: { prefix: /api } }, { uri: { prefix: /web } }]\n  redirect: { uri: /b }',
          ],
          [
            'no-get',
            '- match: [{ uri: { prefix: /api/cart } }, { uri: { prefix: /api/carts }, method: { exact: GET } }]\n  redirect: { uri: /a }',
          ],
          [
            'prefix-exact',
            '- match: [{ uri: { prefix: / } }, { uri: { exact: / }, method: { exact: GET } }]\n  redirect: { uri: /a }',
          ],
          [
            'in-one',
            '- match: [{ uri: { prefix: /api/cart }, method: { exact: GET } }, { uri: { prefix: /api/carts }, method: { exact: GET } }]\n  redirect: { uri: /a }',
          ],
          [
            'in-two',
            '- match: [{ uri: { prefix: /api/cart }, method: { exact: GET } }]\n  redirect: { uri: /a }\n- match: [{ uri: { prefix: /api/carts }, method: { exact: GET } }]\n  redirect: { uri: /b }',
          ],
          [
            'methods',
            '- match: [{ uri: { prefix: /api }, method: { exact: GET } }]\n  redirect: { uri: /a }\n- match: [{ uri: { prefix: /api/cart }, method: { exact: GET } }, { uri: { prefix: /api/carts }, method: { exact: POST } }]\n  redirect: { uri: /b }',
          ],
        ] as const
      ).map(([name, http]) => routes(name, http, { hosts: `[${name}.example.com]` })),
      tcpRoutes(
        'same-tcp',
        'tcp',
        `  - { match: [{ port: 9000 }], ${TO_ECHO} }\n  - { match: [{ port: 9000 }], ${TO_ECHO} }`,
      ),
      tcpRoutes('empty-tcp', 'tcp', `  - { ${TO_ECHO} }\n  - { ${TO_ECHO} }`),
      tcpRoutes(
        'nearly-tcp',
        'tcp',
        `  - { match: [{ port: 9000 }], ${TO_ECHO} }\n  - { match: [{ port: 9000 }, { port: 9001 }], ${TO_ECHO} }`,
      ),
      tcpRoutes(
        'same-tls',
        'tls',
        `  - { match: [{ port: 9000, sniHosts: [same-tls.example.com] }], ${TO_ECHO} }\n  - { match: [{ port: 9000, sniHosts: [same-tls.example.com] }], ${TO_ECHO} }`,
      ),
      tcpRoutes(
        'nearly-tls',
        'tls',
        `  - { match: [{ port: 9000, sniHosts: [nearly-tls.example.com] }], ${TO_ECHO} }\n  - { match: [{ port: 9000, sniHosts: [nearly-tls.example.com] }, { port: 9443, sniHosts: [nearly-tls.example.com] }], ${TO_ECHO} }`,
      ),
    ),
    expected: [
      ...['same', 'after-all', 'same-tcp', 'empty-tcp', 'same-tls'].map((name) => ['IST0130', name] as const),
      ...[
        'nearly',
        'same',
        'nearly-tcp',
        'same-tcp',
        'nearly-tls',
        'same-tls',
        'no-get',
        'in-one',
        'in-two',
        'methods',
      ].map((name) => ['IST0131', name] as const),
    ].map(([code, name]) => ({ code, object: `VirtualService shop/${name}` })),
  },
  {
    upstream: 'host defined in virtualservice not found in the gateway',
    manifests: HOSTS_AND_GATEWAYS,
    expected: HOSTS_NOT_IN_GATEWAYS,
  },
  {
    upstream: 'host defined in virtualservice not found in the gateway(beta version)',
    manifests: beta(HOSTS_AND_GATEWAYS),
    expected: HOSTS_NOT_IN_GATEWAYS,
  },
  {
    upstream: 'host defined in virtualservice not found in the gateway with ns',
    manifests: HOSTS_OF_NAMESPACES,
    expected: [{ code: 'IST0132', object: 'VirtualService shop/there' }],
  },
  {
    upstream: 'host defined in virtualservice not found in the gateway with ns(beta version)',
    manifests: beta(HOSTS_OF_NAMESPACES),
    expected: [{ code: 'IST0132', object: 'VirtualService shop/there' }],
  },
  {
    upstream: 'missing Addresses and Protocol in Service Entry',
    manifests: TCP_ENTRIES,
    expected: ['n3/no-protocol', 'n4/empty-protocol', 'n6/tcp'].map((name) => ({
      code: 'IST0134',
      object: `ServiceEntry ${name}`,
    })),
  },
  {
    upstream: 'missing Addresses and Protocol in Service Entry with ISTIO_META_DNS_AUTO_ALLOCATE enabled',
    manifests: mesh(meshConfig('ISTIO_META_DNS_CAPTURE: "true", ISTIO_META_DNS_AUTO_ALLOCATE: "true"'), TCP_ENTRIES),
    expected: [],
  },
  {
    upstream: 'certificate duplication in Gateway',
    manifests: mesh(
      secure('first-a', 'one', 'a1.example.com'),
      secure('first-b', 'one', 'b1.example.com'),
      secure('second-a', 'two', 'a2.example.com'),
      secure('second-b', 'two', 'b2.example.com', { selector: '{ istio: ingressgateway, tier: internal }' }),
      secure('third-a', 'three', 'a3.example.com', { namespace: 'shop' }),
      secure('third-b', 'three', 'b3.example.com', { selector: '{ istio: ingressgateway, tier: internal }' }),
      secure('fourth-a', 'four-a', 'a4.example.com'),
      secure('fourth-b', 'four-b', 'b4.example.com'),
      secure('fifth-a', 'five-a', 'a5.example.com'),
      secure('fifth-b', 'five-b', 'b5.example.com', { selector: '{ istio: ingressgateway, tier: internal }' }),
      gateway('plain-a', { hosts: '[a6.example.com]', selector: INGRESS, namespace: 'shop' }),
      gateway('plain-b', { hosts: '[b6.example.com]', selector: INGRESS, namespace: 'shop' }),
      proxy('inner', '{ istio: ingressgateway, tier: internal }', ''),
    ),
    expected: ['edge/first-a', 'edge/first-b', 'edge/second-a', 'shop/third-a'].map((name) => ({
      code: 'IST0138',
      object: `Gateway ${name}`,
    })),
  },
  {
    upstream: 'Route Rule no effect on Ingress',
    manifests: mesh(
      gateway('one', { hosts: '[one.example.com]', selector: INGRESS }),
      gateway('two', { hosts: '[two.example.com]', selector: INGRESS }),
      routes('plain', '- route: [{ destination: { host: carts } }]', {
        hosts: '[one.example.com]',
        gateways: '[edge/one]',
      }),
      routes('split', '- route: [{ destination: { host: carts, subset: v1 } }]', {
        hosts: '[two.example.com]',
        gateways: '[edge/two]',
      }),
      service('carts'),
      routes('carts', '- route: [{ destination: { host: carts, subset: v1 } }]'),
      object('DestinationRule', 'carts', 'host: carts\nsubsets: [{ name: v1 }]'),
    ),
    expected: [{ code: 'IST0140', object: 'VirtualService shop/plain' }],
  },
  {
    upstream: 'Analyze conflicting gateway with list type',
    manifests: mesh(
      gateway('alone', { protocol: 'TCP', hosts: '[a.example.com]', selector: INGRESS }),
      `---
apiVersion: v1
kind: List
items:
  - apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: { name: listed-raw, namespace: edge }
    spec:
      selector: ${INGRESS}
      servers: [{ port: { number: 80, name: a, protocol: TCP }, hosts: [a.example.com] }]
  - apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: { name: listed-web, namespace: edge }
    spec:
      selector: ${INGRESS}
      servers: [{ port: { number: 80, name: a, protocol: HTTP }, hosts: [a.example.com] }]`,
    ),
    expected: ['alone', 'listed-raw', 'listed-web'].map((name) => ({
      code: 'IST0145',
      object: `Gateway edge/${name}`,
    })),
  },
  {
    upstream: 'ServiceEntry Addresses Required Lowercase Protocol',
    manifests: object(
      'ServiceEntry',
      'ssh',
      'hosts: [ssh.example.com]\nports: [{ number: 22, name: tcp, protocol: tcp }]',
    ),
    expected: [{ code: 'IST0134', object: 'ServiceEntry shop/ssh' }],
  },
  {
    upstream: 'ServiceEntry Addresses Required Uppercase Protocol',
    manifests: object(
      'ServiceEntry',
      'ssh',
      'hosts: [ssh.example.com]\nports: [{ number: 22, name: tcp, protocol: TCP }]',
    ),
    expected: [{ code: 'IST0134', object: 'ServiceEntry shop/ssh' }],
  },
  {
    upstream: 'ServiceEntry conflicting protocols on same host and port',
    manifests: mesh(
      entry('pay-https', '{ number: 13835, name: a, protocol: HTTPS }'),
      entry('pay-http', '{ number: 13835, name: b, protocol: HTTP }'),
      object(
        'ServiceEntry',
        'other',
        'hosts: [other.example.com]\nports: [{ number: 13835, name: a, protocol: HTTPS }]',
      ),
    ),
    expected: [
      { code: 'IST0177', object: 'ServiceEntry shop/pay-https' },
      { code: 'IST0177', object: 'ServiceEntry shop/pay-http' },
    ],
  },
  {
    upstream: 'ServiceEntry no conflict same protocol',
    manifests: mesh(
      entry('pay', '{ number: 443, name: a, protocol: HTTPS }'),
      entry('pay-again', '{ number: 443, name: b, protocol: HTTPS }'),
    ),
    expected: [],
  },
  {
    upstream: 'ServiceEntry no conflict non-overlapping exportTo scopes',
    manifests: mesh(
      entry('pay', '{ number: 8080, name: a, protocol: HTTP }', 'exportTo: ["."]', 'n1'),
      entry('pay', '{ number: 8080, name: a, protocol: HTTPS }', 'exportTo: ["."]', 'n2'),
    ),
    expected: [],
  },
  {
    upstream: 'DestinationRuleWithFakeHost',
    manifests: object(
      'DestinationRule',
      'ghost',
      'host: ghost.shop.svc.cluster.local\ntrafficPolicy: { loadBalancer: { simple: LEAST_REQUEST } }',
    ),
    expected: [{ code: 'IST0174', object: 'DestinationRule shop/ghost' }],
  },
  {
    upstream: 'DestinationRuleSubsetsNotSelectPods',
    manifests: mesh(service('carts'), subsets('carts', '  - { name: v3, labels: { version: v3 } }')),
    expected: [{ code: 'IST0173', object: 'DestinationRule shop/carts' }],
  },
  {
    upstream: 'DestinationRuleSubsetsWithTopologyLabels',
    manifests: mesh(
      service('carts'),
      POD,
      node('kubernetes.io/hostname: node-1, topology.kubernetes.io/region: eu, topology.kubernetes.io/zone: eu-1'),
      subsets(
        'carts',
        `  - { name: region, labels: { topology.kubernetes.io/region: eu } }
  - { name: zone, labels: { topology.kubernetes.io/zone: eu-1 } }
  - { name: v1, labels: { version: v1 } }
  - { name: both, labels: { version: v1, topology.kubernetes.io/region: eu } }`,
      ),
    ),
    expected: [],
  },
  {
    upstream: 'DestinationRuleEmptyTopologyLabels',
    manifests: mesh(
      service('carts'),
      POD,
      node('topology.kubernetes.io/region: ""'),
      subsets(
        'carts',
        `  - { name: nowhere, labels: { topology.kubernetes.io/region: "" } }
  - { name: v1, labels: { version: v1 } }`,
      ),
    ),
    expected: [{ code: 'IST0173', object: 'DestinationRule shop/carts' }],
  },
  {
    upstream: 'ServiceEntry Addresses Allocated',
    manifests: mesh(
      meshConfig('ISTIO_META_DNS_CAPTURE: "true"'),
      `${object('ServiceEntry', 'ssh', 'hosts: [ssh.example.com]\nports: [{ number: 22, name: tcp, protocol: TCP }]')}
status: { addresses: [{ host: ssh.example.com, value: 240.240.0.1 }] }`,
    ),
    expected: [],
  },
];
