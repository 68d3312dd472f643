import { describe, expect, test } from 'vitest';
import { blueprintOf } from '../../charts-src/explain/blueprint.ts';
import { explain } from '../../charts-src/explain/explain.ts';
import type { Explanation } from '../../charts-src/explain/explanation.ts';
import { normalizedPath, readRequest } from '../../charts-src/explain/request.ts';
import { readOrigin } from '../../charts-src/explain/routing-tests.ts';
import { meshOf } from '../check/mesh-of.ts';
import {
  authorizationPolicy,
  destinationRule,
  peerAuthentication,
  deployment,
  gateway,
  mesh,
  namespace,
  requestAuthentication,
  service,
  virtualService,
} from './cases/yaml.ts';

const BASE = mesh(
  namespace('shop'),
  namespace('edge'),
  service('shop/orders', '80>8080 http'),
  deployment('shop/orders'),
  deployment('shop/web'),
  deployment('edge/gw', 'istio: gw', 'gateway'),
);
const GATEWAY = gateway(
  'edge/public',
  '{ selector: { istio: gw }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["shop.example"] }] }',
);
const BOUND = virtualService(
  'shop/public',
  '{ hosts: [shop.example], gateways: [edge/public], http: [{ match: [{ headers: { "@request.auth.claims.group": { exact: staff } } }], directResponse: { status: 299 } }, { route: [{ destination: { host: orders } }] }] }',
);

