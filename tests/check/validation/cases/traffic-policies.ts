import type { Case, Corpus } from './corpus.ts';

const table = (of: string, cases: readonly Case[]): Corpus => ({ of, kind: 'DestinationRule', cases });
const rule = (more: object) => ({ host: 'cart', ...more });
const policy = (trafficPolicy: object) => rule({ trafficPolicy });
const versions = [
  { name: 'blue', labels: { version: 'blue' } },
  { name: 'green', labels: { version: 'green' } },
];
const sound = {
  loadBalancer: { simple: 'LEAST_REQUEST' },
  connectionPool: { tcp: { maxConnections: 10 }, http: { http2MaxRequests: 20 } },
  outlierDetection: { minHealthPercent: 30 },
};
const unsound = { ...sound, connectionPool: {} };
const subset = (trafficPolicy: object) => ({ subsets: [{ ...versions[0], trafficPolicy }, versions[1]] });
const simple = (tls: object) => policy({ tls: { mode: 'SIMPLE', ...tls } });
const mutual = (tls: object) => policy({ tls: { mode: 'MUTUAL', ...tls } });
const names = { subjectAltNames: ['cart.shop.svc'] };
const files = { clientCertificate: '/certs/a.crt', privateKey: '/certs/a.key' };
const [file, secret] = [{ caCertificates: '/certs/ca.crt' }, { credentialName: 'cart-tls' }];
const [skip, verify] = [{ insecureSkipVerify: true }, { insecureSkipVerify: false }];
const named = (setting: string, mode: string, what: string) =>
  `InsecureSkipVerify is ${setting} with tls mode ${mode}, and the ${what}`;
const [byFile, bySecret] = ['ca cert is specified by CaCertificates', 'ca cert is specified by CredentialName'];

const destinationRule = table('TestValidateDestinationRule', [
  ['simple destination rule', 'valid', rule({ subsets: versions })],
  ['simple destination rule with empty selector labels', 'warned', rule({ subsets: versions, workloadSelector: {} })],
  ['missing destination name', 'invalid', { host: '', subsets: versions }],
  ['missing subset name', 'invalid', rule({ subsets: [{ name: '', labels: {} }, versions[1]] })],
  ['duplicate subset names', 'invalid', rule({ subsets: [versions[0], versions[0]] })],
  ['valid traffic policy, top level', 'valid', rule({ trafficPolicy: sound, subsets: versions })],
  ['invalid traffic policy, top level', 'invalid', rule({ trafficPolicy: unsound, subsets: versions })],
  ['valid traffic policy, subset level', 'valid', rule(subset(sound))],
  ['invalid traffic policy, subset level', 'invalid', rule(subset(unsound))],
  ['valid traffic policy, both levels', 'valid', rule({ trafficPolicy: sound, ...subset(sound) })],
  [named('not specified', 'simple', byFile), 'valid', simple({ ...file, ...names })],
  [named('not specified', 'simple', bySecret), 'valid', simple({ ...secret, ...names })],
  [named('set false', 'simple', byFile), 'valid', simple({ ...file, ...names, ...verify })],
  [named('set false', 'simple', bySecret), 'valid', simple({ ...secret, ...names, ...verify })],
  [named('set true', 'simple', byFile), 'invalid', simple({ ...secret, ...skip })],
  [named('set true', 'simple', bySecret), 'invalid', simple({ ...file, ...skip })],
  [named('set true', 'simple', 'san is specified'), 'invalid', simple({ ...names, ...skip })],
  [named('not specified', 'mutual', byFile), 'valid', mutual({ ...file, ...files, ...names })],
  [named('not specified', 'mutual', bySecret), 'valid', mutual({ ...secret, ...names })],
  [named('set false', 'mutual', byFile), 'valid', mutual({ ...file, ...files, ...names, ...verify })],
  [named('set false', 'mutual', bySecret), 'valid', mutual({ ...secret, ...names, ...verify })],
  [named('set true', 'mutual', byFile), 'invalid', mutual({ ...file, ...files, ...skip })],
  [named('set true', 'mutual', byFile), 'valid', mutual({ ...secret, ...skip })],
  [named('set true', 'mutual', 'ca cert is not specified'), 'valid', mutual({ ...files, ...skip })],
  [named('set true', 'mutual', 'san is specified'), 'invalid', mutual({ ...files, ...names, ...skip })],
]);

