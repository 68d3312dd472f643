import { describe, expect, test } from 'vitest';
import { authorizationPolicySpec } from '../../charts-src/manifest/authorization-policy.ts';
import { connectionPool, destinationRuleSpec, loadBalancer } from '../../charts-src/manifest/destination-rule.ts';
import { gatewaySpec } from '../../charts-src/manifest/gateway.ts';
import { judgeAnnotations } from '../../charts-src/manifest/judge-annotations.ts';
import { isClusterScoped, rankOf } from '../../charts-src/manifest/kinds.ts';
import { namespaceLabels } from '../../charts-src/manifest/namespace.ts';
import { networkPolicySpec } from '../../charts-src/manifest/network-policy.ts';
import { peerAuthenticationSpec } from '../../charts-src/manifest/peer-authentication.ts';
import { serviceEntrySpec } from '../../charts-src/manifest/service-entry.ts';
import { sidecarSpec } from '../../charts-src/manifest/sidecar.ts';
import { telemetrySpec } from '../../charts-src/manifest/telemetry.ts';
import { operationMatch, pathPattern, retriesOf } from '../../charts-src/manifest/virtual-service.ts';
import type { ConnectionEdge, ExternalEdge, RequestEdge } from '../../charts-src/model/edge.ts';
import type { Callee, ExternalCallee, Party } from '../../charts-src/model/party.ts';
import { stock, users } from '../constructs/rendered.ts';

const party = (name: string, namespace = 'shop'): Party => ({
  name,
  namespace,
  serviceAccount: `${name}-account`,
  podLabels: { app: name },
});
const callee: Callee = {
  ...party('users'),
  host: 'users.shop.svc.cluster.local',
  ports: [{ name: 'http', number: 80, targetPort: 8080, protocol: 'http' }],
  subsets: ['v1', 'v2'],
};
const database: Callee = {
  ...party('database', 'data'),
  host: 'database.data.svc.cluster.local',
  headlessHost: 'database-headless.data.svc.cluster.local',
  ports: [
    { name: 'tcp-a', number: 5432, targetPort: 15432, protocol: 'tcp' },
    { name: 'tcp-b', number: 5433, targetPort: 15433, protocol: 'tcp' },
  ],
  subsets: [],
};
const mail: ExternalCallee = {
  name: 'mail',
  namespace: 'shop',
  hosts: ['smtp.example.com'],
  ports: [{ number: 80, targetPort: 8443, protocol: 'HTTP' }],
};
const request = (operations: readonly string[], more: Partial<RequestEdge> = {}): RequestEdge => ({
  kind: 'request',
  caller: party('orders'),
  callee,
  contract: users,
  operations,
  ...more,
});
const connection = (ports: readonly string[]): ConnectionEdge => ({
  kind: 'connection',
  caller: party('orders'),
  callee: database,
  ports,
});
const external: ExternalEdge = { kind: 'external', caller: party('orders'), callee: mail };

describe('AuthorizationPolicy', () => {
  const rules = (...edges: (RequestEdge | ConnectionEdge)[]) =>
    authorizationPolicySpec(edges[0]?.callee ?? callee, edges, 'example').rules;
  const from = (extra: object = {}) => [{ source: { principals: ['example/ns/shop/sa/orders-account'], ...extra } }];

  test('without an edge allows nothing, and is there', () => {
    expect(authorizationPolicySpec(callee, [], 'example')).toEqual({
      selector: { matchLabels: { app: 'users' } },
      action: 'ALLOW',
    });
  });

  test('names the identity, the methods with their own paths, and the port of the container', () => {
    expect(rules(request(['getUser', 'listUsers', 'addUser']))).toEqual([
      {
        from: from(),
        to: [
          { operation: { methods: ['GET'], paths: ['/api/users/{*}', '/api/users'], ports: ['8080'] } },
          { operation: { methods: ['POST'], paths: ['/api/users'], ports: ['8080'] } },
        ],
      },
    ]);
  });

  test('asks for a user of one of the issuers where the operation needs one', () => {
    expect(rules(request(['getUser', 'listUsers'], { issuers: ['https://a', 'https://b'] }))).toEqual([
      { from: from(), to: [{ operation: { methods: ['GET'], paths: ['/api/users'], ports: ['8080'] } }] },
      {
        from: from({ requestPrincipals: ['https://a/*', 'https://b/*'] }),
        to: [{ operation: { methods: ['GET'], paths: ['/api/users/{*}'], ports: ['8080'] } }],
      },
    ]);
  });

  test('allows nothing for operations that are not in the contract, whatever they are called', () => {
    expect(rules(request(['nope', 'constructor', 'toString']))).toBeUndefined();
    expect(rules(request([]))).toBeUndefined();
  });

  test('allows the named ports of a connection, each identity once', () => {
    const rule = { from: from(), to: [{ operation: { ports: ['15433'] } }] };
    expect(rules(connection(['tcp-b']))).toEqual([rule]);
    expect(rules(connection(['tcp-b']), connection(['tcp-b']))).toEqual([rule]);
  });
});

