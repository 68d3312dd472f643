import type { IstioKind } from '../../../../charts-src/imports/istio.ts';
import type { Case, Corpus } from './corpus.ts';

// One case for each document of pkg/config/validation/testdata/crds, on which the definition and the webhook of a kind
// agree. The number is its place in the file.

const documents = (file: string, kind: IstioKind, cases: readonly Case[]): Corpus => ({
  of: `crds/${file}`,
  kind,
  cases,
});
const from = (source: object) => ({ rules: [{ from: [{ source }] }] });
const warmup = (more: object) => ({ host: 'cart', trafficPolicy: { loadBalancer: { warmup: more } } });
const patch = (match: object, more: object = {}) => ({
  configPatches: [{ applyTo: 'HTTP_FILTER', match, patch: { operation: 'REMOVE' }, ...more }],
});
const FILTERS = 'type.googleapis.com/envoy.extensions.filters';
const manager = {
  name: 'envoy.filters.network.http_connection_manager',
  subFilter: { name: 'envoy.filters.http.cors' },
};
const selector = { matchLabels: { team: 'cart' } };
const target = { kind: 'Service', name: 'cart' };
const rule = (more: object) => ({ jwtRules: [{ issuer: 'https://id.example.com', ...more }] });
const entry = (more: object) => ({ hosts: ['pay.example.com'], ...more });
const port = (number: number, name: string) => ({ number, name });
const metric = (override: object) => ({ metrics: [{ overrides: [override] }] });
const plugin = (more: object) => ({ url: 'oci://registry.example.com/filter:1', ...more });
const env = (...all: object[]) => plugin({ vmConfig: { env: all } });