const trafficPolicy = table('TestValidateTrafficPolicy', [
  ['valid traffic policy', 'valid', policy(sound)],
  ['invalid traffic policy, nil entries', 'invalid', policy({})],
  ['invalid traffic policy, missing port in port level settings', 'invalid', policy({ portLevelSettings: [sound] })],
  ['invalid traffic policy, bad connection pool', 'invalid', policy(unsound)],
  [
    'invalid traffic policy, bad max connection duration',
    'invalid',
    policy({ connectionPool: { tcp: { maxConnectionDuration: '700ns' } } }),
  ],
  [
    'invalid traffic policy, panic threshold too low',
    'invalid',
    policy({ ...sound, outlierDetection: { minHealthPercent: -5 } }),
  ],
  [
    'invalid traffic policy, both upgrade and use client protocol set',
    'invalid',
    policy({ connectionPool: { http: { h2UpgradePolicy: 'UPGRADE', useClientProtocol: true } } }),
  ],
]);

const pool = (connectionPool: object) => policy({ connectionPool });
const http = {
  http1MaxPendingRequests: 3,
  http2MaxRequests: 9,
  maxRequestsPerConnection: 6,
  maxRetries: 2,
  maxConcurrentStreams: 8,
};
const connectionPool = table('TestValidateConnectionPool', [
  [
    'valid connection pool, tcp and http',
    'valid',
    pool({ tcp: { maxConnections: 9, connectTimeout: '3s' }, http: { ...http, idleTimeout: '60s' } }),
  ],
  ['valid connection pool, tcp only', 'valid', pool({ tcp: { maxConnections: 9, connectTimeout: '3s' } })],
  ['valid connection pool, http only', 'valid', pool({ http: { ...http, idleTimeout: '60s' } })],
  ['valid connection pool, http only with empty idle timeout', 'valid', pool({ http })],
  [
    'valid connection pool, http2 keepalive',
    'valid',
    pool({ http: { http2KeepAlive: { interval: '20s', timeout: '4s' } } }),
  ],
  ['invalid connection pool, empty', 'invalid', pool({})],
  ['invalid connection pool, bad max connections', 'invalid', pool({ tcp: { maxConnections: -9 } })],
  ['invalid connection pool, bad connect timeout', 'invalid', pool({ tcp: { connectTimeout: '3.0000005s' } })],
  ['invalid connection pool, bad max pending requests', 'invalid', pool({ http: { http1MaxPendingRequests: -3 } })],
  ['invalid connection pool, bad max requests', 'invalid', pool({ http: { http2MaxRequests: -3 } })],
  [
    'invalid connection pool, bad max requests per connection',
    'invalid',
    pool({ http: { maxRequestsPerConnection: -3 } }),
  ],
  ['invalid connection pool, bad max retries', 'invalid', pool({ http: { maxRetries: -3 } })],
  ['invalid connection pool, bad idle timeout', 'invalid', pool({ http: { idleTimeout: '60.0000005s' } })],
  ['valid connection pool, tcp timeout disabled', 'valid', pool({ tcp: { idleTimeout: '0s' } })],
  ['invalid connection pool, bad max concurrent streams', 'invalid', pool({ http: { maxConcurrentStreams: -3 } })],
  [
    'invalid connection pool, http2 keepalive without interval',
    'invalid',
    pool({ http: { http2KeepAlive: { timeout: '4s' } } }),
  ],
  [
    'invalid connection pool, http2 keepalive without timeout',
    'invalid',
    pool({ http: { http2KeepAlive: { interval: '20s' } } }),
  ],
  [
    'invalid connection pool, bad http2 keepalive interval',
    'invalid',
    pool({ http: { http2KeepAlive: { interval: '20.0000005s', timeout: '4s' } } }),
  ],
]);

