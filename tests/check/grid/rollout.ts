import type { GridCase } from './grid-case.ts';

const namespace = (name: string, labels = 'istio-injection: enabled'): string => `
---
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }`;

const pod = (name: string, labels: string, rest = ''): string => `
---
apiVersion: v1
kind: Pod
metadata:
  name: ${name.split('/')[1] ?? ''}
  namespace: ${name.split('/')[0] ?? ''}
  labels: { ${labels} }
${rest}`;

const deployment = (name: string, labels: string, podSpec: string, more = ''): string => `
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name.split('/')[1] ?? ''}
  namespace: ${name.split('/')[0] ?? ''}
${more}
spec:
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec: ${podSpec}`;

const service = (name: string, selector: string, ports: string, more = ''): string => `
---
apiVersion: v1
kind: Service
metadata:
  name: ${name.split('/')[1] ?? ''}
  namespace: ${name.split('/')[0] ?? ''}
${more}
spec:
  selector: { ${selector} }
  ports: ${ports}`;

const CONTAINER = '{ serviceAccountName: shop, containers: [{ name: app, image: "shop/app:1" }] }';

const external = (name: string, ports: string): string => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: payments }
spec:
  type: ExternalName
  externalName: bank.example.com
  ports: ${ports}`;

const sidecar = (name: string, selector = ''): string => `
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: ${name.split('/')[1] ?? ''}, namespace: ${name.split('/')[0] ?? ''} }
spec:
  ${selector === '' ? '' : `workloadSelector: { labels: { ${selector} } }`}
  egress: [{ hosts: [./*, istio-system/*] }]`;

const telemetry = (name: string, selector = ''): string => `
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: ${name.split('/')[1] ?? ''}, namespace: ${name.split('/')[0] ?? ''} }
spec:
  ${selector === '' ? '' : `selector: { matchLabels: { ${selector} } }`}
  tracing: [{ randomSamplingPercentage: 5 }]`;

const meshConfig = (mesh: string, networks = ''): string => `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: '${mesh}'
  meshNetworks: '${networks}'`;

const webhook = (kind: 'Mutating' | 'Validating', name: string, hooks: string): string => `
---
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: { name: ${name} }
webhooks: ${hooks}`;

const URL = 'https://istiod.control.example:15017';
const hook = (name: string, clientConfig: string): string =>
  `{ name: ${name}, clientConfig: { ${clientConfig} }, ${SELECTORS[name.includes('.namespace.') ? 'namespace' : 'object']} }`;
const SELECTORS = {
  namespace: 'namespaceSelector: { matchLabels: { istio-injection: enabled } }',
  object:
    'namespaceSelector: { matchExpressions: [{ key: istio-injection, operator: DoesNotExist }] }, objectSelector: { matchLabels: { sidecar.istio.io/inject: "true" } }',
} as const;
const withoutUrl = (suffix: string): string =>
  webhook('Validating', `istio-validator${suffix}`, `[${hook('rev.validation.istio.io', 'url:')}]`) +
  webhook('Validating', 'istiod-default-validator', `[${hook('validation.istio.io', `url: "${URL}/validate"`)}]`) +
  webhook(
    'Mutating',
    `istio-sidecar-injector${suffix}`,
    `[${hook('rev.namespace.sidecar-injector.istio.io', 'url:')}, ${hook('object.sidecar-injector.istio.io', `url: "${URL}/inject"`)}]`,
  );
const withUrl = (suffix: string, url: string): string =>
  webhook('Validating', `istio-validator${suffix}`, `[${hook('rev.validation.istio.io', `url: "${URL}/validate"`)}]`) +
  webhook(
    'Mutating',
    `istio-sidecar-injector${suffix}`,
    `[${hook('rev.namespace.sidecar-injector.istio.io', `url: "${url}"`)}, ${hook('object.sidecar-injector.istio.io', `url: "${URL}/inject"`)}]`,
  );

interface Patch {
  readonly applyTo: string;
  readonly operation?: string;
  readonly name?: string;
  readonly version?: string;
}

const envoyFilter = (name: string, patches: readonly Patch[], priority = 0): string => `
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: ${name}, namespace: shop }
spec:
  priority: ${priority}
  configPatches:${patches
    .map(
      ({ applyTo, operation, name: value = 'envoy.filters.http.lua', version }) => `
    - applyTo: ${applyTo}
      match: { context: SIDECAR_INBOUND${version === undefined ? '' : `, proxy: { proxyVersion: '${version}' }`} }
      patch: ${operation === undefined ? '{}' : `{ operation: ${operation}, value: { name: ${value} } }`}`,
    )
    .join('')}`;

const condition = (type: string, status: string, reason: string): string =>
  `{ type: ${type}, status: "${status}", reason: ${reason}, message: "it says why.", lastTransitionTime: "2026-01-01T00:00:00Z" }`;

const withStatus = (apiVersion: string, kind: string, name: string, status: string): string => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
status: ${status}`;

const gatewayApi = (plural: string, version: string): string => `
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.gateway.networking.k8s.io
  annotations: { gateway.networking.k8s.io/bundle-version: ${version} }
spec: { group: gateway.networking.k8s.io }`;

/** The cases of Istio's grid about workloads, their Services, and what is said about proxies. */
export const cases: readonly GridCase[] = [
  {
    upstream: 'alpha',
    manifests: `
apiVersion: v1
kind: Service
metadata:
  name: catalog
  namespace: shop
  annotations: { networking.istio.io/exportTo: '.' }
spec: { selector: { app: catalog }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: report
  namespace: shop
  annotations: { sidecar.istio.io/statsInclusionRegexps: 'http.*' }
spec:
  selector: { matchLabels: { app: report } }
  template: { metadata: { labels: { app: report } }, spec: { containers: [{ name: app, image: "shop/report:1" }] } }
---
apiVersion: v1
kind: Pod
metadata:
  name: slow
  namespace: shop
  annotations:
    readiness.status.sidecar.istio.io/periodSeconds: '15'
    readiness.status.sidecar.istio.io/failureThreshold: many
    proxy.istio.io/config: '{}'
spec: { containers: [{ name: app, image: "shop/slow:1" }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: captured
  namespace: shop
  annotations:
    sidecar.istio.io/interceptionMode: TPROXY
    traffic.sidecar.istio.io/includeInboundPorts: '8080'
    traffic.sidecar.istio.io/excludeInboundPorts: '9090'
    traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8
spec: { initContainers: [{ name: istio-init, image: proxy }], containers: [{ name: app, image: "shop/a:1" }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: by-cni
  namespace: shop
  annotations:
    sidecar.istio.io/interceptionMode: REDIRECT
    traffic.sidecar.istio.io/includeInboundPorts: '*'
    istio.io/rev: stable
    sidecar.istio.io/status: '{}'
spec: { initContainers: [{ name: istio-validation, image: proxy }], containers: [{ name: app, image: "shop/a:1" }] }`,
    expected: [
      ...['Service shop/catalog', 'Deployment shop/report', 'Pod shop/slow', 'Pod shop/slow'],
      ...['Pod shop/captured', 'Pod shop/captured', 'Pod shop/captured', 'Pod shop/captured'],
    ].map((object) => ({ code: 'IST0136', object })),
  },
  {
    upstream: 'deprecation',
    manifests: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: slow-catalog, namespace: shop }
spec:
  hosts: [catalog]
  http: [{ fault: { delay: { percent: 10, fixedDelay: 2s } }, route: [{ destination: { host: catalog } }] }]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: through-proxy, namespace: shop }
spec:
  egress: [{ hosts: [./*] }]
  outboundTrafficPolicy: { mode: ALLOW_ANY, egressProxy: { host: proxy.net.svc.cluster.local, port: { number: 3128 } } }`,
    expected: [
      // The fault of the VirtualService is a finding of the family of resilience.
      { code: 'IST0002', object: 'VirtualService shop/slow-catalog' },
      { code: 'IST0002', object: 'Sidecar shop/through-proxy' },
    ],
  },
  {
    upstream: 'externalControlPlaneMissingWebhooks',
    manifests: withoutUrl('-remote'),
    expected: [
      { code: 'IST0163', object: 'MutatingWebhookConfiguration istio-sidecar-injector-remote' },
      { code: 'IST0163', object: 'ValidatingWebhookConfiguration istio-validator-remote' },
    ],
  },
  {
    upstream: 'externalControlPlaneMissingWebhooks',
    manifests: withoutUrl('-r2-mesh-system'),
    expected: [
      { code: 'IST0163', object: 'MutatingWebhookConfiguration istio-sidecar-injector-r2-mesh-system' },
      { code: 'IST0163', object: 'ValidatingWebhookConfiguration istio-validator-r2-mesh-system' },
    ],
  },
  {
    upstream: 'externalControlPlaneUsingIpAddresses',
    manifests: withUrl('-remote', 'https://192.0.2.7:15017/inject'),
    expected: [{ code: 'IST0164', object: 'MutatingWebhookConfiguration istio-sidecar-injector-remote' }],
  },
  { upstream: 'externalControlPlaneValidWebhooks', manifests: withUrl('-remote', `${URL}/inject`), expected: [] },
  {
    upstream: 'externalControlPlaneValidWebhooks',
    manifests: withUrl('-r2-mesh-system', `${URL}/inject/cluster/east`),
    expected: [],
  },
  {
    upstream: 'portNameNotFollowConvention',
    manifests:
      service(
        'shop/catalog',
        'app: catalog',
        '[{ name: shop, port: 80, targetPort: 8080 }, { name: admin, port: 81, targetPort: 8081 }]',
      ) + service('stock/stock', 'app: stock', '[{ port: 80, targetPort: 8080 }]'),
    expected: [
      { code: 'IST0118', object: 'Service shop/catalog' },
      { code: 'IST0118', object: 'Service shop/catalog' },
      { code: 'IST0118', object: 'Service stock/stock' },
    ],
  },
  {
    upstream: 'namedPort',
    manifests:
      service('shop/catalog', 'app: catalog', '[{ name: tcp-bytes, port: 80, targetPort: 8080 }]') +
      service(
        'ambient/catalog-waypoint',
        'gateway.networking.k8s.io/gateway-name: catalog',
        '[{ name: status-port, appProtocol: tcp, port: 15021 }, { name: mesh, appProtocol: hbone, port: 15008 }]',
        '  labels: { gateway.istio.io/managed: istio.io-mesh-controller }',
      ) +
      service(
        'edge/public-istio',
        'gateway.networking.k8s.io/gateway-name: public',
        '[{ name: default, appProtocol: http, port: 80 }]',
        '  labels: { gateway.istio.io/managed: istio.io-gateway-controller }',
      ),
    expected: [],
  },
  {
    upstream: 'unnamedPortInSystemNamespace',
    manifests:
      service('kube-system/dns', 'k8s-app: dns', '[{ port: 8080 }, { port: 8081 }]') +
      service('istio-system/extra', 'app: extra', '[{ name: one, port: 8080 }]', '  labels: { istio: extra }') +
      service('kube-public/info', 'app: info', '[{ name: two, port: 8080 }]') +
      service('istio-system/old', 'app: old', '[{ name: three, port: 8080 }]', '  labels: { release: istio }'),
    expected: [],
  },
  {
    upstream: 'sidecarDefaultSelector',
    manifests:
      ['one', 'two'].map((name) => namespace(name, 'team: a')).join('') +
      namespace('flat', 'istio.io/dataplane-mode: ambient') +
      namespace('both', 'istio.io/dataplane-mode: ambient, istio-injection: enabled') +
      namespace('revised', 'istio.io/dataplane-mode: ambient, istio.io/rev: stable') +
      pod('one/web', 'app: web') +
      pod('flat/web', 'app: web', '  annotations: { ambient.istio.io/redirection: enabled }') +
      sidecar('one/everyone') +
      sidecar('one/web', 'app: web') +
      sidecar('two/first') +
      sidecar('two/second') +
      sidecar('flat/everyone') +
      sidecar('flat/web', 'app: web') +
      sidecar('both/everyone') +
      sidecar('revised/everyone'),
    expected: [
      { code: 'IST0111', object: 'Sidecar two/first' },
      { code: 'IST0111', object: 'Sidecar two/second' },
      { code: 'IST0167', object: 'Sidecar flat/everyone' },
      { code: 'IST0167', object: 'Sidecar flat/web' },
    ],
  },
  {
    upstream: 'sidecarSelector',
    manifests:
      pod('shop/web', 'app: web') +
      pod('stock/web', 'app: web') +
      pod('shop/cart', 'app: cart') +
      pod('shop/search', 'app: search, tier: front') +
      sidecar('shop/fits', 'app: web') +
      sidecar('shop/nobody', 'app: nobody') +
      sidecar('stock/elsewhere', 'app: cart') +
      sidecar('shop/cart-1', 'app: cart') +
      sidecar('shop/cart-2', 'app: cart') +
      sidecar('shop/by-app', 'app: search') +
      sidecar('shop/by-tier', 'tier: front'),
    expected: [
      { code: 'IST0101', object: 'Sidecar shop/nobody' },
      { code: 'IST0101', object: 'Sidecar stock/elsewhere' },
      ...['cart-1', 'cart-2', 'by-app', 'by-tier'].map((name) => ({ code: 'IST0110', object: `Sidecar shop/${name}` })),
    ],
  },
  {
    upstream: 'serviceMultipleDeployments',
    manifests:
      namespace('shop') +
      deployment('shop/quotes', 'app: quotes', CONTAINER) +
      service('shop/quotes', 'app: quotes', '[{ name: http, port: 8080 }]') +
      service('shop/quotes-dgram', 'app: quotes', '[{ name: udp, port: 8080, protocol: UDP }]') +
      deployment('shop/rates', 'app: rates', CONTAINER) +
      service('shop/rates-raw', 'app: rates', '[{ name: tcp, port: 9000, targetPort: 8080 }]') +
      service('shop/rates-web', 'app: rates', '[{ name: http, port: 9001, targetPort: 8080 }]') +
      deployment('shop/stock', 'app: stock', CONTAINER) +
      service('shop/stock-read', 'app: stock', '[{ name: http, port: 8080 }]') +
      service('shop/stock-write', 'app: stock', '[{ name: http, port: 8081 }]') +
      deployment('shop/idle', 'app: idle', CONTAINER) +
      deployment('shop/voice', 'app: voice', CONTAINER.replace('}]', ', ports: [] }]')) +
      service('shop/voice-calls', 'app: voice', '[{ name: tcp, port: 5060 }]') +
      service('shop/voice-signal', 'app: voice', '[{ name: sip, port: 5060, protocol: UDP, appProtocol: udp }]') +
      namespace('plain', 'team: a') +
      deployment('plain/quotes', 'app: quotes', CONTAINER) +
      service('plain/quotes', 'app: quotes', '[{ name: http, port: 8080 }]') +
      service('plain/quotes-dgram', 'app: quotes', '[{ name: udp, port: 8080, protocol: UDP }]') +
      deployment(
        'shop/waypoint',
        'gateway.networking.k8s.io/gateway-name: quotes',
        '{ serviceAccountName: w, containers: [{ name: istio-proxy, image: "istio/proxyv2:1.31" }] }',
        '  labels: { gateway.istio.io/managed: istio.io-mesh-controller }',
      ),
    expected: [
      { code: 'IST0116', object: 'Deployment shop/quotes' },
      { code: 'IST0116', object: 'Deployment shop/voice' },
      { code: 'IST0137', object: 'Deployment shop/rates' },
    ],
  },
  {
    upstream: 'deploymentMultiServicesInDifferentNamespace',
    manifests:
      namespace('shop') +
      namespace('stock') +
      deployment('shop/rates', 'app: rates', CONTAINER) +
      service('shop/rates', 'app: rates', '[{ name: tcp, port: 9000, targetPort: 8080 }]') +
      service('stock/rates', 'app: rates', '[{ name: http, port: 9001, targetPort: 8080 }]'),
    expected: [],
  },
  {
    upstream: 'serviceWithNoSelector',
    manifests:
      namespace('shop') +
      deployment('shop/rates', 'app: rates', CONTAINER) +
      `
---
apiVersion: v1
kind: Service
metadata: { name: elsewhere, namespace: shop }
spec: { ports: [{ name: https, port: 443, targetPort: 6443 }, { name: http, port: 80, targetPort: 6443 }] }`,
    expected: [],
  },
  {
    upstream: 'unknown service registry in mesh networks',
    manifests:
      meshConfig(
        '{}',
        '{ networks: { near: { endpoints: [{ fromRegistry: kubernetes }] }, far: { endpoints: [{ fromRegistry: west }, { fromRegistry: east }] } } }',
      ) +
      `
---
apiVersion: v1
kind: Secret
metadata: { name: remote, namespace: istio-system, labels: { istio/multiCluster: 'true' } }
stringData: { east: '{}' }`,
    expected: [
      { code: 'IST0126', object: 'ConfigMap istio-system/istio' },
      { code: 'IST0126', object: 'ConfigMap istio-system/istio' },
    ],
  },
  {
    upstream: 'webook',
    manifests:
      service('mesh-system/istiod', 'app: istiod', '[{ name: https, port: 443 }]', '  labels: { istio: pilot }') +
      ['left', 'right']
        .map((side) =>
          webhook(
            'Mutating',
            `injector-${side}`,
            `[{ name: sidecar-injector.istio.io, clientConfig: { service: { name: ${side === 'left' ? 'gone' : 'istiod'}, namespace: mesh-system } }, namespaceSelector: { matchLabels: { istio-injection: enabled } } }]`,
          ),
        )
        .join(''),
    expected: [
      { code: 'IST0139', object: 'MutatingWebhookConfiguration injector-left' },
      { code: 'IST0139', object: 'MutatingWebhookConfiguration injector-left' },
      { code: 'IST0139', object: 'MutatingWebhookConfiguration injector-right' },
    ],
  },
  {
    upstream: 'Application Pod SecurityContext with UID 1337',
    manifests: pod('shop/web', 'app: web', 'spec: { securityContext: { runAsUser: 1337 }, containers: [{ name: a }] }'),
    expected: [{ code: 'IST0144', object: 'Pod shop/web' }],
  },
  {
    upstream: 'Application Container SecurityContext with UID 1337',
    manifests: pod('shop/web', 'app: web', 'spec: { containers: [{ name: a, securityContext: { runAsUser: 1337 } }] }'),
    expected: [{ code: 'IST0144', object: 'Pod shop/web' }],
  },
  {
    upstream: 'Deployment Pod SecurityContext with UID 1337',
    manifests: deployment(
      'shop/web',
      'app: web',
      '{ serviceAccountName: web, securityContext: { runAsUser: 1337 }, containers: [{ name: a }] }',
    ),
    expected: [{ code: 'IST0144', object: 'Deployment shop/web' }],
  },
  {
    upstream: 'Deployment Container SecurityContext with UID 1337',
    manifests: deployment(
      'shop/web',
      'app: web',
      '{ serviceAccountName: web, containers: [{ name: a, securityContext: { runAsUser: 1337 } }] }',
    ),
    expected: [{ code: 'IST0144', object: 'Deployment shop/web' }],
  },
  {
    upstream: 'Detect `image: auto` in non-injected pods',
    manifests:
      namespace('shop') +
      webhook(
        'Mutating',
        'istio-sidecar-injector',
        '[{ name: namespace.sidecar-injector.istio.io, clientConfig: { url: "https://istiod.example/inject" }, namespaceSelector: { matchLabels: { istio-injection: enabled } } }, { name: object.sidecar-injector.istio.io, clientConfig: { url: "https://istiod.example/inject" }, namespaceSelector: { matchExpressions: [{ key: istio-injection, operator: DoesNotExist }] }, objectSelector: { matchLabels: { sidecar.istio.io/inject: "true" } } }]',
      ) +
      deployment('edge/public', 'istio: public', '{ containers: [{ name: istio-proxy, image: auto }] }') +
      deployment('shop/inner', 'istio: inner', '{ containers: [{ name: istio-proxy, image: auto }] }') +
      pod('edge/alone', 'istio: alone', 'spec: { containers: [{ name: istio-proxy, image: auto }] }') +
      pod('edge/other', 'app: other', 'spec: { containers: [{ name: app, image: other }] }'),
    expected: [
      { code: 'IST0146', object: 'Deployment edge/public' },
      { code: 'IST0147', object: 'Pod edge/alone' },
    ],
  },
  {
    upstream: 'ExternalNameServiceTypeInvalidPortName',
    manifests:
      external('bank', '[{ name: bank, port: 443 }]') +
      external('bank-2', '[{ port: 443 }]') +
      external('bank-3', '[{ name: tcp, port: 443 }]'),
    expected: ['bank', 'bank-2', 'bank-3'].map((name) => ({ code: 'IST0150', object: `Service payments/${name}` })),
  },
  {
    upstream: 'ExternalNameServiceTypeValidPortName',
    manifests: external('bank', '[{ name: https, port: 443 }]'),
    expected: [],
  },
  {
    upstream: 'EnvoyFilterUsesRelativeOperation',
    manifests:
      envoyFilter('before', [
        { applyTo: 'HTTP_FILTER', operation: 'INSERT_BEFORE' },
        { applyTo: 'CLUSTER', operation: 'ADD', name: 'audit' },
      ]) +
      envoyFilter('after', [{ applyTo: 'HTTP_FILTER', operation: 'INSERT_AFTER', name: 'tap' }]) +
      envoyFilter('of-a-version', [
        { applyTo: 'HTTP_FILTER', operation: 'INSERT_AFTER', name: 'wasm', version: '^1\\.30.*' },
        { applyTo: 'NETWORK_FILTER', operation: 'INSERT_AFTER', name: 'wasm' },
      ]),
    expected: [
      { code: 'IST0151', object: 'EnvoyFilter shop/before' },
      { code: 'IST0151', object: 'EnvoyFilter shop/after' },
      { code: 'IST0151', object: 'EnvoyFilter shop/of-a-version' },
      { code: 'IST0155', object: 'EnvoyFilter shop/of-a-version' },
    ],
  },
  {
    upstream: 'EnvoyFilterFilterChainMatch',
    manifests: envoyFilter('chains', [{ applyTo: 'FILTER_CHAIN', operation: 'MERGE' }]),
    expected: [],
  },
  {
    upstream: 'EnvoyFilterUsesAbsoluteOperation',
    manifests:
      envoyFilter('first', [
        { applyTo: 'HTTP_FILTER', operation: 'INSERT_FIRST' },
        { applyTo: 'CLUSTER', operation: 'ADD', name: 'audit' },
      ]) + envoyFilter('before', [{ applyTo: 'HTTP_FILTER', operation: 'INSERT_BEFORE' }], 5),
    expected: [],
  },
  {
    upstream: 'EnvoyFilterUsesReplaceOperation',
    manifests:
      envoyFilter(
        'clusters',
        [
          { applyTo: 'HTTP_FILTER', operation: 'REPLACE' },
          { applyTo: 'CLUSTER', operation: 'REPLACE', name: 'audit' },
        ],
        5,
      ) +
      envoyFilter('of-a-version', [
        { applyTo: 'HTTP_FILTER', operation: 'REPLACE', name: 'tap', version: '^1\\.30.*' },
        { applyTo: 'HTTP_FILTER', operation: 'REPLACE', name: 'tap' },
      ]) +
      envoyFilter('with-priority', [{ applyTo: 'HTTP_FILTER', operation: 'REPLACE' }], 5),
    expected: [
      { code: 'IST0152', object: 'EnvoyFilter shop/clusters' },
      { code: 'IST0151', object: 'EnvoyFilter shop/of-a-version' },
      { code: 'IST0155', object: 'EnvoyFilter shop/of-a-version' },
    ],
  },
  {
    upstream: 'EnvoyFilterUsesAddOperation',
    manifests:
      envoyFilter('filter', [{ applyTo: 'HTTP_FILTER', operation: 'ADD' }]) +
      envoyFilter('table', [{ applyTo: 'ROUTE_CONFIGURATION', operation: 'ADD' }]) +
      envoyFilter('route', [{ applyTo: 'HTTP_ROUTE', operation: 'ADD' }]) +
      envoyFilter('of-a-version', [{ applyTo: 'HTTP_FILTER', operation: 'ADD', version: '^1\\.30.*' }]),
    expected: [
      { code: 'IST0153', object: 'EnvoyFilter shop/table' },
      { code: 'IST0153', object: 'EnvoyFilter shop/route' },
    ],
  },
  {
    upstream: 'EnvoyFilterUsesRemoveOperation',
    manifests:
      envoyFilter('filter', [{ applyTo: 'NETWORK_FILTER', operation: 'REMOVE' }]) +
      envoyFilter('table', [{ applyTo: 'ROUTE_CONFIGURATION', operation: 'REMOVE' }]) +
      envoyFilter('route', [{ applyTo: 'HTTP_ROUTE', operation: 'REMOVE' }]) +
      envoyFilter('empty', [{ applyTo: 'NETWORK_FILTER' }]) +
      envoyFilter('listener', [{ applyTo: 'LISTENER', operation: 'REMOVE' }]) +
      envoyFilter('with-priority', [{ applyTo: 'NETWORK_FILTER', operation: 'REMOVE' }], -5),
    expected: [
      { code: 'IST0151', object: 'EnvoyFilter shop/filter' },
      { code: 'IST0154', object: 'EnvoyFilter shop/table' },
      { code: 'IST0154', object: 'EnvoyFilter shop/route' },
      { code: 'IST0151', object: 'EnvoyFilter shop/listener' },
    ],
  },
  {
    upstream: 'Analyze invalid telemetry',
    manifests: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: logs, namespace: istio-system }
spec:
  accessLogging:
    - providers: [{ name: envoy }]
    - filter: { expression: response.code >= 500 }`,
    expected: [{ code: 'IST0157', object: 'Telemetry istio-system/logs' }],
  },
  {
    upstream: 'Analyze invalid telemetry',
    manifests: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: logs, namespace: istio-system }
spec: { accessLogging: [{ providers: [{ name: envoy }] }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: quiet, namespace: shop }
spec: { accessLogging: [{ disabled: true }] }`,
    expected: [],
  },
  {
    upstream: 'telemetrySelector',
    manifests:
      pod('shop/web', 'app: web') +
      pod('stock/web', 'app: web') +
      pod('shop/cart', 'app: cart') +
      pod('shop/search', 'app: search, tier: front') +
      telemetry('shop/fits', 'app: web') +
      telemetry('shop/nobody', 'app: nobody') +
      telemetry('stock/elsewhere', 'app: cart') +
      telemetry('shop/cart-1', 'app: cart') +
      telemetry('shop/cart-2', 'app: cart') +
      telemetry('shop/by-app', 'app: search') +
      telemetry('shop/by-tier', 'tier: front'),
    expected: [
      { code: 'IST0101', object: 'Telemetry shop/nobody' },
      { code: 'IST0101', object: 'Telemetry stock/elsewhere' },
      ...['cart-1', 'cart-2', 'by-app', 'by-tier'].map((name) => ({
        code: 'IST0159',
        object: `Telemetry shop/${name}`,
      })),
    ],
  },
  {
    upstream: 'telemetryDefaultSelector',
    manifests:
      pod('shop/web', 'app: web') +
      telemetry('shop/everyone') +
      telemetry('shop/web', 'app: web') +
      telemetry('stock/first') +
      telemetry('stock/second'),
    expected: [
      { code: 'IST0160', object: 'Telemetry stock/first' },
      { code: 'IST0160', object: 'Telemetry stock/second' },
    ],
  },
  {
    upstream: 'Telemetry Lightstep',
    manifests:
      meshConfig('{ extensionProviders: [{ name: traces, lightstep: { service: traces.example.com, port: 443 } }] }') +
      `
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: traces, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: traces }] }] }`,
    expected: [{ code: 'IST0002', object: 'Telemetry istio-system/traces' }],
  },
  {
    upstream: 'GatewayAPICRDVersionBelowMinimum',
    manifests:
      gatewayApi('tlsroutes', 'v1.3.0') + gatewayApi('grpcroutes', 'v1.3.0') + gatewayApi('tcproutes', 'v1.6.0-rc.1'),
    expected: [{ code: 'IST0176', object: 'CustomResourceDefinition tlsroutes.gateway.networking.k8s.io' }],
  },
  {
    upstream: 'Condition Analyzer',
    manifests:
      withStatus(
        'v1',
        'Service',
        'catalog',
        `{ conditions: [${condition('istio.io/WaypointBound', 'False', 'NotReady')}, ${condition('tools.example.com/Synced', 'False', 'OutOfSync')}] }`,
      ) +
      withStatus(
        'networking.istio.io/v1',
        'ServiceEntry',
        'bank',
        `{ conditions: [${condition('istio.io/WaypointBound', 'False', 'NotReady')}] }`,
      ) +
      withStatus(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'custom',
        `{ conditions: [${condition('ZtunnelAccepted', 'False', 'UnsupportedValue')}] }`,
      ) +
      withStatus(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'partly',
        `{ conditions: [${condition('WaypointAccepted', 'True', 'PartiallyInvalid')}] }`,
      ) +
      withStatus(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'fine',
        `{ conditions: [${condition('WaypointAccepted', 'True', 'Accepted')}] }`,
      ) +
      withStatus(
        'gateway.networking.k8s.io/v1',
        'Gateway',
        'public',
        `{ conditions: [${condition('Programmed', 'False', 'AddressNotUsable')}] }`,
      ) +
      withStatus(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        'web',
        `{ parents: [{ conditions: [${condition('Accepted', 'False', 'NotAllowed')}] }] }`,
      ) +
      withStatus(
        'gateway.networking.k8s.io/v1',
        'GRPCRoute',
        'calls',
        `{ parents: [{ conditions: [${condition('ResolvedRefs', 'False', 'BackendNotFound')}] }] }`,
      ),
    expected: [
      'Service shop/catalog',
      'ServiceEntry shop/bank',
      'AuthorizationPolicy shop/custom',
      'AuthorizationPolicy shop/partly',
      'Gateway shop/public',
      'HTTPRoute shop/web',
      'GRPCRoute shop/calls',
    ].map((object) => ({ code: 'IST0171', object })),
  },
];