function said(objects: readonly string[], from: string, ask: string, headers: readonly string[] = []): Explanation {
  const origin = readOrigin(from);
  const [method = '', url = ''] = ask.split(' ');
  const read = readRequest(method, url, headers);
  if ('problem' in origin || 'problem' in read) throw new Error(`no request: ${ask}`);
  const found = explain(meshOf(mesh(BASE, ...objects)), origin, read.request);
  if ('problem' in found) throw new Error(found.problem.message);
  return found.explanation;
}
const bearer = (claims: object): string =>
  `authorization=Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const route = (name: string, to: string, age?: number): string =>
  virtualService(name, `{ hosts: [orders], http: [{ route: [{ destination: { host: ${to} } }] }] }`, age);

describe('what is not followed is told', () => {
  const GATEWAY_API = 'apiVersion: gateway.networking.k8s.io/v1';
  const route = (parent: string): string =>
    `${GATEWAY_API}\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec: { parentRefs: [${parent}], rules: [{ timeouts: { request: 1s } }] }`;
  const listener = (port: number, hostname: string): string =>
    `${GATEWAY_API}\nkind: Gateway\nmetadata: { name: api, namespace: edge }\nspec: { gatewayClassName: istio, listeners: [{ name: a, port: ${port}, protocol: HTTP, hostname: "${hostname}" }] }`;
  const routes = /HTTPRoute shop\/r changes nothing of it: routes of the Gateway API are not followed/;
  const gateways = /Gateway edge\/api takes none of it/;

  test.each([
    { parent: '{ group: "", kind: Service, name: orders }', told: true },
    { parent: '{ group: "", kind: Service, name: web }', told: false },
    { parent: '{ kind: Gateway, name: orders }', told: false },
  ])('a route of the Gateway API that is bound to $parent: $told', ({ parent, told }) => {
    const { assumptions } = said([route(parent)], 'shop/web', 'GET http://orders/');
    expect(routes.test(assumptions.join())).toBe(told);
  });

  test.each([
    { port: 80, hostname: '*.example', told: true },
    { port: 80, hostname: 'other.example', told: false },
    { port: 8080, hostname: '*.example', told: false },
  ])('a Gateway of the Gateway API for $hostname on $port: $told', ({ port, hostname, told }) => {
    const { assumptions } = said([listener(port, hostname)], 'outside', 'GET http://pay.example/');
    expect(gateways.test(assumptions.join())).toBe(told);
  });

  const from = (kind: string, spec: string, namespace = 'shop'): string =>
    `{ apiVersion: ${kind === 'Ingress' ? 'networking.k8s.io/v1' : kind === 'WasmPlugin' ? 'extensions.istio.io/v1alpha1' : 'networking.istio.io/v1'}, kind: ${kind}, metadata: { name: f, namespace: ${namespace} }, spec: ${spec} }`;
  const patches = (context: string): string =>
    `{ workloadSelector: { labels: { app: orders } }, configPatches: [{ applyTo: HTTP_FILTER, match: { context: ${context} } }] }`;
  test.each([
    { what: 'an EnvoyFilter at the server', object: from('EnvoyFilter', patches('SIDECAR_INBOUND')), told: true },
    { what: 'one for calls of the server', object: from('EnvoyFilter', patches('SIDECAR_OUTBOUND')), told: false },
    { what: 'one of the whole mesh', object: from('EnvoyFilter', '{}', 'istio-system'), told: true },
    { what: 'a WasmPlugin', object: from('WasmPlugin', '{ selector: { matchLabels: { app: orders } } }'), told: true },
    { what: 'one for others', object: from('WasmPlugin', '{ selector: { matchLabels: { app: x } } }'), told: false },
    {
      what: 'ingress of a Sidecar',
      object: from(
        'Sidecar',
        '{ workloadSelector: { labels: { app: orders } }, ingress: [{ port: { number: 81, name: http, protocol: HTTP }, defaultEndpoint: 127.0.0.1:8080 }] }',
      ),
      told: true,
    },
  ])('$what: $told', ({ object, told }) => {
    const { assumptions } = said([object], 'shop/web', 'GET http://orders/');
    expect(/\/f (?:changes nothing|leads requests)/.test(assumptions.join())).toBe(told);
  });

  test('an Ingress that has the host', () => {
    const ingress = (host: string): string =>
      from('Ingress', `{ rules: [{ host: ${host}, http: { paths: [{ backend: { service: { name: orders } } }] } }] }`);
    const told = (host: string) => said([ingress(host)], 'outside', 'GET http://pay.example/').assumptions.join();
    expect(told('pay.example')).toMatch(/Ingress shop\/f takes none of it/);
    expect(told('other.example')).not.toMatch(/Ingress/);
  });

  test('ambient mode, at both ends', () => {
    const ambient = BASE.replaceAll('istio-injection: enabled', 'istio.io/dataplane-mode: ambient');
    expect(ambient).not.toBe(BASE);
    const origin = readOrigin('shop/web');
    const read = readRequest('GET', 'http://orders/', []);
    if ('problem' in origin || 'problem' in read) throw new Error('no request');
    const found = explain(meshOf(ambient), origin, read.request);
    if ('problem' in found) throw new Error(found.problem.message);
    expect(found.explanation.assumptions.filter((text) => /ambient mode is not followed/.test(text))).toEqual([
      expect.stringContaining('Deployment shop/web'),
      expect.stringContaining('Deployment shop/orders'),
    ]);
  });

  test('who asks from one hears that it is there', () => {
    expect(() => said([listener(80, '*')], 'gateway:edge/api', 'GET http://pay.example/')).toThrow(
      /Gateway edge\/api is of gateway.networking.k8s.io, and Gateways of the Gateway API are not followed/,
    );
  });
});

describe('what the files do not say is told', () => {
  const older = /VirtualService shop\/a is older than VirtualService shop\/b/;
  test('two VirtualServices of one host without a time', () => {
    const open = said(
      [route('shop/a', 'one.example'), route('shop/b', 'two.example')],
      'shop/web',
      'GET http://orders/',
    );
    expect(open.destinations[0]?.host).toBe('one.example');
    expect(open.assumptions).toEqual([expect.stringMatching(older)]);
  });
  test('but not where both say when they were made', () => {
    const known = said(
      [route('shop/a', 'one.example', 2020), route('shop/b', 'two.example', 2010)],
      'shop/web',
      'GET http://orders/',
    );
    expect(known.destinations[0]?.host).toBe('two.example');
    expect(known.assumptions).toEqual([]);
  });
  test.each([
    ['one for these pods', '{ workloadSelector: { labels: { app: web } } }', 1],
    ['one for others', '{ workloadSelector: { labels: { app: other } } }', 0],
    ['one for all', '{}', 1],
  ])('an EnvoyFilter: %s', (_, spec, count) => {
    const filter = `{ apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: { name: f, namespace: shop }, spec: ${spec} }`;
    expect(said([filter], 'shop/web', 'GET http://orders/').assumptions).toHaveLength(count);
  });
});

describe('a certificate that a gateway may not have', () => {
  const doors = (mode: string): string =>
    gateway(
      'edge/public',
      `{ selector: { istio: gw }, servers: [${['good', 'other']
        .map(
          (name) =>
            `{ port: { number: 443, name: ${name}, protocol: HTTPS }, hosts: [${name}.example], tls: { mode: ${name === 'good' ? 'SIMPLE' : mode}, credentialName: ${name} } }`,
        )
        .join(', ')}] }`,
    );
  const bound = virtualService(
    'shop/public',
    '{ hosts: ["*.example"], gateways: [edge/public], http: [{ route: [{ destination: { host: orders, port: { number: 80 } } }] }] }',
  );
  const secret = (name: string, ...keys: readonly string[]): string =>
    `{ apiVersion: v1, kind: Secret, metadata: { name: ${name}, namespace: edge }, data: { ${keys.map((key) => `${key}: ""`).join(', ')} } }`;
  const good = secret('good', 'tls.crt', 'tls.key');
  const ask = (objects: readonly string[], host: string): Explanation =>
    said([...objects, bound], 'gateway:edge/public', `GET https://${host}.example/`);

  test('is assumed where no file has its Secret, for its own server only', () => {
    const { outcome, assumptions } = ask([doors('SIMPLE'), good], 'other');
    expect(outcome).toBe('routed');
    expect(assumptions).toEqual([
      expect.stringMatching(/^Secret edge\/other holds a certificate: without it this server/),
    ]);
    expect(ask([doors('SIMPLE'), good], 'good').assumptions).toEqual([]);
  });
  test('closes handshakes of its own server only, where the Secret has none', () => {
    const objects = [doors('SIMPLE'), good, secret('other', 'tls.crt')];
    expect(ask(objects, 'other')).toMatchObject({ outcome: 'unroutable', status: null });
    expect(ask(objects, 'other').steps.at(-1)?.why).toBe(
      'Secret edge/other has no tls.crt and tls.key, or cert and key',
    );
    expect(ask(objects, 'good')).toMatchObject({ outcome: 'routed', assumptions: [] });
  });
  test.each(['MUTUAL', 'OPTIONAL_MUTUAL'])('without an authority for clients the whole port waits: %s', (mode) => {
    const objects = [doors(mode), good, secret('other', 'tls.crt', 'tls.key')];
    expect(ask(objects, 'other')).toMatchObject({ outcome: 'unroutable', status: null });
    const beside = ask(objects, 'good');
    expect(beside.outcome).toBe('routed');
    expect(beside.steps.map(({ decision }) => decision)).toContain(
      'nothing listens on port 443 for 15 s whenever it is new or changes',
    );
    const unknown = ask([doors(mode), good], 'good');
    expect(unknown.assumptions).toEqual([
      'Secret edge/other holds an authority for clients: without it nothing listens on port 443 for 15 s whenever it is new or changes',
    ]);
  });
  test('is there with all keys, also in a Secret of its own', () => {
    const objects = [doors('OPTIONAL_MUTUAL'), good, secret('other', 'cert', 'key'), secret('other-cacert', 'cacert')];
    expect(ask(objects, 'other')).toMatchObject({ outcome: 'routed', assumptions: [] });
  });
});

