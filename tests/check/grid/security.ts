import type { GridCase } from './grid-case.ts';

/** The namespace and the pods of the gateway that Istio's own cases find in their cluster. */
const INGRESS = `
apiVersion: v1
kind: Pod
metadata: { name: front-door-1, namespace: istio-system, labels: { istio: ingressgateway } }
spec: { containers: [{ name: istio-proxy, image: proxy, args: [proxy, router] }] }
---`;

const namespace = (name: string, labels = ''): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }
---`;

const pod = (namespace: string, name: string, containers: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}${more} }
spec: { containers: [${containers}] }
status: { phase: Running }
---`;

const proxied = (image: string): string => `{ name: app, image: shop/app }, { name: istio-proxy, image: ${image} }`;

const injector = (values: string, revision = ''): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio-sidecar-injector${revision}, namespace: istio-system }
data: { values: '${values}' }
---`;

const INJECTION = [
  namespace('shop', 'istio-injection: enabled'),
  namespace('ambient', 'istio.io/dataplane-mode: ambient'),
  namespace('by-hand', 'istio-injection: disabled'),
  namespace('forgotten'),
  namespace('next', 'istio.io/rev: next'),
  namespace('ghost', 'istio.io/rev: nobody-has-it'),
  namespace('both', 'istio-injection: enabled, istio.io/rev: next'),
  namespace('three-a', 'istio-injection: enabled, istio.io/rev: trial'),
  namespace('three-b', 'istio-injection: enabled, istio.io/dataplane-mode: ambient'),
  namespace('three-c', 'istio.io/rev: trial, istio.io/dataplane-mode: ambient'),
  namespace('calm-a', 'istio-injection: disabled, istio.io/dataplane-mode: ambient'),
  namespace('calm-b', 'istio-injection: disabled, istio.io/rev: trial'),
  pod('shop', 'with-proxy', proxied('proxy:1')),
  pod('shop', 'without-proxy', '{ name: app, image: shop/app }'),
  pod(
    'shop',
    'by-annotation',
    '{ name: app, image: shop/app }',
    ', annotations: { sidecar.istio.io/inject: "false", galley.istio.io/analyze-suppress: IST0135 }',
  ),
  pod('shop', 'by-label', '{ name: app, image: shop/app }', ', labels: { sidecar.istio.io/inject: "false" }'),
  pod(
    'shop',
    'label-wins',
    '{ name: app, image: shop/app }',
    ', labels: { sidecar.istio.io/inject: "false" }, annotations: { sidecar.istio.io/inject: "true" }',
  ),
  `
apiVersion: v1
kind: Pod
metadata: { name: on-the-node, namespace: shop }
spec: { hostNetwork: true, containers: [{ name: app, image: shop/app }] }
status: { phase: Running }
---
apiVersion: v1
kind: Pod
metadata: { name: control, namespace: istio-system, labels: { app: istiod, istio: pilot, istio.io/rev: next } }
spec: { containers: [{ name: discovery, image: pilot }] }
---`,
].join('');

const CONFLICTS = ['both', 'three-a', 'three-b', 'three-c'].map((name) => ({
  code: 'IST0123',
  object: `Namespace ${name}`,
}));

const MISMATCHED = [
  namespace('shop', 'istio-injection: enabled'),
  namespace('stock', 'istio-injection: enabled'),
  namespace('free', ''),
  namespace('early', 'istio.io/rev: next'),
  pod('shop', 'orders-old', proxied('hub.example.com/proxyv2:1.30.0')),
  pod('shop', 'orders-new', proxied('hub.example.com/proxyv2:1.31.0')),
  pod('shop', 'orders-beta', proxied('hub.example.com/proxyv2:1.31.0-beta')),
  pod(
    'shop',
    'orders-own',
    proxied('hub.example.com/proxyv2:1.29.0'),
    ', annotations: { sidecar.istio.io/proxyImage: "hub.example.com/proxyv2:1.29.0" }',
  ),
  `