describe('Sidecar', () => {
  const hosts = (...edges: Parameters<typeof sidecarSpec>[1]) => sidecarSpec(party('orders'), edges).egress?.[0]?.hosts;

  test('names the callees, sorted and each once; headless names too', () => {
    expect(hosts(request(['getUser']), connection(['tcp-a']), request(['listUsers']), external)).toEqual([
      'data/database-headless.data.svc.cluster.local',
      'data/database.data.svc.cluster.local',
      'shop/smtp.example.com',
      'shop/users.shop.svc.cluster.local',
    ]);
  });

  test('reaches nothing without an edge', () => {
    expect(hosts()).toEqual(['~/*']);
    expect(sidecarSpec(party('orders'), []).outboundTrafficPolicy).toEqual({ mode: 'REGISTRY_ONLY' });
  });
});

describe('NetworkPolicy', () => {
  const around = {
    dns: { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } },
    controlPlane: { namespace: 'istio-system', podLabels: { app: 'istiod' } },
    monitoring: { namespace: 'watch', podLabels: { app: 'prometheus' } },
  };
  const pods = (namespace: string, labels: object) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: labels },
  });
  const tcp = (port: number) => ({ protocol: 'TCP', port });

  test('opens DNS, the control plane and the metrics, and nothing else, without edges', () => {
    expect(networkPolicySpec(party('orders'), { in: [], out: [] }, around)).toEqual({
      podSelector: { matchLabels: { app: 'orders' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [pods('watch', { app: 'prometheus' })], ports: [tcp(15020)] }],
      egress: [
        { to: [pods('kube-system', { 'k8s-app': 'kube-dns' })], ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
        { to: [pods('istio-system', { app: 'istiod' })], ports: [tcp(15012)] },
      ],
    });
  });

  test('opens the ports of containers, each peer once, and hosts outside by any address that is not private', () => {
    const out = [request(['getUser']), request(['listUsers']), connection(['tcp-a']), connection(['tcp-b']), external];
    const { egress } = networkPolicySpec(party('orders'), { in: [], out }, around);
    expect(egress.slice(2)).toEqual([
      { to: [pods('shop', { app: 'users' })], ports: [tcp(8080)] },
      { to: [pods('data', { app: 'database' })], ports: [tcp(15432), tcp(15433)] },
      {
        to: [
          {
            ipBlock: {
              cidr: '0.0.0.0/0',
              except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
            },
          },
        ],
        ports: [tcp(8443)],
      },
    ]);
  });

  test('lets callers in', () => {
    const { ingress } = networkPolicySpec(callee, { in: [request(['getUser'])], out: [] }, around);
    expect(ingress[0]).toEqual({ from: [pods('shop', { app: 'orders' })], ports: [tcp(8080)] });
  });
});