test('TLS of a client does not end at a port that speaks HTTP', () => {
  const ports = service('shop/both', '80>8080 http, 443>8080 tls, 444>9090 tls');
  const ask = (port: number): Explanation =>
    said([ports, deployment('shop/both')], 'shop/web', `GET https://both:${port}/`);
  expect(ask(443)).toMatchObject({ outcome: 'refused', status: null });
  expect(ask(444)).toMatchObject({ outcome: 'routed' });
  expect(ask(444).assumptions).toContain('both ends TLS by itself on port 9090');
});

test.each([
  ['distribute', '{ loadBalancer: { localityLbSetting: { distribute: [{ from: "*", to: { a: 100 } }] } } }', 1],
  [
    'failoverPriority',
    '{ outlierDetection: {}, loadBalancer: { localityLbSetting: { failoverPriority: [version] } } }',
    1,
  ],
  [
    'failoverPriority without outlierDetection',
    '{ loadBalancer: { localityLbSetting: { failoverPriority: [version] } } }',
    0,
  ],
  [
    'what is switched off',
    '{ loadBalancer: { localityLbSetting: { enabled: false, distribute: [{ from: "*", to: { a: 100 } }] } } }',
    0,
  ],
])('a load balancer may prefer some pods: %s', (_, policy, count) => {
  const rule = destinationRule('shop/orders', `{ host: orders, trafficPolicy: ${policy} }`);
  const { assumptions } = said([rule], 'shop/web', 'GET http://orders/');
  expect(assumptions.filter((what) => what.includes('localityLbSetting prefers some'))).toHaveLength(count);
});

