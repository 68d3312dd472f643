import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, destinationRule, gateway, mesh, namespace, serviceEntry, virtualService } from './yaml.ts';

// A gateway whose one server takes every host on port 8080, before a host of the world with two ports.
const HOST = 'far.example';
const BASE = mesh(
  namespace('edge'),
  deployment('edge/gw', 'istio: gw', 'gateway'),
  gateway(
    'edge/public',
    '{ selector: { istio: gw }, servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*"] }] }',
  ),
  serviceEntry(
    'edge/far',
    `{ hosts: [${HOST}], resolution: DNS, ports: [{ number: 8484, name: http, protocol: HTTP }, { number: 65000, name: http-high, protocol: HTTP }] }`,
  ),
);
const DEFAULT_ON = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'];
const route = (port = 8484, host = HOST): string =>
  `route: [{ destination: { host: ${host}, port: { number: ${port} } }, weight: 100 }]`;
const rules = (...http: readonly string[]): string =>
  virtualService('edge/acme', `{ hosts: [shop.example], gateways: [public], http: [${http.join(', ')}] }`);
const redirect = 'redirect: { uri: /moved, authority: else.example, redirectCode: 308 }';

interface Asked {
  readonly path?: string;
  readonly headers?: readonly string[];
}
const ask = ({ path = '/', headers = [] }: Asked, expect: Expected): Question => ({
  from: 'gateway:edge/public',
  ask: `http://shop.example:8080${path}`,
  headers: ['host=shop.example', ...headers],
  expect,
});
const told = (upstream: string, objects: readonly string[], ...questions: readonly Question[]): UpstreamCase => ({
  upstream: `for ${upstream}`,
  mesh: mesh(BASE, ...objects),
  questions,
});

const TO_FAR: Expected = { clusters: [`outbound|8484||${HOST}`] };
const MOVED: Expected = { status: 308, location: 'http://else.example/moved' };
const MISSED: Expected = { status: 404 };
const inWorld =
  '{ name: route, match: [{ name: non-catch-all, uri: { prefix: /route/v1 } }, { name: catch-all, uri: { prefix: / } }], ';
const semantics = 'it rests on an annotation that only istiod itself may set, for Ingress and the Gateway API';
const inference = 'it is about inference pools of the Gateway API, which explain does not follow';

const rewrite = (text: string, match = ''): string => rules(`{ ${match}rewrite: { ${text} }, ${route()} }`);
const matching = (match: string): string => rules(`{ match: [{ name: one, ${match} }], ${redirect} }`);

const operations = (suffix: string, host: string): string =>
  `headers: { request: { set: { x-set${suffix}: v1, ":authority": ${host}.set.example }, add: { x-add${suffix}: v2, ":authority": ${host}.add.example }, remove: [x-gone${suffix}] }, response: { set: { x-answer${suffix}: v1 }, remove: [x-secret${suffix}] } }`;

// Sticky sessions: the policy that acts for a destination, and which block it is.
const hash = (cookie: string): string => `{ consistentHash: { httpCookie: { name: ${cookie}, ttl: 30s } } }`;
const perPort = (port: number, cookie: string): string =>
  `portLevelSettings: [{ port: { number: ${port} }, loadBalancer: ${hash(cookie)} }]`;
const rule = (spec: string): string => destinationRule('edge/far', `{ host: ${HOST}, ${spec} }`);
const sticky = (
  upstream: string,
  spec: string,
  cookie: string | undefined,
  subset?: string,
  port = 8484,
): UpstreamCase =>
  told(
    upstream,
    [
      rule(spec),
      rules(
        `{ route: [{ destination: { host: ${HOST}, port: { number: ${port} }${subset === undefined ? '' : `, subset: ${subset}`} } }] }`,
      ),
    ],
    ask(
      {},
      {
        says: [cookie === undefined ? 'outbound' : `"name":"${cookie}"`],
        clusters: [`outbound|${port}|${subset ?? ''}|${HOST}`],
      },
    ),
  );