describe('retries', () => {
  test.each([
    [undefined, '10s', 'http', { attempts: 2, retryOn: 'connect-failure,refused-stream' }],
    [{ attempts: 0 }, '10s', 'http', { attempts: 0 }],
    [{ attempts: 0, retryOn: ['503'] }, '10s', 'http', { attempts: 0 }],
    [
      { attempts: 2 },
      '9s',
      'http',
      { attempts: 2, perTryTimeout: '3000ms', retryOn: 'connect-failure,refused-stream,reset,503' },
    ],
    [
      { attempts: 2 },
      '10s',
      'grpc',
      { attempts: 2, perTryTimeout: '3333ms', retryOn: 'connect-failure,refused-stream,unavailable,cancelled' },
    ],
    [
      { attempts: 1, perTryTimeout: '2s', retryOn: ['429', 'reset'] },
      '10s',
      'http',
      { attempts: 1, perTryTimeout: '2s', retryOn: '429,reset' },
    ],
    // Never 0, which Istio refuses.
    [
      { attempts: 10 },
      '1ms',
      'http',
      { attempts: 10, perTryTimeout: '1ms', retryOn: 'connect-failure,refused-stream,reset,503' },
    ],
  ] as const)('%o in %s of %s', (wanted, timeout, protocol, retry) => {
    expect(retriesOf(wanted, timeout, protocol)).toEqual(retry);
  });
});

describe('the path of an operation', () => {
  test.each([
    ['/users', '/users'],
    ['/users/{id}', '/users/[^/]+'],
    ['/users/{id}/orders/{order}', '/users/[^/]+/orders/[^/]+'],
    ['/a.b+c(d)/{x}', String.raw`/a\.b\+c\(d\)/[^/]+`],
  ])('%s is matched by %s', (template, pattern) => {
    expect(pathPattern(template)).toBe(pattern);
    expect(template.replaceAll(/\{[^}]*\}/g, 'x%20y')).toMatch(new RegExp(`^${pattern}$`));
    expect(`${template}/more`).not.toMatch(new RegExp(`^${pattern}$`));
  });

  test('is exact without a variable', () => {
    expect(operationMatch(users, users.operations.listUsers)).toEqual({
      method: { exact: 'GET' },
      uri: { exact: '/api/users' },
    });
    expect(operationMatch(users, users.operations.getUser).uri).toEqual({ regex: '/api/users/[^/]+' });
    expect(operationMatch(stock, stock.operations.Reserve)).toEqual({
      method: { exact: 'POST' },
      uri: { exact: '/shop.v1.Stock/Reserve' },
    });
  });
});

describe('DestinationRule', () => {
  test('has all limits, mutual TLS and a breaker that can open', () => {
    expect(destinationRuleSpec(callee, {}, { exportTo: ['shop'] })).toEqual({
      host: 'users.shop.svc.cluster.local',
      exportTo: ['shop'],
      trafficPolicy: {
        tls: { mode: 'ISTIO_MUTUAL' },
        connectionPool: {
          tcp: { maxConnections: 100, connectTimeout: '1s' },
          http: { http1MaxPendingRequests: 100, http2MaxRequests: 1000, maxRetries: 10 },
        },
        loadBalancer: { simple: 'LEAST_REQUEST', localityLbSetting: { enabled: false } },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: '10s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 50,
        },
      },
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' } },
      ],
    });
  });

  test('of one caller selects its pods', () => {
    expect(destinationRuleSpec(callee, {}, { exportTo: ['shop'], caller: party('orders') }).workloadSelector).toEqual({
      matchLabels: { app: 'orders' },
    });
  });

  test('says nothing of requests where there are none', () => {
    expect(destinationRuleSpec(database, {}, { exportTo: ['data'] })).toEqual({
      host: 'database.data.svc.cluster.local',
      exportTo: ['data'],
      trafficPolicy: {
        tls: { mode: 'ISTIO_MUTUAL' },
        connectionPool: { tcp: { maxConnections: 100, connectTimeout: '1s' } },
      },
    });
  });

  test('picks pods as it is told', () => {
    expect(loadBalancer('RANDOM')).toEqual({ simple: 'RANDOM', localityLbSetting: { enabled: false } });
    expect(loadBalancer({ consistentHash: { useSourceIp: true } })).toEqual({
      consistentHash: { useSourceIp: true },
      localityLbSetting: { enabled: false },
    });
    expect(connectionPool({ http: { maxRequestsPerConnection: 7, idleTimeout: '1m' } }, true).http).toMatchObject({
      maxRequestsPerConnection: 7,
      idleTimeout: '1m',
      maxRetries: 10,
    });
  });
});