describe('what an application gets', () => {
  const headers = (set: string): string =>
    virtualService(
      'shop/a',
      `{ hosts: [orders], http: [{ name: all, headers: { request: { set: ${set} } }, route: [{ destination: { host: orders } }] }] }`,
    );
  test('is not told where only the proxy knows it', () => {
    const { upstream, assumptions } = said(
      [headers('{ x-node: "at %HOSTNAME%", x-id: "%REQ(x-request-id)%", x-user: "%REQ(x-a)%" }')],
      'shop/web',
      'GET http://orders/',
      ['x-a=1'],
    );
    expect(upstream?.headers).toEqual({ 'x-a': '1', 'x-user': '1' });
    expect(assumptions).toEqual([
      'only the proxy knows what %HOSTNAME% of the header x-node stands for',
      'only the proxy knows what %REQ(x-request-id)% of the header x-id stands for',
    ]);
  });
  test('has the length that a command says', () => {
    const { upstream } = said([headers('{ x-user: "%REQ(x-a):2%-%%" }')], 'shop/web', 'GET http://orders/', [
      'x-a=abc',
    ]);
    expect(upstream?.headers['x-user']).toBe('ab-%');
  });
  test('differs where one version makes headers of tokens', () => {
    const jwt = requestAuthentication(
      'shop/jwt',
      '{ selector: { matchLabels: { version: v2 } }, jwtRules: [{ issuer: me, outputClaimToHeaders: [{ header: x-sub, claim: sub }] }] }',
    );
    const ask = said(
      [jwt, deployment('shop/orders-v2', 'app: orders, version: v2')],
      'shop/web',
      'GET http://orders/',
      [bearer({ iss: 'me', sub: 'you' })],
    );
    expect(ask.upstream?.headers).toHaveProperty('authorization');
    expect(ask.assumptions).toContain(
      'Deployment shop/orders answers: the RequestAuthentications of orders-v2 hand on other headers',
    );
  });
  test('is JSON in no known order', () => {
    const jwt = requestAuthentication(
      'shop/jwt',
      '{ jwtRules: [{ issuer: me, outputClaimToHeaders: [{ header: x-all, claim: all }] }] }',
    );
    const { upstream, assumptions } = said([jwt], 'shop/web', 'GET http://orders/', [
      bearer({ iss: 'me', all: { one: 1, two: 2 } }),
    ]);
    expect(upstream?.headers).toEqual({});
    expect(assumptions).toContain('only the proxy knows in which order it writes the JSON of x-all');
  });
});