const wildcardBase = mesh(
  namespace('shop'),
  deployment('shop/web'),
  serviceEntry(
    'shop/wide',
    '{ hosts: ["*.far.example"], ports: [{ number: 8080, name: http, protocol: HTTP }, { number: 80, name: http-b, protocol: HTTP }] }',
  ),
  serviceEntry(
    'shop/near',
    '{ hosts: [bye.hello.far.example], ports: [{ number: 8080, name: http, protocol: HTTP }, { number: 80, name: http-b, protocol: HTTP }] }',
  ),
  virtualService(
    'shop/a-wide',
    '{ hosts: ["*.far.example"], http: [{ match: [{ port: 8080 }], route: [{ destination: { host: wide.example } }] }] }',
  ),
  virtualService(
    'shop/b-near',
    '{ hosts: ["*.hello.far.example"], http: [{ match: [{ port: 8080 }], route: [{ destination: { host: near.example } }] }] }',
  ),
  virtualService(
    'shop/c-other',
    '{ hosts: ["*.else.example"], http: [{ match: [{ uri: { prefix: / } }], route: [{ destination: { host: other.example } }] }] }',
  ),
);
const wildcard = (url: string, expect: Expected): Question => ({ from: 'shop/web', ask: url, expect });

const cases: readonly UpstreamCase[] = [
  told('virtual service', [rules(`{ name: a, ${route()} }`)], ask({}, { ...TO_FAR, timeout: null, route: 'a' })),
  {
    upstream: 'for virtual service with HTTP/3 discovery enabled',
    cannot: 'it is about a header that announces HTTP/3, which explain does not speak of',
  },
  told('virtual service with timeout', [rules(`{ timeout: 10s, ${route()} }`)], ask({}, { ...TO_FAR, timeout: '10s' })),
  {
    upstream: 'for virtual service with disabled timeout',
    cannot: 'the API server refuses a timeout of 0s, so no mesh has one; unset is the only way to none',
  },
  told(
    'virtual service with catch all route',
    [rules(`${inWorld}${route()} }`, `{ name: never, ${redirect} }`)],
    ask({ path: '/route/v1/x' }, { ...TO_FAR, route: 'route.non-catch-all' }),
    ask({ path: '/x' }, { ...TO_FAR, route: 'route.catch-all' }),
  ),
  told(
    'virtual service with catch all route：port match',
    [
      rules(
        `{ name: one, match: [{ name: every, port: 8080 }], ${route()} }`,
        `{ name: two, match: [{ headers: { cookie: { exact: canary } } }], ${redirect} }`,
        `{ name: three, ${redirect} }`,
      ),
    ],
    ask({ headers: ['cookie=canary'] }, { ...TO_FAR, route: 'one.every' }),
  ),
  { upstream: 'for internally generated virtual service with ingress semantics', cannot: semantics },
  { upstream: 'for internally generated virtual service with gateway semantics', cannot: semantics },
  told(
    'virtual service with top level catch all route',
    [
      rules(
        `{ match: [{ headers: { version: { exact: v2 } }, sourceLabels: { version: v1 } }], ${redirect} }`,
        `{ ${route()} }`,
      ),
    ],
    ask({ headers: ['version=v2'] }, TO_FAR),
  ),
  told(
    'virtual service with multi prefix catch all route',
    [
      rules(
        `{ match: [{ name: every, uri: { prefix: / }, sourceLabels: { nobody: has } }, { name: some, uri: { prefix: /a } }], ${route()} }`,
      ),
    ],
    ask({ path: '/a' }, { ...TO_FAR, route: '.some' }),
    ask({ path: '/b' }, MISSED),
  ),
  told(
    'virtual service with regex matching on URI',
    [matching('uri: { regex: "/(.?)/status" }')],
    ask({ path: '/x/status' }, MOVED),
    ask({ path: '/xy/status' }, MISSED),
  ),
  told(
    'virtual service with stat_prefix set for a match on URI',
    [
      rules(
        `{ name: a, match: [{ name: a, uri: { prefix: /a }, statPrefix: a }, { name: c, uri: { prefix: /c } }], ${route()} }`,
        `{ name: b, match: [{ name: b, uri: { prefix: /b } }], ${route(65000)} }`,
      ),
    ],
    ask({ path: '/a' }, { ...TO_FAR, route: 'a.a' }),
    ask({ path: '/c' }, { ...TO_FAR, route: 'a.c' }),
    ask({ path: '/b' }, { clusters: [`outbound|65000||${HOST}`], route: 'b.b' }),
  ),
  told(
    'virtual service with exact matching on JWT claims with extended',
    [
      '{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: jwt, namespace: edge }, spec: { jwtRules: [{ issuer: me }] } }',
      matching(
        'headers: { "@request.auth.claims.Foo": { exact: Bar } }, withoutHeaders: { "@request.auth.claims.Bla": { exact: Bar } }',
      ),
    ],
    ask({ headers: [`authorization=Bearer e30.${base64url({ iss: 'me', Foo: 'Bar' })}.x`] }, MOVED),
    ask({ headers: [`authorization=Bearer e30.${base64url({ iss: 'me', Foo: 'Bar', Bla: 'Bar' })}.x`] }, MISSED),
    ask({ headers: [`authorization=Bearer e30.${base64url({ iss: 'me' })}.x`] }, MISSED),
    ask({}, MISSED),
  ),
  told(
    'virtual service with regex matching on header',
    [matching('headers: { Auth: { regex: "Bearer .+?\\\\..+?\\\\..+?" } }')],
    ask({ headers: ['auth=Bearer a.b.c'] }, MOVED),
    ask({ headers: ['auth=Bearer a.b'] }, MISSED),
  ),
  told(
    'virtual service with regex matching on without_header',
    [matching('withoutHeaders: { X-Foo: { regex: "BAR .+?\\\\..+?" } }')],
    ask({ headers: ['x-foo=BAR a.b'] }, MISSED),
    ask({ headers: ['x-foo=a'] }, MOVED),
    ask({}, MOVED),
  ),
  told(
    'virtual service with presence matching on header',
    [matching('headers: { X-Foo: {} }')],
    ask({ headers: ['x-foo=1'] }, MOVED),
    ask({}, MISSED),
  ),
  told(
    'virtual service with presence matching on header and without_header',
    [matching('withoutHeaders: { X-Foo: {} }')],
    ask({ headers: ['x-foo=1'] }, MISSED),
    ask({}, MOVED),
  ),
  told(
    'virtual service with regex matching for all cases on header',
    [matching('headers: { X-Foo: { regex: "*" } }')],
    ask({ headers: ['x-foo=1'] }, MOVED),
    ask({}, MISSED),
  ),
  told(
    'virtual service with exact matching on query parameter',
    [matching('queryParams: { token: { exact: foo } }')],
    ask({ path: '/?token=foo' }, { status: 308 }),
    ask({ path: '/?token=food' }, MISSED),
  ),
  told(
    'virtual service with prefix matching on query parameter',
    [matching('queryParams: { token: { prefix: foo- } }')],
    ask({ path: '/?token=foo-1' }, { status: 308 }),
    ask({ path: '/?token=foo' }, MISSED),
  ),
  told(
    'virtual service with regex matching on query parameter',
    [matching('queryParams: { token: { regex: "B%20.+?" } }')],
    ask({ path: '/?token=B%20x' }, { status: 308 }),
    ask({ path: '/?token=B' }, MISSED),
  ),
  told(
    'virtual service with regex matching for all cases on query parameter',
    [matching('queryParams: { token: { regex: "*" } }')],
    ask({ path: '/?token' }, { status: 308 }),
    ask({}, MISSED),
  ),
  {
    upstream: 'for virtual service with source namespace matching',
    mesh: mesh(
      ...['shop', 'lab'].map(namespace),
      deployment('shop/web'),
      deployment('lab/web'),
      virtualService(
        'shop/a',
        '{ hosts: [far.example], http: [{ name: one, match: [{ sourceNamespace: shop }], route: [{ destination: { host: one.example } }] }, { name: two, match: [{ sourceNamespace: lab }], route: [{ destination: { host: two.example } }] }] }',
      ),
      serviceEntry('shop/far', '{ hosts: [far.example], ports: [{ number: 80, name: http, protocol: HTTP }] }'),
    ),
    questions: [
      {
        from: 'shop/web',
        ask: 'http://far.example/',
        expect: { clusters: ['outbound|80||one.example'], route: 'one' },
      },
      { from: 'lab/web', ask: 'http://far.example/', expect: { clusters: ['outbound|80||two.example'], route: 'two' } },
    ],
  },
  sticky('virtual service with ring hash', `trafficPolicy: { loadBalancer: ${hash('whole')} }`, 'whole'),
  told(
    'virtual service with query param based ring hash',
    [
      rule('trafficPolicy: { loadBalancer: { consistentHash: { httpQueryParameterName: query } } }'),
      rules(`{ ${route()} }`),
    ],
    ask({}, { says: ['"httpQueryParameterName":"query"'] }),
  ),
  sticky(
    'virtual service with subsets with ring hash',
    `subsets: [{ name: some, labels: { v: "1" }, trafficPolicy: { loadBalancer: ${hash('own')} } }]`,
    'own',
    'some',
    65000,
  ),
  sticky(
    'virtual service with subsets with port level settings with ring hash',
    `subsets: [{ name: some, labels: { v: "1" }, trafficPolicy: { ${perPort(8484, 'port')} } }]`,
    'port',
    'some',
  ),
  sticky(
    'virtual service with port level settings matching service port',
    `trafficPolicy: { ${perPort(8484, 'port')} }`,
    'port',
  ),
  sticky(
    'virtual service with port level settings mismatched port',
    `trafficPolicy: { ${perPort(8485, 'port')} }`,
    undefined,
  ),
  told(
    'virtual service with cookie hash policy with attributes',
    [
      rule(
        'trafficPolicy: { loadBalancer: { consistentHash: { httpCookie: { name: own, ttl: 1h, attributes: [{ name: Secure }] } } } }',
      ),
      rules(`{ ${route()} }`),
    ],
    ask({}, { says: ['"name":"own"', '"name":"Secure"'] }),
  ),
  sticky(
    'virtual service with subsets and top level traffic policy with ring hash',
    `trafficPolicy: { loadBalancer: ${hash('whole')} }, subsets: [{ name: some, labels: { v: "1" }, trafficPolicy: { loadBalancer: ${hash('own')} } }]`,
    'own',
    'some',
    65000,
  ),
  {
    ...sticky('port selector based traffic policy', `trafficPolicy: { ${perPort(8484, 'port')} }`, 'port'),
    upstream: 'port selector based traffic policy',
  },
  told(
    'header operations for single cluster',
    [
      rules(
        `{ route: [{ destination: { host: ${HOST}, port: { number: 8484 } }, ${operations('-route', 'route')} }], ${operations('', 'rule')} }`,
      ),
    ],
    ask(
      { headers: ['x-gone=1', 'x-gone-route=1', 'x-kept=1', 'x-add=v1'] },
      {
        ...TO_FAR,
        authority: 'rule.set.example',
        upstreamHeaders: {
          'x-set': 'v1',
          'x-set-route': 'v1',
          'x-add': 'v1,v2',
          'x-add-route': 'v2',
          'x-gone': undefined,
          'x-gone-route': undefined,
          'x-kept': '1',
        },
        says: ['response x-answer is set to "v1"', 'response x-secret-route is removed'],
      },
    ),
  ),
  told(
    'header operations for weighted cluster',
    [
      rule('subsets: [{ name: blue, labels: { v: "1" } }, { name: green, labels: { v: "2" } }]'),
      rules(
        `{ route: [${['blue', 'green'].map((name, index) => `{ destination: { host: ${HOST}, port: { number: 8484 }, subset: ${name} }, weight: ${index === 0 ? 9 : 1}, ${operations(`-${name}`, name)} }`).join(', ')}], ${operations('', 'rule')} }`,
      ),
    ],
    ask(
      {},
      {
        clusters: { [`outbound|8484|blue|${HOST}`]: 0.9, [`outbound|8484|green|${HOST}`]: 0.1 },
        upstreamHeaders: { 'x-set': 'v1', 'x-set-blue': 'v1', 'x-set-green': undefined },
        says: ['request x-add-green gets "v2" added'],
      },
    ),
  ),
  told('redirect code', [rules(`{ ${redirect} }`)], ask({}, MOVED)),
  told(
    'invalid redirect code',
    [rules('{ redirect: { uri: /moved, redirectCode: 317 } }')],
    ask({}, { outcome: 'unroutable', status: null }),
  ),
  told(
    'host rewrite',
    [rewrite('authority: own.example', 'match: [{ name: one }], ')],
    ask({}, { ...TO_FAR, authority: 'own.example' }),
  ),
  told(
    'full path rewrite',
    [rewrite('uriRegexRewrite: { match: "/.*", rewrite: /whole }')],
    ask({ path: '/a/b' }, { path: '/whole' }),
  ),
  told(
    'prefix path rewrite',
    [rewrite('uri: /front', 'match: [{ name: one }], ')],
    ask({ path: '/a' }, { path: '/fronta' }),
  ),
  { upstream: 'for empty prefix path rewrite', cannot: semantics },
  told(
    'path and host rewrite',
    [rewrite('uriRegexRewrite: { match: "/.*", rewrite: /whole }, authority: own.example')],
    ask({ path: '/a' }, { path: '/whole', authority: 'own.example' }),
  ),
  told(
    'path regex match with regex rewrite',
    [
      rewrite(
        'uriRegexRewrite: { match: "^/service/([^/]+)(/.*)$", rewrite: "\\\\2/instance/\\\\1" }',
        'match: [{ uri: { regex: "^/service/[^/]+/.*$" } }], ',
      ),
    ],
    ask({ path: '/service/foo/v1/api' }, { path: '/v1/api/instance/foo' }),
    ask({ path: '/service/foo' }, MISSED),
  ),
  ...['host rewrite', 'prefix path rewrite'].map((what): UpstreamCase => ({
    upstream: `for ${what} with XForwardedHost enabled`,
    cannot: 'it is about x-forwarded-host, one of the headers that proxies add by themselves and explain does not list',
  })),
  told(
    'full path redirect',
    [rules(`{ ${redirect} }`)],
    ask({ path: '/a/b?c=1' }, { status: 308, location: 'http://else.example/moved?c=1' }),
  ),
  told(
    'prefix_rewrite redirect',
    [
      rules(
        '{ match: [{ uri: { prefix: /old/ } }], redirect: { authority: else.example, prefixRewrite: /, redirectCode: 301 } }',
      ),
    ],
    ask({ path: '/old/x' }, { status: 301, location: 'http://else.example/x' }),
  ),
  told(
    'redirect and header manipulation',
    [rules(`{ ${redirect}, headers: { response: { set: { Strict-Transport-Security: max-age=1 } } } }`)],
    ask({}, MOVED),
  ),
  told(
    'direct response code',
    [rules('{ directResponse: { status: 200, body: { string: hello } } }')],
    ask({}, { outcome: 'answered', status: 200 }),
  ),
  told(
    'direct response code and header manipulation',
    [
      rules(
        '{ directResponse: { status: 200 }, headers: { response: { set: { Strict-Transport-Security: max-age=1 } } } }',
      ),
    ],
    ask({}, { outcome: 'answered', status: 200 }),
  ),
  ...[`loadBalancer: ${hash('whole')}`, perPort(8484, 'port')].map((policy, index): UpstreamCase => ({
    upstream: `for no virtualservice but has destinationrule with ${index === 0 ? 'consistentHash' : 'portLevel consistentHash'} loadbalancer`,
    mesh: mesh(BASE, deployment('edge/web'), rule(`trafficPolicy: { ${policy} }`)),
    questions: [
      {
        from: 'edge/web',
        ask: `http://${HOST}:8484/`,
        expect: { ...TO_FAR, attempts: 3, on: DEFAULT_ON, says: [index === 0 ? 'whole' : 'port'] },
      },
    ],
  })),
  {
    upstream: 'for virtualservices and services with overlapping wildcard hosts',
    mesh: wildcardBase,
    questions: [
      wildcard('http://x.far.example:8080/', { clusters: ['outbound|8080||wide.example'] }),
      wildcard('http://bye.hello.far.example:8080/', { clusters: ['outbound|8080||near.example'] }),
      wildcard('http://x.else.example:8080/', { outcome: 'passthrough' }),
    ],
  },
  { upstream: 'for virtual service with routing to an service with inference semantics', cannot: inference },
  {
    upstream: 'for virtual service with routing to an service with inference semantics with failuremode override',
    cannot: inference,
  },
  {
    upstream: 'for virtualservices with with wildcard hosts outside of the serviceregistry (on port 80)',
    mesh: wildcardBase,
    questions: [
      wildcard('http://x.else.example/', { clusters: ['outbound|80||other.example'] }),
      wildcard('http://x.far.example/', { clusters: ['outbound|80||*.far.example'], route: 'default' }),
      wildcard('http://bye.hello.far.example/', { clusters: ['outbound|80||bye.hello.far.example'], route: 'default' }),
    ],
  },
];

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** One rule each: matches, rewrites, redirects, header operations, and the policy of what it leads to. */
export const routeTable: Corpus = {
  name: 'route table',
  file: 'pilot/pkg/networking/core/route/route_test.go',
  count: 55,
  cases,
};