apiVersion: v1
kind: Pod
metadata: { name: stock-old, namespace: stock }
spec:
  containers: [{ name: app, image: shop/app }]
  initContainers: [{ name: istio-proxy, image: "hub.example.com/proxyv2:1.30.0" }]
---`,
  pod('free', 'anything', proxied('hub.example.com/proxyv2:1.1.0')),
  pod('early', 'early-old', proxied('hub.example.com/proxyv2:1.30.0')),
  pod('early', 'early-new', proxied('hub.example.com/proxyv2:1.31.0')),
].join('');

const PARTS = '{"global":{"hub":"hub.example.com","tag":"1.31.0","proxy":{"image":"proxyv2"}}}';
const WHOLE = '{"global":{"hub":"elsewhere","tag":"0","proxy":{"image":"hub.example.com/proxyv2:1.31.0"}}}';

const istiod = (env: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system, labels: { app: istiod } }
spec:
  selector: { matchLabels: { app: istiod } }
  template:
    metadata: { labels: { app: istiod } }
    spec: { containers: [{ name: discovery, image: pilot, env: [${env}] }] }
---`;

const tokens = (name: string): string => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name.split('/')[1] ?? ''}, namespace: ${name.split('/')[0] ?? ''} }
spec: { jwtRules: [{ issuer: "https://login.example.com", jwksUri: "https://login.example.com/keys" }] }
---`;

const policy = (name: string, spec: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name.split('/')[1] ?? ''}, namespace: ${name.split('/')[0] ?? ''} }
spec: ${spec}
---`;

const callers = (names: string): string =>
  `rules: [{ from: [{ source: { principals: [cluster.local/ns/default/sa/web] } }, { source: ${names} }], to: [{ operation: { methods: [GET], paths: ["/items*"] } }] }]`;

const ORDERS = 'selector: { matchLabels: { app: orders, version: v1 } }';
const SOME_NAMESPACES = '["cold-*", "*-try", "*-nowhere", "nowhere-*", "*", store]';

const POLICIES = [
  namespace('store', 'istio-injection: enabled'),
  namespace('cold-store', 'istio-injection: enabled'),
  namespace('store-try', 'istio-injection: enabled'),
  pod(
    'store',
    'orders-1',
    '{ name: app, image: shop/app }, { name: istio-proxy, image: proxy }',
    ', labels: { app: orders, version: v1 }',
  ),
  pod(
    'quiet',
    'web-1',
    '{ name: app, image: shop/app }',
    ', labels: { app: web, version: v1 }, annotations: { ambient.istio.io/redirection: enabled }',
  ),
  policy('store/fits', `{ ${ORDERS}, ${callers('{ namespaces: [store] }')} }`),
  policy('istio-system/for-all', '{}'),
  policy('istio-system/for-nobody', '{ selector: { matchLabels: { version: made-up } } }'),
  policy('desert/for-the-namespace', `{ ${callers('{ namespaces: [store] }')} }`),
  policy('store/for-the-namespace', `{ ${callers('{ namespaces: [store] }')} }`),
  policy(
    'store/no-pods',
    `{ selector: { matchLabels: { app: nothing-like-it, version: v1 } }, ${callers('{ namespaces: [store] }')} }`,
  ),
  policy('store/not-from', `{ ${ORDERS}, ${callers(`{ notNamespaces: ${SOME_NAMESPACES} }`)} }`),
  policy('store/from', `{ ${ORDERS}, ${callers(`{ namespaces: ${SOME_NAMESPACES} }`)} }`),
  policy('quiet/no-workload', `{ ${ORDERS}, ${callers('{ namespaces: [store] }')} }`),
  policy(
    'quiet/fits',
    `{ selector: { matchLabels: { app: web, version: v1 } }, ${callers('{ namespaces: [store] }')} }`,
  ),
].join('');