const balance = (loadBalancer: object) => policy({ loadBalancer });
const hash = (consistentHash: object) => balance({ consistentHash });
const hashed = (what: string) => `load balancer with consistentHash load balancing${what}`;
const cookie = (...attributes: object[]) => hash({ httpCookie: { name: 'basket', ttl: '1h', attributes } });
const loadBalancer = table('TestValidateLoadBalancer', [
  ['valid load balancer with simple load balancing', 'valid', balance({ simple: 'RANDOM' })],
  [`valid ${hashed('')}`, 'warned', hash({ minimumRingSize: 512, httpCookie: { name: 'basket', ttl: '1h' } })],
  [`invalid ${hashed(', missing name')}`, 'invalid', hash({ httpCookie: { ttl: '1h' } })],
  [`invalid ${hashed(', maglev not prime')}`, 'invalid', hash({ useSourceIp: true, maglev: { tableSize: 65536 } })],
  [
    `valid ${hashed(' and unique cookie attributes')}`,
    'valid',
    cookie({ name: 'SameSite', value: 'Lax' }, { name: 'Path', value: '/cart' }),
  ],
  [
    `invalid ${hashed(' and duplicate cookie attribute names')}`,
    'invalid',
    cookie({ name: 'Path', value: '/' }, { name: 'Path', value: '/cart' }),
  ],
  [`invalid ${hashed(' and empty cookie attribute name')}`, 'invalid', cookie({ name: '', value: '/cart' })],
  [
    'invalid: localityLbSetting and zoneAwareLbSetting both set',
    'invalid',
    balance({ localityLbSetting: {}, zoneAwareLbSetting: {} }),
  ],
  [
    'valid: zoneAwareLbSetting only',
    'warned',
    balance({ zoneAwareLbSetting: { failover: [{ from: 'eu', to: 'us' }] } }),
  ],
]);

const detect = (outlierDetection: object) => policy({ outlierDetection });
const outlierDetection = table('TestValidateOutlierDetection', [
  ['valid outlier detection', 'valid', detect({ interval: '5s', baseEjectionTime: '30s', maxEjectionPercent: 40 })],
  ['invalid outlier detection, bad interval', 'invalid', detect({ interval: '5.0000005s' })],
  ['invalid outlier detection, bad base ejection time', 'invalid', detect({ baseEjectionTime: '30.0000005s' })],
  ['invalid outlier detection, bad max ejection percent', 'invalid', detect({ maxEjectionPercent: 120 })],
  ['invalid outlier detection, panic threshold too low', 'invalid', detect({ minHealthPercent: -5 })],
  ['invalid outlier detection, panic threshold too high', 'invalid', detect({ minHealthPercent: 120 })],
  ['deprecated outlier detection, ConsecutiveErrors', 'warned', detect({ consecutiveErrors: 7 })],
  [
    'consecutive local origin errors is set but split local origin errors is not set',
    'invalid',
    detect({ consecutiveLocalOriginFailures: 7 }),
  ],
]);

const to = (...exportTo: string[]) => rule({ exportTo });
const selected = (...exportTo: string[]) => rule({ exportTo, workloadSelector: { matchLabels: { app: 'cart' } } });
const exportTo = table('Test_validateExportTo', [
  ['empty exportTo is okay', 'valid', rule({})],
  ['* is allowed', 'valid', to('*')],
  ['. and ns1 are allowed', 'valid', to('.', 'billing')],
  ['bunch of namespaces in exportTo is okay', 'valid', to('billing', 'stock', 'shop')],
  ['~ not allowed for non service entry configs', 'invalid', to('~', 'billing')],
  ['. and * together are not allowed', 'invalid', to('.', '*')],
  ['* and ns1 together are not allowed', 'invalid', to('*', 'billing')],
  ['. and same namespace in exportTo is not okay', 'invalid', to('.', 'shop')],
  ['duplicate namespaces in exportTo is not okay', 'invalid', to('billing', 'stock', 'billing')],
  ['invalid namespace names are not okay', 'invalid', to('billing_eu')],
  ['destination rule with workloadselector cannot have exportTo (*)', 'invalid', selected('*')],
  ['destination rule with workloadselector can have only exportTo (.)', 'valid', selected('.')],
  ['destination rule with workloadselector cannot have another ns in exportTo (.)', 'invalid', selected('billing')],
  [
    'destination rule with workloadselector cannot have another ns in addition to own ns in exportTo (.)',
    'invalid',
    selected('.', 'billing'),
  ],
]);

export const trafficPolicies: readonly Corpus[] = [
  destinationRule,
  trafficPolicy,
  connectionPool,
  loadBalancer,
  outlierDetection,
  exportTo,
];