describe('a gateway judges requests itself', () => {
  const deny = authorizationPolicy(
    'edge/refuses',
    '{ selector: { matchLabels: { istio: gw } }, action: DENY, rules: [{ to: [{ operation: { paths: [/admin*], ports: ["80"] } }] }] }',
  );
  test('by its own policies', () => {
    expect(said([GATEWAY, BOUND, deny], 'outside', 'GET http://shop.example/admin')).toMatchObject({
      outcome: 'refused',
      status: 403,
      authorization: { policy: 'AuthorizationPolicy edge/refuses' },
    });
    expect(said([GATEWAY, BOUND, deny], 'outside', 'GET http://shop.example/x').outcome).toBe('routed');
  });
  test('also where nothing has the host', () => {
    expect(said([GATEWAY, deny], 'gateway:edge/public', 'GET http://shop.example/admin').status).toBe(403);
    expect(said([GATEWAY, deny], 'gateway:edge/public', 'GET http://shop.example/x').status).toBe(404);
  });
  test('and routes by claims of a token that it took', () => {
    const jwt = requestAuthentication('edge/jwt', '{ jwtRules: [{ issuer: me, fromCookies: [session] }] }');
    const ask = (claims: object | undefined): Explanation =>
      said(
        [GATEWAY, BOUND, jwt],
        'outside',
        'GET http://shop.example/x',
        claims === undefined ? [] : [`cookie=a=b; session=${bearer(claims).split(' ')[1] ?? ''}`],
      );
    expect(ask({ iss: 'me', group: 'staff' }).status).toBe(299);
    expect(ask({ iss: 'me', group: ['guests', 'staff'] }).status).toBe(299);
    expect(ask({ iss: 'me', group: 'guests' }).outcome).toBe('routed');
    expect(ask({ iss: 'you', group: 'staff' }).status).toBe(401);
    expect(ask(undefined).outcome).toBe('routed');
  });
});

test.each([
  ['for another audience', { iss: 'me', aud: 'bank' }, 403],
  ['for one of several', { iss: 'me', aud: ['bank', 'shop'] }, null],
  ['of another issuer', { iss: 'you', aud: 'shop' }, 401],
])('a token %s', (_, claims, status) => {
  const jwt = requestAuthentication('shop/jwt', '{ jwtRules: [{ issuer: me, audiences: [shop] }] }');
  expect(said([jwt], 'shop/web', 'GET http://orders/', [bearer(claims)]).status).toBe(status);
});

test('retries of the mesh are those of its MeshConfig', () => {
  const config =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "defaultHttpRetryPolicy: { attempts: 5, retryOn: reset }" }';
  expect(said([config], 'shop/web', 'GET http://orders/').tries).toMatchObject({ attempts: 6, on: ['reset'] });
  expect(said([], 'shop/web', 'GET http://orders/').tries.attempts).toBe(3);
});

test('a timeout of no length is none', () => {
  const rule =
    '{ timeout: 0s, retries: { attempts: 1, perTryTimeout: 0s }, route: [{ destination: { host: orders } }] }';
  const open = said(
    [virtualService('shop/a', `{ hosts: [orders], http: [${rule}] }`)],
    'shop/web',
    'GET http://orders/',
  );
  expect(open.timeout).toBeNull();
  expect(open.tries).toMatchObject({ attempts: 2, perTryTimeout: null, worstCase: null });
});

