import type { Case, Corpus } from './corpus.ts';

const otherMessage = { notJudged: 'a spec of another kind cannot be written in a file of this kind' };
const port = (more: object = {}) => ({ number: 8000, name: 'web', protocol: 'HTTP', ...more });
const server = (more: object = {}) => ({ hosts: ['shop.example.com'], port: port(), ...more });
const gateway = (...servers: object[]) => ({ servers });
const simple = { mode: 'SIMPLE', credentialName: 'shop-tls' };

const gateways: readonly Case[] = [
  ['empty', 'invalid', {}],
  ['invalid message', otherMessage],
  ['happy domain', 'valid', gateway(server())],
  ['happy multiple servers', 'valid', gateway(server())],
  [
    'happy k8s gateway-api server with no attached routes',
    'invalid',
    gateway(server({ hosts: ['~/shop.example.com'] })),
  ],
  ['invalid port', 'invalid', gateway(server({ port: port({ number: 70000 }) }))],
  ['duplicate port names', 'invalid', gateway(server(), server({ port: port({ number: 8001 }) }))],
  ['invalid domain', 'invalid', gateway(server({ hosts: ['shop.*.example.com'] }))],
  ['valid httpsRedirect', 'valid', gateway(server({ tls: { httpsRedirect: true } }))],
  [
    'invalid https httpsRedirect',
    'warned',
    gateway(server({ port: port({ protocol: 'HTTPS' }), tls: { ...simple, httpsRedirect: true } })),
  ],
  [
    'invalid partial wildcard',
    'invalid',
    gateway(server({ hosts: ['*shop.example.com'], port: port({ protocol: 'TLS' }), tls: simple })),
  ],
];

const one = (more: object) => gateway(server(more));
const servers: readonly Case[] = [
  ['empty', 'invalid', one({ hosts: [] })],
  ['empty', 'invalid', one({ port: {} })],
  ['happy', 'valid', one({})],
  ['happy ip', 'valid', one({ hosts: ['10.4.5.6'] })],
  ['happy ns/name', 'valid', one({ hosts: ['billing/shop.example.com'] })],
  ['happy */name', 'valid', one({ hosts: ['*/shop.example.com'] })],
  ['happy ./name', 'valid', one({ hosts: ['./shop.example.com'] })],
  ['invalid ~/name', 'invalid', one({ hosts: ['~/shop.example.com'] })],
  ['invalid domain ns/name format', 'invalid', one({ hosts: ['billing/shop.*.example.com'] })],
  ['invalid domain', 'invalid', one({ hosts: ['shop.*.example.com'] })],
  ['invalid short name host', 'invalid', one({ hosts: ['shop'] })],
  ['invalid port', 'invalid', one({ port: port({ number: 70000 }) })],
  ['invalid tls options', 'invalid', one({ tls: { mode: 'MUTUAL' } })],
  ['no tls on HTTPS', 'invalid', one({ port: port({ protocol: 'HTTPS' }) })],
  ['tls on HTTP', 'invalid', one({ tls: simple })],
  ['tls redirect on HTTP', 'valid', one({ tls: { httpsRedirect: true } })],
  ['bind ip', 'valid', one({ bind: '10.0.0.1' })],
  ['bind unix path with invalid port', 'invalid', one({ bind: 'unix:///run/edge.sock' })],
  ['bind unix path', 'valid', one({ bind: 'unix:///run/edge.sock', port: port({ number: 0 }) })],
  ['bind bad ip', 'invalid', one({ bind: 'edge.local', port: port({ number: 0 }) })],
];

const onPort = (more: object, rest: object = {}) => one({ port: port(more), ...rest });
const serverPorts: readonly Case[] = [
  ['empty', 'invalid', onPort({ protocol: '' })],
  ['empty', 'invalid', onPort({ name: '' })],
  ['happy', 'valid', onPort({ number: 1 })],
  ['invalid protocol', 'invalid', onPort({ protocol: 'AMQP' })],
  ['invalid number', 'invalid', onPort({ number: 2 ** 30 })],
  ['name, no number', 'invalid', onPort({ number: 0 })],
  ['name, no number, uds', 'invalid', onPort({ number: 0 }, { bind: 'socket:///run' })],
];