const tries = (upstream: string, retries: string | undefined, expect: Expected): UpstreamCase => ({
  upstream,
  mesh: mesh(BASE, rules(`{ ${retries === undefined ? '' : `retries: { ${retries} }, `}${route()} }`)),
  questions: [ask({}, { ...TO_FAR, ...expect })],
});
const hosts = 'it is about which host the next try is given to, which explain does not speak of';

/** How often, and on what, a route tries again. */
export const retries: Corpus = {
  name: 'retries',
  file: 'pilot/pkg/networking/core/route/retry/retry_test.go',
  count: 16,
  cases: [
    tries('TestNilRetryShouldReturnDefault', undefined, { attempts: 3, on: DEFAULT_ON, perTryTimeout: null }),
    tries('TestZeroAttemptsShouldReturnNilPolicy', 'attempts: 0', { attempts: 1, on: [] }),
    tries('TestRetryWithAllFieldsSet', 'attempts: 2, retryOn: "some,fake", perTryTimeout: 3s, backoff: 2s', {
      attempts: 3,
      on: ['some', 'fake'],
      perTryTimeout: '3s',
    }),
    tries('TestRetryOnWithEmptyParts', 'attempts: 2, retryOn: "some,fake,,,"', { on: ['some', 'fake'] }),
    tries('TestRetryOnWithRetriableStatusCodes', 'attempts: 2, retryOn: "gateway-error,retriable-status-codes,503"', {
      on: ['gateway-error', 'retriable-status-codes', '503'],
    }),
    tries('TestRetryOnWithResetBeforeRequest', 'attempts: 2, retryOn: reset-before-request', {
      on: ['reset-before-request'],
    }),
    tries('TestRetryOnWithWhitespace', 'attempts: 2, retryOn: " some, ,fake , ,"', { on: ['some', 'fake'] }),
    tries('TestRetryOnContainingStatusCodes', 'attempts: 2, retryOn: "some,5xx,404,more,503"', {
      on: ['some', '5xx', 'more', 'retriable-status-codes', '404', '503'],
    }),
    tries('TestRetryOnWithInvalidStatusCodesShouldAddToRetryOn', 'attempts: 2, retryOn: "some,1000"', {
      on: ['some', '1000'],
    }),
    tries('TestMissingRetryOnShouldReturnDefaults', 'attempts: 2', { attempts: 3, on: DEFAULT_ON }),
    tries('TestMissingPerTryTimeoutShouldReturnNil', 'attempts: 2', { perTryTimeout: null }),
    tries('TestRetryRemoteLocalities', 'attempts: 2, retryRemoteLocalities: true', { attempts: 3, on: DEFAULT_ON }),
    tries('TestRetryPreviousHostsDefault', 'attempts: 2', { attempts: 3 }),
    { upstream: 'TestRetryPreviousHostsDefaultWithHashPolicy', cannot: hosts },
    { upstream: 'TestRetryPreviousHostsForHashPolicyWithRetryIgnorePreviousHosts', cannot: hosts },
    { upstream: 'TestRetryPreviousHostsDisabled', cannot: hosts },
  ],
};