test('TLS to a port of HTTP leaves as it is, for pods that want none', () => {
  expect(said([], 'shop/web', 'GET https://orders:80/')).toMatchObject({ outcome: 'refused', status: null });
  const bare = deployment('edge/odd').replaceAll('inject: "true"', 'inject: "false"');
  const ending = [service('edge/odd', '80>8443 http'), bare];
  expect(said(ending, 'shop/web', 'GET https://odd.edge:80/')).toMatchObject({
    outcome: 'passthrough',
    status: null,
    mtls: { client: 'simple', server: null },
  });
});

test('a single proxy cannot show what a gateway on the way does', () => {
  const graph = meshOf(mesh(BASE, GATEWAY, BOUND, service('edge/gw', '80>8080 http')));
  const [origin, read] = [readOrigin('shop/web'), readRequest('GET', 'http://gw.edge/', [])];
  if ('problem' in origin || 'problem' in read) throw new Error('no request');
  expect(blueprintOf(graph, origin, read.request)).toMatchObject({
    problem: {
      message: expect.stringContaining('goes on through Deployment edge/gw'),
      fix: 'verify it from gateway:edge/gw',
    },
  });
});

test('a policy judges what header operations leave', () => {
  const objects = [
    virtualService(
      'shop/orders',
      '{ hosts: [orders], http: [{ headers: { request: { set: { x-user: inner }, remove: [x-gone] } }, route: [{ destination: { host: orders } }] }] }',
    ),
    authorizationPolicy(
      'shop/orders',
      '{ selector: { matchLabels: { app: orders } }, rules: [{ when: [{ key: "request.headers[x-user]", values: [inner] }, { key: "request.headers[x-gone]", notValues: ["*"] }] }] }',
    ),
  ];
  expect(said(objects, 'shop/web', 'GET http://orders/', ['x-user=outer', 'x-gone=1']).outcome).toBe('routed');
});

describe('what random manifests on a real mesh once showed to be otherwise', () => {
  const rule = (spec: string): string => destinationRule('shop/orders', `{ host: orders, ${spec} }`);

  test('a mesh that is DISABLE turns auto mTLS off, also for pods that are marked by a host', () => {
    const objects = [
      rule(
        'trafficPolicy: { tls: { mode: ISTIO_MUTUAL }, portLevelSettings: [{ port: { number: 80 }, connectionPool: { tcp: { maxConnections: 9 } } }] }',
      ),
      peerAuthentication('istio-system/default', '{ mtls: { mode: DISABLE } }'),
    ];
    expect(said(objects, 'shop/web', 'GET http://orders/')).toMatchObject({
      outcome: 'routed',
      mtls: { client: 'plain', server: 'DISABLE' },
    });
  });

  test('bytes that are refused are a closed connection, not a 503', () => {
    const objects = [
      service('shop/raw', '9000 tcp'),
      deployment('shop/raw'),
      peerAuthentication('shop/strict', '{ mtls: { mode: STRICT } }'),
      destinationRule('shop/raw', '{ host: raw, trafficPolicy: { tls: { mode: DISABLE } } }'),
    ];
    expect(said(objects, 'shop/web', 'GET http://raw:9000/')).toMatchObject({ outcome: 'refused', status: null });
    expect(
      said(
        [
          rule('trafficPolicy: { tls: { mode: DISABLE } }'),
          peerAuthentication('shop/strict', '{ mtls: { mode: STRICT } }'),
        ],
        'shop/web',
        'GET http://orders/',
      ),
    ).toMatchObject({ outcome: 'refused', status: 503 });
  });

  test('a header that is empty is there', () => {
    const policy = authorizationPolicy(
      'shop/orders',
      '{ rules: [{ when: [{ key: "request.headers[x-beta]", notValues: ["*"] }] }] }',
    );
    expect(said([policy], 'shop/web', 'GET http://orders/', ['x-beta=']).status).toBe(403);
    expect(said([policy], 'shop/web', 'GET http://orders/').outcome).toBe('routed');
  });
});