const all = { egress: [{ hosts: ['*/*'] }] };
const egress = (...hosts: string[]) => ({ egress: [{ hosts }] });
const sidecarPort = (number: number, more: object = {}) => ({ number, name: 'web', protocol: 'HTTP', ...more });
const outbound = (...listeners: object[]) => ({
  egress: listeners.map((listener) => ({ hosts: ['shop/a.example.com'], ...listener })),
});
const socket = (bind: string, more: object = {}) => ({ port: sidecarPort(0), bind, ...more });
const inbound = (...listeners: object[]) => ({ ingress: listeners, ...all });
const listener = (defaultEndpoint: string | undefined, more: object = {}) => ({
  port: sidecarPort(8000),
  ...(defaultEndpoint && { defaultEndpoint }),
  ...more,
});
const proxy = { host: 'egress.infra', subset: 'v1', port: { number: 3128 } };
const policy = (outboundTrafficPolicy: object) => ({ outboundTrafficPolicy, ...all });
const pool = { http: { maxRetries: 2 }, tcp: { maxConnections: 5 } };
const files = { serverCertificate: '/certs/a.crt', privateKey: '/certs/a.key' };

/** The same for an address of either kind. */
const both = (name: string, tls: object, protocol = 'TCP'): readonly Case[] =>
  [
    ['IPv4', '127.0.0.1:9000'],
    ['IPv6', '[::1]:9000'],
  ].map(([kind, endpoint]) => [
    `ingress tls ${name} in ${kind}`,
    'invalid',
    inbound(listener(endpoint, { port: sidecarPort(8000, { protocol }), tls: { ...files, ...tls } })),
  ]);