describe('the rest', () => {
  test('a ServiceEntry leads to the port that the host listens on', () => {
    expect(serviceEntrySpec(mail)).toEqual({
      hosts: ['smtp.example.com'],
      exportTo: ['.'],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [{ number: 80, targetPort: 8443, protocol: 'HTTP', name: 'http-80' }],
    });
    const direct = { ...mail, ports: [{ number: 465, targetPort: 465, protocol: 'TLS' as const }] };
    expect(serviceEntrySpec(direct).ports).toEqual([{ number: 465, protocol: 'TLS', name: 'tls-465' }]);
  });

  test('a Gateway redirects to TLS, of version 1.2 at least', () => {
    const listeners = { podLabels: { istio: 'edge' }, namespace: 'shop', hosts: ['a.example', 'b.example'] };
    const hosts = ['shop/a.example', 'shop/b.example'];
    const http = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts };
    expect(gatewaySpec({ ...listeners, tls: undefined }).servers).toEqual([http]);
    expect(gatewaySpec({ ...listeners, tls: { credentialName: 'secret' } }).servers).toEqual([
      { ...http, tls: { httpsRedirect: true } },
      {
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        hosts,
        tls: { mode: 'SIMPLE', credentialName: 'secret', minProtocolVersion: 'TLSV1_2' },
      },
    ]);
  });

  test('a namespace can be strict only with istio-cni', () => {
    expect(namespaceLabels({ istioCni: true })).toMatchObject({
      'istio-injection': 'enabled',
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const labels = namespaceLabels({ istioCni: false, revision: 'canary' });
    expect(labels).toMatchObject({ 'istio.io/rev': 'canary', 'pod-security.kubernetes.io/enforce': 'privileged' });
    expect(labels).not.toHaveProperty('istio-injection');
  });

  test('PeerAuthentication opens ports by number', () => {
    expect(peerAuthenticationSpec({})).toEqual({ mtls: { mode: 'STRICT' } });
    expect(peerAuthenticationSpec({ plainTextPorts: [] })).toEqual({ mtls: { mode: 'STRICT' } });
    expect(peerAuthenticationSpec({ selector: { app: 'a' }, plainTextPorts: [80] })).toEqual({
      selector: { matchLabels: { app: 'a' } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { '80': { mode: 'PERMISSIVE' } },
    });
  });

  test('Telemetry logs what it is told', () => {
    expect(telemetrySpec({})).toEqual({
      accessLogging: [{ providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 400' } }],
      tracing: [{ randomSamplingPercentage: 1 }],
    });
    expect(telemetrySpec({ accessLog: 'all' }).accessLogging).toEqual([{ providers: [{ name: 'envoy' }] }]);
    expect(telemetrySpec({ accessLog: 'none' }).accessLogging).toEqual([{ disabled: true }]);
    expect(telemetrySpec({ traceSamplingPercent: 0 }).tracing).toEqual([{ randomSamplingPercentage: 0 }]);
  });

  test('kinds are known by group, and written so that what others need comes first', () => {
    expect(isClusterScoped('v1', 'Namespace')).toBe(true);
    expect(isClusterScoped('v1', 'Service')).toBe(false);
    expect(isClusterScoped('networking.istio.io/v1', 'Gateway')).toBe(false);
    expect(isClusterScoped('gateway.networking.k8s.io/v1', 'GatewayClass')).toBe(true);
    expect(isClusterScoped('example.com/v1', 'Namespace')).toBe(false);
    const order = [
      'Namespace',
      'ServiceAccount',
      'ConfigMap',
      'AuthorizationPolicy',
      'NetworkPolicy',
      'Sidecar',
      'Service',
      'DestinationRule',
      'Deployment',
      'VirtualService',
      'Whatever',
    ];
    expect([...order].sort((a, b) => rankOf(a) - rankOf(b))).toEqual(order);
  });

  test('reasons are said in the words of the scanners', () => {
    expect(judgeAnnotations(undefined)).toEqual({});
    expect(judgeAnnotations({ 'retries-exceed-timeout': 'of no interest to them' })).toEqual({});
    expect(judgeAnnotations({ 'image-by-tag': 'a=b', 'single-replica': 'small' })).toEqual({
      'kube-score/ignore': 'container-image-pull-policy,deployment-replicas',
      'checkov.io/skip1': 'CKV_K8S_15=a is b',
      'checkov.io/skip2': 'CKV_K8S_43=a is b',
    });
  });
});