test.each([
  ['/a/../b', '/b'],
  ['/a/./b/', '/a/b/'],
  ['/a/..', '/'],
  ['/%61%2Fb', '/a%2Fb'],
  ['/a%2fb', '/a%2fb'],
  ['/a//b', '/a//b'],
  ['\\a\\b', '/a/b'],
])('the path %s is compared as %s', (path, compared) => {
  expect(normalizedPath(path)).toBe(compared);
});

const annotated = (name: string, annotation: string): string =>
  deployment(name).replace('annotations: {', `annotations: { ${annotation},`);

describe('ports that annotations keep out of a proxy', () => {
  const strict = peerAuthentication('shop/default', '{ mtls: { mode: STRICT } }');
  test.each([
    ['excludeOutboundPorts', '"9090,80"', 'refused'],
    ['excludeOutboundPorts', '"9090"', 'routed'],
    ['includeOutboundIPRanges', '""', 'refused'],
    ['includeInboundPorts', '""', 'routed'],
  ])('of a client: %s %s', (name, value, outcome) => {
    const client = annotated('shop/batch', `traffic.sidecar.istio.io/${name}: ${value}`);
    expect(said([client, strict], 'shop/batch', 'GET http://orders/')).toMatchObject({
      outcome,
      mtls: { client: outcome === 'routed' ? 'mutual' : 'plain', server: 'STRICT' },
    });
  });
  test.each([
    ['excludeInboundPorts', '"8080"', 'shop/web', 'refused', 503],
    ['excludeInboundPorts', '"8080"', 'outside', 'routed', null],
    ['excludeInboundPorts', '"80"', 'shop/web', 'routed', null],
    ['includeInboundPorts', '"9090"', 'shop/web', 'refused', 503],
    ['includeInboundPorts', '"9090, 8080"', 'outside', 'refused', null],
  ])('of a server: %s %s, from %s', (name, value, from, outcome, status) => {
    const server = [
      service('shop/stock', '80>8080 http'),
      annotated('shop/stock', `traffic.sidecar.istio.io/${name}: ${value}`),
    ];
    const answer = said([...server, strict], from, 'GET http://stock.shop.svc.cluster.local/');
    expect(answer).toMatchObject({ outcome, status });
  });
});

test.each([
  ['an application that says nothing of TLS', '80>8080 http', 'refused', 503],
  ['one with a port of TLS', '80>8443 web', 'routed', null],
  ['one with a port of TLS whose Service says HTTP', '80>8443 http', 'refused', 503],
  ['one whose port is named so', '80>8080 https-web', 'routed', null],
])('TLS of a DestinationRule that is not of the mesh, to %s', (_, port, outcome, status) => {
  const rule = destinationRule('shop/stock', '{ host: stock, trafficPolicy: { tls: { mode: SIMPLE } } }');
  const mesh = [service('shop/stock', port), deployment('shop/stock'), rule];
  const ask = port.includes('https') ? 'tcp://stock:80' : 'http://stock/';
  expect(said(mesh, 'shop/web', `GET ${ask}`)).toMatchObject({ outcome, status });
});

describe('an AuthorizationPolicy that asks somebody else', () => {
  const asking = authorizationPolicy(
    'shop/ask',
    '{ action: CUSTOM, provider: { name: guard }, rules: [{ to: [{ operation: { paths: [/admin*] } }] }] }',
  );
  const settings = (providers: string): string =>
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "extensionProviders: ${providers}" } }`;
  test.each([
    ['nothing is known of', '', '/admin', 'routed', 1],
    ['MeshConfig has', settings('[{ name: guard }]'), '/admin', 'routed', 1],
    ['MeshConfig does not have', settings('[{ name: other }]'), '/admin', 'refused', 0],
    ['MeshConfig does not have, but is not asked', settings('[]'), '/', 'routed', 0],
  ])('%s', (_, config, path, outcome, assumptions) => {
    const answer = said([asking, config], 'shop/web', `GET http://orders${path}`);
    expect({ outcome: answer.outcome, assumptions: answer.assumptions.length }).toEqual({ outcome, assumptions });
  });
});