const sidecars: readonly Case[] = [
  ['empty ingress and egress', 'invalid', {}],
  ['default', 'valid', all],
  ['workload selector without labels', 'warned', { ...all, workloadSelector: {} }],
  ['import local namespace with wildcard', 'valid', egress('./*')],
  ['import local namespace with fqdn', 'valid', egress('./a.example.com')],
  ['import nothing', 'valid', egress('~/*')],
  ['import all except a namespace', 'valid', egress('*/*', '~billing/*')],
  ['import all except an exact host', 'valid', egress('*/*', '~/a.example.com')],
  ['exclude with invalid namespace', 'invalid', egress('*/*', '~a_b/*')],
  ['bad egress host 1', 'invalid', egress('*')],
  ['bad egress host 2', 'invalid', egress('/')],
  ['empty egress host', 'invalid', egress()],
  ['multiple wildcard egress', 'invalid', outbound({}, {})],
  ['wildcard egress not in end', 'invalid', outbound({}, { port: sidecarPort(8000) })],
  ['invalid Port', 'invalid', outbound({ port: { number: 100000, protocol: 'HTTP9' } })],
  ['Port without name', 'valid', outbound({ port: { number: 8000, protocol: 'HTTP' } })],
  ['UDS bind in outbound', 'valid', outbound(socket('unix:///@a/b'))],
  ['UDS bind in inbound', 'invalid', inbound({ ...socket('unix:///@a/b'), defaultEndpoint: '127.0.0.1:9000' })],
  ['UDS bind in outbound 2', 'valid', outbound(socket('unix:///run/a.sock'))],
  ['invalid bind', 'invalid', outbound(socket('socket:///run/a.sock'))],
  [
    'invalid capture mode with uds bind',
    'invalid',
    outbound(socket('unix:///run/a.sock', { captureMode: 'IPTABLES' })),
  ],
  ['duplicate UDS bind', 'invalid', outbound(socket('unix:///run/a.sock'), socket('unix:///run/a.sock'))],
  [
    'duplicate ports',
    'invalid',
    outbound({ port: sidecarPort(8000) }, { port: sidecarPort(8000, { protocol: 'TCP' }) }),
  ],
  ['ingress without port', 'invalid', inbound({ defaultEndpoint: '127.0.0.1:9000' })],
  ['ingress without port and with IPv6 endpoint', 'invalid', inbound({ defaultEndpoint: '[::1]:9000' })],
  ['ingress with duplicate ports', 'invalid', inbound(listener('127.0.0.1:9000'), listener('127.0.0.1:9000'))],
  [
    'ingress with duplicate ports and IPv6 endpoint',
    'invalid',
    inbound(listener('[::1]:9000'), listener('[::1]:9000')),
  ],
  ['ingress without default endpoint', 'valid', inbound(listener(undefined))],
  ['ingress with invalid default endpoint in IPv4', 'invalid', inbound(listener('10.4.5.6:9000'))],
  ['ingress with invalid default endpoint in IPv6', 'invalid', inbound(listener('[2001:db8::1]:9000'))],
  ['ingress with invalid default endpoint uds', 'invalid', inbound(listener('unix:///'))],
  ['ingress with invalid default endpoint port in IPv4', 'invalid', inbound(listener('127.0.0.1:web'))],
  ['ingress with invalid default endpoint port in IPv6', 'invalid', inbound(listener('[::1]:web'))],
  ['valid ingress and egress in IPv4', 'valid', inbound(listener('127.0.0.1:9000'))],
  ['valid ingress and egress in IPv6', 'valid', inbound(listener('[::1]:9000'))],
  ['valid ingress and empty egress in IPv4', 'valid', { ingress: [listener('127.0.0.1:9000')] }],
  ['valid ingress and empty egress in IPv6', 'valid', { ingress: [listener('[::1]:9000')] }],
  ['empty', 'invalid', {}],
  ['just outbound traffic policy', 'valid', { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } }],
  ['empty protocol in IPv4', 'valid', inbound(listener('127.0.0.1:9000', { port: { number: 8000, name: 'web' } }))],
  ['empty protocol in IPv6', 'valid', inbound(listener('[::1]:9000', { port: { number: 8000, name: 'web' } }))],
  ['ALLOW_ANY sidecar egress policy with no egress proxy ', 'valid', policy({ mode: 'ALLOW_ANY' })],
  ['sidecar egress proxy with RESGISTRY_ONLY(default)', 'invalid', policy({ egressProxy: proxy })],
  ['sidecar egress proxy with ALLOW_ANY', 'valid', policy({ mode: 'ALLOW_ANY', egressProxy: proxy })],
  [
    'sidecar egress proxy with ALLOW_ANY, service hostname invalid fqdn',
    'invalid',
    policy({ mode: 'ALLOW_ANY', egressProxy: { ...proxy, host: 'egress*' } }),
  ],
  [
    'sidecar egress proxy(without Port) with ALLOW_ANY',
    'invalid',
    policy({ mode: 'ALLOW_ANY', egressProxy: { host: 'egress.infra' } }),
  ],
  ['ALLOW_ANY_DYNAMIC_DNS rejected in sidecar', 'invalid', policy({ mode: 'ALLOW_ANY_DYNAMIC_DNS' })],
  ['sidecar egress only one wildcarded', 'warned', egress('*/*', 'billing/a.example.com')],
  ['sidecar egress wildcarded ns', 'valid', egress('*/b.example.com', 'billing/a.example.com')],
  ['sidecar egress duplicated with wildcarded same namespace', 'warned', egress('billing/*', 'billing/a.example.com')],
  ['invalid partial wildcard', 'invalid', egress('billing/*a.example.com')],
  ['sidecar egress duplicated with wildcarded same namespace .', 'warned', egress('./*', 'shop/a.example.com')],
  ...both('mode set to ISTIO_MUTUAL', { mode: 'ISTIO_MUTUAL' }, 'HTTPS'),
  ...both('mode set to ISTIO_AUTO_PASSTHROUGH', { mode: 'AUTO_PASSTHROUGH' }, 'HTTPS'),
  ...both('invalid protocol', { mode: 'SIMPLE' }),
  ...both('httpRedirect is not supported', { mode: 'SIMPLE', httpsRedirect: true }, 'HTTPS'),
  ...both('SAN entries are not supported', { mode: 'SIMPLE', subjectAltNames: ['shop'] }, 'HTTPS'),
  ...both('credentialName is not supported', { mode: 'SIMPLE', credentialName: 'shop-tls' }, 'HTTPS'),
  ...both('credentialNames is not supported', { mode: 'SIMPLE', credentialNames: ['shop-tls'] }, 'HTTPS'),
  ...both('tlsCertificates is not supported', { mode: 'SIMPLE', tlsCertificates: [files] }, 'HTTPS'),
  ['valid inbound connection pool', 'valid', { inboundConnectionPool: pool }],
  [
    'valid port-level connection pool with top level default',
    'valid',
    { inboundConnectionPool: pool, ingress: [listener(undefined, { connectionPool: pool })] },
  ],
  [
    'valid port-level connection pool without a top level default',
    'valid',
    { ingress: [listener(undefined, { connectionPool: pool })] },
  ],
  [
    'warn http connection settings on tcp port',
    'warned',
    { ingress: [listener(undefined, { port: sidecarPort(8000, { protocol: 'TCP' }), connectionPool: pool })] },
  ],
  ['invalid top level connection pool', 'invalid', { inboundConnectionPool: {} }],
  ['invalid port-level connection pool', 'invalid', { ingress: [listener(undefined, { connectionPool: {} })] }],
];