const tls = (name: string, policy: string, more = ''): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: shop }
spec:
  host: ledger.example.com
  trafficPolicy: ${policy}${more}`;

const FILES = 'clientCertificate: /certs/tls.crt, privateKey: /certs/tls.key';
const SELECTED = '\n  workloadSelector: { matchLabels: { app: orders } }';
const atPort = (settings: string): string => `{ portLevelSettings: [{ port: { number: 8443 }, tls: ${settings} }] }`;

const secret = (name: string, data: string, type = 'kubernetes.io/tls'): string => `
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: istio-system }
type: ${type}
data: { ${data} }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - hosts: [www.shop.example]
      port: { number: 443, name: https, protocol: HTTPS }
      tls: { mode: SIMPLE, credentialName: ${name} }
---`;

/** "no secret at all" */
const JUNK = 'bm8gc2VjcmV0IGF0IGFsbA==';
/** A certificate for www.shop.example that ended with the year 2019; its key was thrown away. */
const EXPIRED =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJKRENCeXFBREFnRUNBZ0lTWnpBS0JnZ3Foa2pPUFFRREFqQWJNUmt3RndZRFZRUUREQkIzZDNjdWMyaHYKY0M1bGVHRnRjR3hsTUI0WERURTVNREV3TVRBd01EQXdNRm9YRFRJd01ERXdNVEF3TURBd01Gb3dHekVaTUJjRwpBMVVFQXd3UWQzZDNMbk5vYjNBdVpYaGhiWEJzWlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBCkJBUDc5NENYOEI2T0hTa2Q5V2IvYkJBcGRqVDVlMm0zY1kySEcvaE5JczJWK1BIVHNXZG5kMkhPNWl6ZVFDTTEKUWpIbCtnUEsxelF6eWVJZ0xxT2lDS0V3Q2dZSUtvWkl6ajBFQXdJRFNRQXdSZ0loQU9TNDZIZWFXeU5xNHk4Kwp0TlNWY3o5bXRxTUtzaFl1b2Y5cW51cHExU3U4QWlFQTdlZzBpSStKSDg1L3FnK1UyK0lWQkcramhzaGFzR0czCitFaUpicXBBTmFrPQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==';
const KEY =
  'LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCm5vdCBhIGtleTogdGhlc2UgYXJlIHRlc3RzCi0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K';

const gatewayApiPolicy = (apiVersion: string, kind: string, name: string, more = ''): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: edge }
spec:
  selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }
  ${more}
---`;