test.each([
  ['says nothing', [], 'http://orders/moved'],
  ['says https', ['x-forwarded-proto=https'], 'https://orders/moved'],
  ['says something else', ['x-forwarded-proto=gopher'], 'http://orders/moved'],
])('a sidecar believes a client about its scheme, one that %s', (_, headers, location) => {
  const moving = virtualService('shop/moving', '{ hosts: [orders], http: [{ redirect: { uri: /moved } }] }');
  expect(said([moving], 'shop/web', 'GET http://orders/', headers).redirect?.location).toBe(location);
});

describe('a host that is not exported to a client', () => {
  const hidden = service('stock/hidden', '80>8080 http').replace(
    'metadata: {',
    'metadata: { annotations: { networking.istio.io/exportTo: "." },',
  );
  const pods = deployment('stock/hidden');
  const outsider = deployment('shop/outsider', '', 'bare');
  const entry =
    '{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: far, namespace: shop }, spec: { hosts: [far.example], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS } }';
  test.each([
    ['its address is there all the same', 'shop/web', 'http://hidden.stock/', 'passthrough', null],
    ['without a proxy nobody asks', 'shop/outsider', 'http://hidden.stock/', 'routed', null],
    ['an address outside may have other ports', 'shop/web', 'http://far.example/', 'passthrough', null],
  ])('%s', (_, from, url, outcome, status) => {
    expect(said([hidden, pods, outsider, entry], from, `GET ${url}`)).toMatchObject({ outcome, status });
  });
});

// Measured: without the port of the call, a sidecar does not know what the name stands for.
test.each([
  [
    'with the port that is called',
    'ports: [{ name: http, port: 80 }]',
    'shop/web',
    'outbound|80||orders.shop.svc.cluster.local',
  ],
  ['with another port', 'ports: [{ name: http, port: 81 }]', 'shop/web', 'outbound|80||alias.shop.svc.cluster.local'],
  ['without ports', '', 'shop/web', 'outbound|80||alias.shop.svc.cluster.local'],
  ['without ports, at a gateway', '', 'gateway:edge/public', 'outbound|80||orders.shop.svc.cluster.local'],
])('a route to an ExternalName Service %s', (_, ports, from, cluster) => {
  const alias = `{ apiVersion: v1, kind: Service, metadata: { name: alias, namespace: shop }, spec: { type: ExternalName, externalName: orders.shop.svc.cluster.local${ports === '' ? '' : `, ${ports}`} } }`;
  const routes = virtualService(
    'shop/to-alias',
    '{ hosts: [stock.shop.svc.cluster.local, shop.example], gateways: [mesh, edge/public], http: [{ route: [{ destination: { host: alias } }] }] }',
  );
  const mesh = [alias, routes, GATEWAY, service('shop/stock', '80>8080 http')];
  const host = from === 'shop/web' ? 'stock' : 'shop.example';
  expect(said(mesh, from, `GET http://${host}/`).destinations[0]?.cluster).toBe(cluster);
});

// Found by random manifests on a real mesh (seed 31337).
test.each([
  ['app', 'mutual'],
  ['bare', 'plain'],
] as const)('settings of a port that leave out the tls of the host, pods of kind %s', (kind, client) => {
  const rule = destinationRule(
    'shop/stock',
    '{ host: stock, trafficPolicy: { tls: { mode: ISTIO_MUTUAL }, portLevelSettings: [{ port: { number: 80 }, connectionPool: { tcp: { maxConnections: 9 } } }] } }',
  );
  const mesh = [service('shop/stock', '80>8080 http'), deployment('shop/stock', '', kind), rule];
  expect(said(mesh, 'shop/web', 'GET http://stock/')).toMatchObject({ outcome: 'routed', mtls: { client } });
});