const edge = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' };
const selector = { selector: { matchLabels: { app: 'cart' } } };
const tagged = { tracing: [{ customTags: { zone: { environment: { name: 'ZONE' } } } }] };
const tag = (operation: object) => ({ metrics: [{ overrides: [{ tagOverrides: { team: operation } }] }] });
const telemetries: readonly Case[] = [
  ['empty', 'valid', {}],
  ['invalid message', otherMessage],
  ['multiple providers', 'warned', { tracing: [{ providers: [{ name: 'zipkin' }, { name: 'otel' }] }] }],
  ['multiple tracers', 'warned', { tracing: [{}, {}] }],
  ['bad randomSamplingPercentage', 'invalid', { tracing: [{ randomSamplingPercentage: 120 }] }],
  ['tracing with a good custom tag', 'valid', tagged],
  ['tracing with a nil custom tag', 'invalid', { tracing: [{ customTags: { zone: null } }] }],
  ['bad metrics operation', 'invalid', tag({ operation: 'UPSERT', value: '' })],
  ['good metrics operation', 'valid', tag({ operation: 'UPSERT', value: 'request.host' })],
  [
    'multi-accessloggings',
    'valid',
    { accessLogging: [{ providers: [{ name: 'stdout' }] }, { providers: [{ name: 'otel' }] }] },
  ],
  [
    'multi-accesslogging-providers',
    'valid',
    { accessLogging: [{ providers: [{ name: 'stdout' }, { name: 'otel' }] }] },
  ],
  ['good targetRef', 'valid', { ...tagged, targetRef: edge }],
  ['bad targetRef - empty name', 'invalid', { ...tagged, targetRef: { ...edge, name: '' } }],
  ['bad targetRef - non-empty namespace', 'invalid', { ...tagged, targetRef: { ...edge, namespace: 'infra' } }],
  ['bad targetRef - wrong group', 'invalid', { ...tagged, targetRef: { ...edge, group: 'gateways.example.com' } }],
  ['bad targetRef - wrong kind', 'invalid', { ...tagged, targetRef: { ...edge, kind: 'HTTPRoute' } }],
  ['targetRef and selector cannot both be set', 'invalid', { ...tagged, targetRef: edge, ...selector }],
];

const plugin = (more: object) => ({ url: 'https://example.com/filter.wasm', ...more });
const env = (...all: object[]) => plugin({ vmConfig: { env: all } });
const plugins: readonly Case[] = [
  ['empty', 'invalid', {}],
  ['invalid message', otherMessage],
  ['wrong scheme', 'invalid', { url: 'ftp://example.com/filter' }],
  ['valid http', 'valid', { url: 'http://example.com/filter' }],
  ['valid http w/ sha', 'valid', plugin({ sha256: '0123456789abcdef'.repeat(4) })],
  ['short sha', 'invalid', plugin({ sha256: '012345' })],
  ['invalid sha', 'invalid', plugin({ sha256: 'sha' })],
  ['invalid sha characters', 'invalid', plugin({ sha256: '0123456789ABCDEF'.repeat(4) })],
  ['valid oci', 'valid', { url: 'oci://example.com/filter' }],
  ['valid oci no scheme', 'valid', { url: 'example.com/filter' }],
  ['invalid vm config - invalid env name', 'invalid', env({ name: '', valueFrom: 'HOST' })],
  ['invalid vm config - duplicate env', 'invalid', env({ name: 'A', value: '1' }, { name: 'A', value: '1' })],
  ['target-ref-good', 'valid', plugin({ targetRef: edge })],
  ['target-ref-good-service', 'valid', plugin({ targetRef: { kind: 'Service', name: 'cart' } })],
  ['target-ref-non-empty-namespace', 'invalid', plugin({ targetRef: { ...edge, namespace: 'infra' } })],
  ['target-ref-empty-name', 'invalid', plugin({ targetRef: { ...edge, name: '' } })],
  ['target-ref-wrong-group', 'invalid', plugin({ targetRef: { ...edge, group: 'gateways.example.com' } })],
  ['target-ref-wrong-kind', 'invalid', plugin({ targetRef: { ...edge, kind: 'HTTPRoute' } })],
  ['target-ref-and-selector-cannot-both-be-set', 'invalid', plugin({ targetRef: edge, ...selector })],
];

export const listeners: readonly Corpus[] = [
  { of: 'TestValidateGateway', kind: 'Gateway', cases: gateways },
  { of: 'TestValidateServer', kind: 'Gateway', cases: servers },
  { of: 'TestValidateServerPort', kind: 'Gateway', cases: serverPorts },
  { of: 'TestValidateSidecar', kind: 'Sidecar', cases: sidecars },
  { of: 'TestValidateTelemetry', kind: 'Telemetry', cases: telemetries },
  { of: 'TestValidateWasmPlugin', kind: 'WasmPlugin', cases: plugins },
];