/** Cases of Istio's grid about security, injection and annotations. */
export const cases: readonly GridCase[] = [
  {
    upstream: 'misannoted',
    manifests: `
apiVersion: v1
kind: Service
metadata:
  name: stock
  namespace: shop
  annotations: { networking.istio.io/exportNowhere: x, networking.istio.io/exportTo: "." }
spec: { ports: [{ name: http, port: 80 }], selector: { app: stock } }
---
apiVersion: v1
kind: Pod
metadata:
  name: slow
  namespace: shop
  annotations:
    readiness.status.sidecar.istio.io/initialDelaySeconds: soon
    readiness.status.sidecar.istio.io/periodSeconds: "5"
spec: { containers: [{ name: app, image: shop/app }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { example.com/owner: team-a } }
spec: { ports: [{ name: http, port: 80 }], selector: { app: web } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: old-door, namespace: shop, annotations: { example.com/ingress.class: istio } }
spec: { rules: [] }
---
apiVersion: v1
kind: Pod
metadata:
  name: probe
  namespace: shop
  annotations:
    proxy.istio.io/config: "{}"
    kubernetes.io/ingress.class: istio
    gateway.istio.io/controller-version: "5"
spec: { containers: [{ name: app, image: shop/app }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: by-the-cni
  namespace: shop
  annotations: { sidecar.istio.io/interceptionMode: TPROXY, traffic.sidecar.istio.io/includeInboundPorts: "*" }
spec: { containers: [{ name: app, image: shop/app }] }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: meter
  namespace: shop
  annotations: { sidecar.istio.io/statsInclusionPrefixes: cluster.outbound }
spec:
  selector: { matchLabels: { app: meter } }
  template:
    metadata: { labels: { app: meter } }
    spec: { containers: [{ name: app, image: shop/app }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: stage, annotations: { kubernetes.io/ingress.class: any } }
---
apiVersion: v1
kind: Pod
metadata:
  name: written-by-istio
  namespace: shop
  annotations: { istio.io/rev: default, ambient.istio.io/redirection: enabled }
spec: { containers: [{ name: app, image: shop/app }] }
`,
    expected: [
      { code: 'IST0108', object: 'Service shop/stock' },
      { code: 'IST0125', object: 'Pod shop/slow' },
      { code: 'IST0107', object: 'Pod shop/probe' },
      { code: 'IST0107', object: 'Deployment shop/meter' },
      { code: 'IST0107', object: 'Namespace stage' },
      { code: 'IST0135', object: 'Deployment shop/meter' },
    ],
  },
  {
    upstream: 'gatewaySecretValidations',
    manifests: [
      INGRESS,
      secret('other-keys', `one: ${JUNK}, two: ${JUNK}`, 'Opaque'),
      secret('half', `tls.cert: ${JUNK}`),
      secret('no-certificate', `tls.crt: ${JUNK}, tls.key: ${JUNK}`),
      secret('expired', `tls.crt: ${EXPIRED}, tls.key: ${KEY}`),
    ].join(''),
    expected: ['other-keys', 'half', 'no-certificate', 'expired'].map((name) => ({
      code: 'IST0161',
      object: `Gateway shop/${name}`,
    })),
  },
  {
    upstream: 'istioInjection',
    manifests: INJECTION,
    expected: [
      { code: 'IST0102', object: 'Namespace forgotten' },
      { code: 'IST0103', object: 'Pod shop/without-proxy' },
      ...CONFLICTS,
    ],
  },
  {
    upstream: 'istioInjectionEnableNamespacesByDefault',
    manifests: INJECTION + injector('{"sidecarInjectorWebhook":{"enableNamespacesByDefault":true}}'),
    expected: [
      { code: 'IST0148', object: 'Namespace forgotten' },
      { code: 'IST0103', object: 'Pod shop/without-proxy' },
      ...CONFLICTS,
    ],
  },
  {
    upstream: 'istioInjectionProxyImageMismatch',
    manifests: MISMATCHED + injector(PARTS),
    expected: [
      { code: 'IST0158', object: 'Namespace shop' },
      { code: 'IST0158', object: 'Namespace stock' },
    ],
  },
  {
    upstream: 'injectionImageDistroless',
    manifests: [
      namespace('shop', 'istio-injection: enabled'),
      namespace('stock', 'istio-injection: enabled'),
      pod('shop', 'old', proxied('hub.example.com/proxyv2:1.30.0')),
      pod('stock', 'new', proxied('hub.example.com/proxyv2:1.31.0')),
      pod('stock', 'small', proxied('hub.example.com/proxyv2:1.31.0-distroless')),
      injector(PARTS),
    ].join(''),
    expected: [{ code: 'IST0158', object: 'Namespace shop' }],
  },
  {
    upstream: 'injectionImageDistrolessNoMeshConfig',
    manifests: [
      namespace('shop', 'istio-injection: enabled'),
      pod('shop', 'small', proxied('hub.example.com/proxyv2:1.31.0-distroless')),
      pod(
        'shop',
        'small-by-annotation',
        proxied('hub.example.com/proxyv2:1.31.0-distroless'),
        ', annotations: { proxy.istio.io/config: "image: { imageType: distroless }" }',
      ),
      injector(PARTS),
      `
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: { name: small, namespace: shop }
spec: { image: { imageType: distroless } }
`,
    ].join(''),
    expected: [],
  },
  {
    upstream: 'istioInjectionProxyImageMismatchAbsolute',
    manifests: MISMATCHED + injector(WHOLE),
    expected: [
      { code: 'IST0158', object: 'Namespace shop' },
      { code: 'IST0158', object: 'Namespace stock' },
    ],
  },
  {
    upstream: 'istioInjectionProxyImageMismatchWithRevisionCanary',
    manifests: MISMATCHED + injector(WHOLE) + injector(PARTS, '-next'),
    expected: [
      { code: 'IST0158', object: 'Namespace shop' },
      { code: 'IST0158', object: 'Namespace stock' },
      { code: 'IST0158', object: 'Namespace early' },
    ],
  },
  {
    upstream: 'virtualServiceJWTClaimRoute',
    manifests: `${INGRESS}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: members, namespace: shop }
spec:
  hosts: [www.shop.example]
  gateways: [public]
  http:
    - match: [{ uri: { prefix: / }, headers: { "@request.auth.claims.group": { exact: members } } }]
      route: [{ destination: { host: istiod.istio-system.svc.cluster.local, port: { number: 15010 } } }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ hosts: [www.shop.example], port: { number: 80, name: http, protocol: HTTP } }]
`,
    expected: [{ code: 'IST0149', object: 'VirtualService shop/members' }],
  },
  {
    upstream: 'blockedCIDRsMissing',
    manifests:
      tokens('shop/login') + tokens('istio-system/login') + istiod('{ name: PILOT_ENABLE_STATUS, value: "true" }'),
    expected: [{ code: 'IST0175', object: 'Deployment istio-system/istiod' }],
  },
  {
    upstream: 'blockedCIDRsConfigured',
    manifests:
      tokens('shop/login') + istiod('{ name: BLOCKED_CIDRS_IN_JWKS_URIS, value: "10.0.0.0/8,169.254.0.0/16" }'),
    expected: [],
  },
  { upstream: 'blockedCIDRsNoRA', manifests: istiod('{ name: PILOT_ENABLE_STATUS, value: "true" }'), expected: [] },
  {
    upstream: 'authorizationpolicies',
    manifests: POLICIES,
    expected: [
      { code: 'IST0127', object: 'AuthorizationPolicy istio-system/for-nobody' },
      { code: 'IST0127', object: 'AuthorizationPolicy desert/for-the-namespace' },
      { code: 'IST0127', object: 'AuthorizationPolicy store/no-pods' },
      { code: 'IST0101', object: 'AuthorizationPolicy store/from' },
      { code: 'IST0101', object: 'AuthorizationPolicy store/from' },
      { code: 'IST0101', object: 'AuthorizationPolicy store/not-from' },
      { code: 'IST0101', object: 'AuthorizationPolicy store/not-from' },
      { code: 'IST0127', object: 'AuthorizationPolicy quiet/no-workload' },
    ],
  },
  {
    upstream: 'destinationrule with no cacert, simple at destinationlevel',
    manifests: tls('ledger', '{ tls: { mode: SIMPLE } }'),
    expected: [{ code: 'IST0128', object: 'DestinationRule shop/ledger' }],
  },
  {
    upstream: 'destinationrule with no cacert, mutual at destinationlevel',
    manifests: tls('ledger', `{ tls: { mode: MUTUAL, ${FILES} } }`),
    expected: [{ code: 'IST0128', object: 'DestinationRule shop/ledger' }],
  },
  {
    upstream: 'destinationrule with no cacert, simple at portlevel',
    manifests: tls('ledger', atPort('{ mode: SIMPLE }')),
    expected: [{ code: 'IST0129', object: 'DestinationRule shop/ledger' }],
  },
  {
    upstream: 'destinationrule with credentialname, simple at destinationlevel, no workloadSelector',
    manifests: tls('ledger', '{ tls: { mode: SIMPLE, credentialName: ledger } }'),
    expected: [{ code: 'IST0128', object: 'DestinationRule shop/ledger' }],
  },
  {
    upstream: 'destinationrule with credentialname, simple at destinationlevel, workloadSelector',
    manifests: tls('ledger', '{ tls: { mode: SIMPLE, credentialName: ledger } }', SELECTED),
    expected: [],
  },
  {
    upstream: 'destinationrule with credentialname, simple at portlevel, no workloadSelector',
    manifests: tls('ledger', atPort('{ mode: SIMPLE, credentialName: ledger }')),
    expected: [{ code: 'IST0129', object: 'DestinationRule shop/ledger' }],
  },
  {
    upstream: 'destinationrule with credentialname, simple at portlevel, workloadSelector',
    manifests: tls('ledger', atPort('{ mode: SIMPLE, credentialName: ledger }'), SELECTED),
    expected: [],
  },
  {
    upstream: 'destinationrule with no cacert, mutual at portlevel',
    manifests: tls('ledger', atPort(`{ mode: MUTUAL, ${FILES} }`)),
    expected: [{ code: 'IST0129', object: 'DestinationRule shop/ledger' }],
  },
  {
    upstream: 'destinationrule with no cacert, mutual at destinationlevel and simple at port level',
    manifests: tls(
      'ledger',
      `{ tls: { mode: MUTUAL, ${FILES} }, portLevelSettings: [{ port: { number: 8443 }, tls: { mode: SIMPLE } }] }`,
    ),
    expected: [
      { code: 'IST0128', object: 'DestinationRule shop/ledger' },
      { code: 'IST0129', object: 'DestinationRule shop/ledger' },
    ],
  },
  {
    upstream: 'destinationrule with no cacert, simple at destinationlevel and mutual at port level',
    manifests: tls(
      'ledger',
      `{ tls: { mode: SIMPLE }, portLevelSettings: [{ port: { number: 8443 }, tls: { mode: MUTUAL, ${FILES} } }] }`,
    ),
    expected: [
      { code: 'IST0128', object: 'DestinationRule shop/ledger' },
      { code: 'IST0129', object: 'DestinationRule shop/ledger' },
    ],
  },
  {
    upstream: 'destinationrule with both cacerts',
    manifests: tls(
      'ledger',
      `{ tls: { mode: MUTUAL, ${FILES}, caCertificates: /certs/ca.crt }, portLevelSettings: [{ port: { number: 8443 }, tls: { mode: SIMPLE, caCertificates: /certs/ca.crt } }] }`,
    ),
    expected: [],
  },
  {
    upstream: 'KubernetesGatewaySelector',
    manifests: [
      pod(
        'edge',
        'public-1',
        '{ name: istio-proxy, image: proxy }',
        ', labels: { gateway.networking.k8s.io/gateway-name: public }',
      ),
      gatewayApiPolicy('security.istio.io/v1', 'RequestAuthentication', 'tokens'),
      gatewayApiPolicy('security.istio.io/v1', 'AuthorizationPolicy', 'callers'),
      gatewayApiPolicy('extensions.istio.io/v1alpha1', 'WasmPlugin', 'filter', 'url: oci://hub.example.com/filter'),
      gatewayApiPolicy('telemetry.istio.io/v1', 'Telemetry', 'logs'),
      gatewayApiPolicy(
        'telemetry.istio.io/v1',
        'Telemetry',
        'by-name',
        'targetRef: { group: gateway.networking.k8s.io, kind: Gateway, name: public }',
      ),
    ].join(''),
    expected: [
      { code: 'IST0166', object: 'RequestAuthentication edge/tokens' },
      { code: 'IST0166', object: 'AuthorizationPolicy edge/callers' },
      { code: 'IST0166', object: 'WasmPlugin edge/filter' },
      { code: 'IST0166', object: 'Telemetry edge/logs' },
    ],
  },
];