export const definitions: readonly Corpus[] = [
  documents('authz-invalid.yaml', 'AuthorizationPolicy', [
    ['0:service-account-and-namespace', 'invalid', from({ serviceAccounts: ['shop/cart'], namespaces: ['shop'] })],
    [
      '1:service-account-and-namespace-principal',
      'invalid',
      from({ serviceAccounts: ['shop/cart'], principals: ['td/ns/shop/sa/cart'] }),
    ],
  ]),
  documents('authz-valid.yaml', 'AuthorizationPolicy', [
    [
      '0:full',
      'valid',
      {
        selector,
        rules: [
          {
            from: [
              {
                source: {
                  principals: ['td/ns/a/sa/b', 'td/*', '*/b', '*'],
                  requestPrincipals: ['iss/sub', 'iss/*', '*/sub', '*'],
                  namespaces: ['shop', 'shop-*', '*-shop', '*'],
                  ipBlocks: ['10.4.5.6', '10.0.0.0/8'],
                  remoteIpBlocks: ['192.0.2.1', '192.0.2.0/24'],
                  notPrincipals: ['*'],
                  notRequestPrincipals: ['*'],
                  notNamespaces: ['*'],
                  notIpBlocks: ['10.4.5.6'],
                  notRemoteIpBlocks: ['10.0.0.0/8'],
                  trustDomains: ['cluster.local', 'cluster*', '*.local', '*'],
                  notTrustDomains: ['old.local', 'old*'],
                },
              },
            ],
            to: [
              {
                operation: {
                  methods: ['GET', 'P*', '*T', '*'],
                  hosts: ['shop.example.com', '*.example.com', 'shop.*', '*'],
                  ports: ['8080'],
                  paths: ['/cart', '/cart/*', '*/items', '*', '/cart/{*}', '/{**}/items'],
                  notMethods: ['DELETE'],
                  notHosts: ['old.*'],
                  notPorts: ['9090'],
                  notPaths: ['/admin/*', '/{*}/admin'],
                },
              },
            ],
            when: [
              { key: 'request.headers[X-Tenant]', values: ['acme'], notValues: ['*-old'] },
              { key: 'source.ip', values: ['10.4.5.6'] },
              { key: 'remote.ip', notValues: ['192.0.2.0/24'] },
              { key: 'source.namespace', values: ['shop-*'] },
              { key: 'source.principal', values: ['td/*'] },
              { key: 'request.auth.principal', values: ['https://id.example.com/*'] },
              { key: 'request.auth.audiences', values: ['cart'] },
              { key: 'request.auth.presenter', values: ['web'] },
              { key: 'request.auth.claims[iss]', values: ['*'] },
              { key: 'request.auth.claims[realm][roles]', values: ['buyer'] },
              { key: 'destination.ip', values: ['10.0.0.0/8'] },
              { key: 'destination.port', values: ['8080'] },
              { key: 'connection.sni', values: ['*.example.com'] },
              { key: 'source.trustDomain', values: ['cluster*'] },
              { key: 'experimental.envoy.filters.x.y[z]', values: ['a'] },
            ],
          },
        ],
      },
    ],
    [
      '1:service-account-and-namespace-principal-split',
      'valid',
      {
        rules: [
          {
            from: [
              { source: { serviceAccounts: ['shop/cart', 'cart'] } },
              { source: { principals: ['a'] } },
              { source: { namespaces: ['b'] } },
            ],
          },
        ],
      },
    ],
  ]),
  documents('destinationrule-invalid.yaml', 'DestinationRule', [
    ['0:bookinfo-ratings', 'invalid', warmup({ duration: '60s', minimumPercent: 101 })],
    ['1:bookinfo-ratings', 'invalid', warmup({ minimumPercent: 10 })],
    ['2:bookinfo-ratings', 'invalid', warmup({ duration: '60s', aggression: -1 })],
  ]),
  documents('destinationrule-valid.yaml', 'DestinationRule', [
    ['0:bookinfo-ratings', 'valid', warmup({ duration: '60s' })],
    ['1:bookinfo-ratings', 'valid', warmup({ duration: '60s', minimumPercent: 10 })],
    ['2:bookinfo-ratings', 'valid', warmup({ duration: '60s', minimumPercent: 10, aggression: 2 })],
    [
      '3:bookinfo-ratings-http2-ping',
      'valid',
      {
        host: 'cart',
        trafficPolicy: { connectionPool: { http: { http2KeepAlive: { interval: '20s', timeout: '3s' } } } },
      },
    ],
  ]),
  documents('envoyfilter-invalid.yaml', 'EnvoyFilter', [
    ['0:waypoint-wrong-context', 'invalid', patch({ context: 'GATEWAY', waypoint: { filter: manager } })],
    [
      '1:waypoint-wrong-match',
      'invalid',
      patch({ context: 'WAYPOINT', listener: { filterChain: { filter: manager } } }),
    ],
    ['2:waypoint-wrong-port', 'invalid', patch({ context: 'WAYPOINT', waypoint: { portNumber: 70000 } })],
  ]),
  documents('envoyfilter-valid.yaml', 'EnvoyFilter', [
    [
      '0:http-filter',
      'valid',
      patch(
        { listener: { filterChain: { filter: { name: manager.name } } } },
        {
          patch: {
            operation: 'INSERT_FIRST',
            value: { name: 'audit', typed_config: { '@type': `${FILTERS}.http.lua.v3.Lua` } },
          },
        },
      ),
    ],
    ['1:waypoint-http-filter', 'valid', patch({ context: 'WAYPOINT', waypoint: { filter: manager } })],
    ['2:waypoint-cluster', 'valid', patch({ context: 'WAYPOINT', waypoint: {} }, { applyTo: 'CLUSTER' })],
    [
      '3:add-cluster',
      'valid',
      { configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'ADD', value: { name: 'audit' } } }] },
    ],
    [
      '4:merge-and-replace-list',
      'valid',
      patch(
        { listener: { filterChain: { transportProtocol: 'raw_buffer' } } },
        {
          applyTo: 'NETWORK_FILTER',
          patch: {
            operation: 'MERGE_AND_REPLACE_LIST',
            value: {
              name: manager.name,
              typed_config: { '@type': `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager` },
            },
          },
        },
      ),
    ],
  ]),
  documents('peerauth-invalid.yaml', 'PeerAuthentication', [
    ['0:bad-mode', 'invalid', { mtls: { mode: 'ALWAYS' } }],
    ['1:bad-port', 'invalid', { selector, portLevelMtls: { http: { mode: 'STRICT' } } }],
    ['2:port-level-global', 'invalid', { portLevelMtls: { 8080: { mode: 'DISABLE' } } }],
    ['3:empty-port-level', 'invalid', { selector, portLevelMtls: {} }],
    ['4:zero-port', 'invalid', { selector, portLevelMtls: { 0: { mode: 'STRICT' } } }],
    ['5:high-port', 'invalid', { selector, portLevelMtls: { 123456: { mode: 'STRICT' } } }],
  ]),
  documents('peerauth-valid.yaml', 'PeerAuthentication', [
    ['0:full', 'valid', { selector, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }],
    ['1:partial-selector', 'warned', { selector: {} }],
  ]),
  documents('proxyconfig-invalid.yaml', 'ProxyConfig', [
    ['0:bad-concurrency', 'invalid', { concurrency: -2 }],
    ['1:empty-key-selector', 'invalid', { selector: { matchLabels: { '': 'cart' } } }],
  ]),
  documents('proxyconfig-valid.yaml', 'ProxyConfig', [
    [
      '0:full',
      'valid',
      { concurrency: 2, selector, image: { imageType: 'distroless' }, environmentVariables: { MODE: 'fast' } },
    ],
    ['1:empty-selector', 'warned', { selector: { matchLabels: {} } }],
  ]),
  documents('reqauth-invalid.yaml', 'RequestAuthentication', [
    ['0:multi-refs', 'invalid', { targetRef: target, targetRefs: [target] }],
    ['1:ref-and-selector', 'invalid', { targetRef: target, selector }],
    ['2:bad-target-name', 'invalid', { targetRef: { kind: 'Service' } }],
    ['3:bad-target-namespace', 'invalid', { targetRef: { ...target, namespace: 'other' } }],
    ['4:bad-target-group', 'invalid', { targetRef: { ...target, group: '_a' } }],
    ['5:bad-target-kind', 'invalid', { targetRef: { ...target, kind: 'Ser vice' } }],
    ['6:no-issuer', 'invalid', { jwtRules: [null] }],
    ['7:empty-aud', 'invalid', rule({ audiences: ['', 'cart'] })],
    ['8:invalid-jwks', 'invalid', rule({ jwksUri: 'https//id.example.com' })],
    ['9:invalid-from-headers-no-name', 'invalid', rule({ fromHeaders: [{ prefix: 'Token ' }] })],
    ['10:invalid-from-headers-empty-name', 'invalid', rule({ fromHeaders: [{ name: '', prefix: 'Token ' }] })],
    ['11:invalid-from-params', 'invalid', rule({ fromParams: [''] })],
    ['12:invalid-from-cookies', 'invalid', rule({ fromCookies: ['session', ''] })],
    ['13:invalid-claim-to-header-unset', 'invalid', rule({ outputClaimToHeaders: [null] })],
    [
      '14:invalid-claim-to-header-claim-empty',
      'invalid',
      rule({ outputClaimToHeaders: [{ header: 'x-sub', claim: '' }] }),
    ],
    [
      '15:invalid-claim-to-header-header-empty',
      'invalid',
      rule({ outputClaimToHeaders: [{ header: '', claim: 'sub' }] }),
    ],
    [
      '16:invalid-claim-to-header-bad-header',
      'invalid',
      rule({ outputClaimToHeaders: [{ header: 'x:sub', claim: 'sub' }] }),
    ],
    ['17:bad-timeout', 'invalid', rule({ timeout: 'never' })],
    ['18:invalid-space-delimited-claims', 'invalid', rule({ spaceDelimitedClaims: [''] })],
  ]),
  documents('reqauth-valid.yaml', 'RequestAuthentication', [
    [
      '0:full',
      'valid',
      {
        targetRefs: [target],
        jwtRules: [
          {
            issuer: 'https://id.example.com',
            jwksUri: 'https://id.example.com/keys',
            forwardOriginalToken: true,
            fromCookies: ['session'],
            fromHeaders: [{ name: 'x-token', prefix: 'Token ' }],
            outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }],
            outputPayloadToHeader: 'x-payload',
            spaceDelimitedClaims: ['roles'],
            timeout: '3s',
          },
        ],
      },
    ],
  ]),
  documents('serviceentry-invalid.yaml', 'ServiceEntry', [
    ['0:no-spec', 'invalid'],
    ['1:missing-host', 'invalid', {}],
    ['2:bad-selector-value', 'invalid', entry({ workloadSelector: { labels: { app: 'pay*' } } })],
    [
      '3:selector-and-endpoints',
      'invalid',
      entry({ resolution: 'STATIC', workloadSelector: {}, endpoints: [{ address: '10.4.5.6' }] }),
    ],
    ['4:bad-host-wildcard', 'invalid', entry({ hosts: ['*'] })],
    ['5:bad-cidr-resolution', 'invalid', entry({ addresses: ['10.4.0.0/16'], resolution: 'DNS' })],
    ['6:duplicate-ports-name', 'invalid', entry({ ports: [port(443, 'tls'), port(444, 'tls')] })],
    ['7:duplicate-ports-number', 'invalid', entry({ ports: [port(443, 'tls'), port(443, 'tls-2')] })],
    ['8:bad-port', 'invalid', entry({ ports: [port(70000, 'tls')] })],
    ['9:bad-port-target', 'invalid', entry({ ports: [{ ...port(443, 'tls'), targetPort: 70000 }] })],
    ['10:none-with-endpoints', 'invalid', entry({ resolution: 'NONE', endpoints: [{ address: '10.4.5.6' }] })],
    [
      '11:dns-rr-with-multiple-endpoints',
      'invalid',
      entry({ resolution: 'DNS_ROUND_ROBIN', endpoints: [{ address: 'a.example.com' }, { address: 'b.example.com' }] }),
    ],
  ]),
  documents('serviceentry-valid.yaml', 'ServiceEntry', [
    [
      '0:full',
      'valid',
      entry({
        workloadSelector: { labels: { app: 'pay' } },
        addresses: ['10.4.5.6', '2001:db8::5'],
        exportTo: ['.', 'billing'],
        location: 'MESH_EXTERNAL',
        ports: [{ number: 80, name: 'web', protocol: 'HTTP', targetPort: 8080 }],
        subjectAltNames: ['pay'],
        resolution: 'DNS',
      }),
    ],
    [
      '1:static-endpoints',
      'valid',
      entry({
        endpoints: [{ address: 'eu.pay.example.com' }],
        ports: [{ number: 80, name: 'web', protocol: 'HTTP' }],
        resolution: 'DNS',
      }),
    ],
    ['2:empty-selector', 'warned', entry({ workloadSelector: {} })],
    ['3:partial-wildcard', 'warned', entry({ hosts: ['*pay.example.com'] })],
    ['4:none-cidr', 'valid', entry({ addresses: ['10.4.0.0/16'] })],
  ]),
  documents('telemetry-invalid.yaml', 'Telemetry', [
    ['0:bad-provider', 'invalid', { metrics: [{ providers: [{ name: '' }] }] }],
    ['1:bad-custom-metric', 'invalid', metric({ match: { customMetric: '' } })],
    ['2:bad-tag-upsert', 'invalid', metric({ tagOverrides: { team: { operation: 'UPSERT' } } })],
    ['3:bad-tag-remove', 'invalid', metric({ tagOverrides: { team: { operation: 'REMOVE', value: 'a' } } })],
  ]),
  documents('telemetry-valid.yaml', 'Telemetry', [
    [
      '0:full',
      'valid',
      {
        metrics: [
          {
            providers: [{ name: 'prometheus' }],
            reportingInterval: '10s',
            overrides: [
              { match: { customMetric: 'orders' }, disabled: false, tagOverrides: { path: { value: 'request.path' } } },
              { match: { metric: 'REQUEST_SIZE' }, disabled: true },
            ],
          },
        ],
        accessLogging: [
          {
            disabled: false,
            filter: { expression: 'response.code == 500' },
            match: { mode: 'SERVER' },
            providers: [{ name: 'stdout' }],
          },
        ],
        tracing: [
          {
            providers: [{ name: 'otel' }],
            match: { mode: 'CLIENT' },
            randomSamplingPercentage: 12.5,
            useRequestIdForTraceSampling: false,
            disableSpanReporting: false,
            customTags: {
              zone: { environment: { name: 'ZONE', defaultValue: 'none' } },
              tenant: { header: { name: 'x-tenant' } },
              kit: { literal: { value: 'weft' } },
            },
          },
        ],
      },
    ],
    ['1:tag-upsert', 'valid', metric({ tagOverrides: { team: { operation: 'UPSERT', value: 'request.host' } } })],
    ['2:tag-remove', 'valid', metric({ tagOverrides: { team: { operation: 'REMOVE' } } })],
  ]),
  documents('wasm-invalid.yaml', 'WasmPlugin', [
    ['0:unset-port', 'invalid', plugin({ match: [{ ports: [{}] }] })],
    ['1:unset-url', 'invalid', { url: '' }],
    ['2:invalid-url', 'invalid', { url: '%zz#' }],
    ['3:invalid-url-schema', 'invalid', { url: 'ftp://example.com/filter' }],
    ['4:invalid-sha256', 'invalid', plugin({ sha256: 'abc' })],
    ['5:invalid-imagePullSecret', 'invalid', plugin({ imagePullSecret: '' })],
    ['6:invalid-pluginName', 'invalid', plugin({ pluginName: '' })],
    ['7:duplicate-env', 'invalid', env({ name: 'MODE' }, { name: 'MODE' })],
    ['8:invalid-env-name', 'invalid', env({ name: '' })],
    ['9:invalid-env-name', 'invalid', env({ name: 'MODE', valueFrom: 'HOST', value: 'fast' })],
    [
      '10:invalid-env-name',
      'invalid',
      env({ name: 'A', value: 'b' }, { name: 'MODE', valueFrom: 'HOST', value: 'fast' }),
    ],
    ['11:nil', 'invalid', null],
    ['12:nested-nil', 'invalid', { url: null }],
    ['13:invalid-selector', 'invalid', plugin({ selector: { matchLabels: { app: 'cart-*' } } })],
    ['14:invalid-selector', 'invalid', plugin({ selector: { matchLabels: { 'app-*': 'cart' } } })],
  ]),
  documents('wasm-valid.yaml', 'WasmPlugin', [
    [
      '0:full',
      'valid',
      plugin({ selector, sha256: '0123456789abcdef'.repeat(4), phase: 'AUTHZ', pluginConfig: { realm: 'shop' } }),
    ],
    ['1:sha256-empty', 'valid', { url: 'https://example.com/filter.wasm' }],
    ['2:url-without-schema', 'valid', { url: 'registry.example.com/filter' }],
    [
      '3:env',
      'valid',
      env({ name: 'A', valueFrom: 'HOST' }, { name: 'B', valueFrom: 'INLINE', value: 'b' }, { name: 'C', value: 'c' }),
    ],
  ]),
  documents('workloadentry-invalid.yaml', 'WorkloadEntry', [
    ['0:no-spec', 'invalid'],
    ['1:missing-address', 'invalid', {}],
    ['2:bad-uds-dir', 'invalid', { address: 'unix:///run/' }],
    ['3:bad-uds-relative', 'invalid', { address: 'unix://run/ledger.sock' }],
    ['4:uds-with-ports', 'invalid', { address: 'unix://@ledger', ports: { tcp: 5432 } }],
    ['5:high-port', 'invalid', { address: '10.4.5.6', ports: { tcp: 70000 } }],
    ['6:bad-port-name', 'invalid', { address: '10.4.5.6', ports: { 'tcp@': 5432 } }],
  ]),
  documents('workloadentry-valid.yaml', 'WorkloadEntry', [
    [
      '0:full',
      'valid',
      {
        address: '10.4.5.6',
        serviceAccount: 'ledger',
        network: 'east',
        labels: { app: 'ledger' },
        ports: { tcp: 5432 },
        weight: 3,
        locality: 'eu/a/b',
      },
    ],
    ['1:missing-address-network-set', 'warned', { network: 'east' }],
    ['2:uds-abstract', 'valid', { address: 'unix://@ledger' }],
    ['3:uds-path', 'valid', { address: 'unix:///run/ledger.sock' }],
    ['4:fqdn', 'valid', { address: 'ledger.example.com' }],
  ]),
  documents('workloadgroup-invalid.yaml', 'WorkloadGroup', [
    ['0:no-spec', 'invalid'],
    [
      '1:tcp-probe-invalid',
      'invalid',
      { template: { serviceAccount: 'ledger' }, probe: { tcpSocket: { port: 70000 } } },
    ],
    [
      '2:http-probe-invalid',
      'invalid',
      { template: {}, probe: { httpGet: { port: 8080, httpHeaders: [{ name: 'a*' }] } } },
    ],
  ]),
  documents('workloadgroup-valid.yaml', 'WorkloadGroup', [
    [
      '0:full',
      'valid',
      {
        metadata: { labels: { app: 'ledger' }, annotations: { owner: 'billing' } },
        probe: {
          failureThreshold: 3,
          initialDelaySeconds: 2,
          periodSeconds: 2,
          successThreshold: 1,
          timeoutSeconds: 2,
          httpGet: {
            port: 8080,
            host: 'ledger',
            scheme: 'HTTP',
            path: '/readyz',
            httpHeaders: [{ name: 'x-probe', value: 'yes' }],
          },
        },
        template: {
          serviceAccount: 'ledger',
          network: 'east',
          labels: { app: 'ledger' },
          ports: { tcp: 5432 },
          weight: 1,
          locality: 'eu/a',
        },
      },
    ],
    ['1:tcp-probe', 'valid', { template: { serviceAccount: 'ledger' }, probe: { tcpSocket: { port: 5432 } } }],
  ]),
];
