import type { Case, Corpus } from './corpus.ts';

const table = (of: string, cases: readonly Case[]): Corpus => ({ of, kind: 'VirtualService', cases });
const to = (host: string, more: object = {}) => ({ destination: { host }, ...more });
const routed = { route: [to('cart')] };
const http = (rule: object | null) => ({ hosts: ['cart'], http: [rule] });
const plus = (more: object) => http({ ...routed, ...more });
const redirect = { redirect: { uri: '/basket', authority: 'shop.example.com' } };
const weighted = (a: number, b: number) => ({ route: [to('cart-a', { weight: a }), to('cart-b', { weight: b })] });
const operations = (direction: 'request' | 'response', change: object) => ({
  route: [to('cart', { headers: { [direction]: change } })],
});
const match = (request: object | null, action: object) => ({ match: [request], ...action });
const plainHeaders = {
  route: [
    to('cart', {
      headers: {
        request: { add: { 'x-a': '' }, set: { 'x-b': '' }, remove: ['x-c'] },
        response: { add: { 'x-a': '' }, set: { 'x-b': '' }, remove: ['x-c'] },
      },
    }),
  ],
};

const nameless: readonly Case[] = (['request', 'response'] as const).flatMap((direction) => [
  [`empty header name - ${direction} add`, 'invalid', http(operations(direction, { add: { '': 'a' } }))],
  [`empty header name - ${direction} set`, 'invalid', http(operations(direction, { set: { '': 'a' } }))],
  [`empty header name - ${direction} remove`, 'invalid', http(operations(direction, { remove: [''] }))],
]);

const mirrored: readonly Case[] = [
  ['invalid mirror percent', 'invalid', plus({ mirrorPercent: 150 })],
  ['invalid mirror percentage', 'invalid', plus({ mirrorPercentage: { value: 150 } })],
  ['valid mirror percentage', 'valid', plus({ mirrorPercentage: { value: 2 } })],
  ['negative mirror percentage', 'invalid', plus({ mirrorPercentage: { value: -2 } })],
];

const nullMatch = 'an item that is null is refused by the definition, before the webhook sees it';

const httpRoute = table('TestValidateHTTPRoute', [
  ['empty', 'invalid', http({})],
  ['simple', 'valid', http(routed)],
  ['no destination', 'invalid', http({ route: [{}] })],
  ['weighted', 'valid', http(weighted(40, 60))],
  ['total weight > 100', 'valid', http(weighted(400, 600))],
  ['total weight < 100', 'valid', http(weighted(4, 6))],
  ['simple redirect', 'valid', http(redirect)],
  [
    'prefix_rewrite redirect with prefix URI match',
    'valid',
    http(match({ uri: { prefix: '/a' } }, { redirect: { prefixRewrite: '/b' } })),
  ],
  [
    'prefix_rewrite redirect with exact URI match is invalid',
    'invalid',
    http(match({ uri: { exact: '/a' } }, { redirect: { prefixRewrite: '/b' } })),
  ],
  [
    'prefix_rewrite redirect with regex URI match is invalid',
    'invalid',
    http(match({ uri: { regex: '/a.+' } }, { redirect: { prefixRewrite: '/b' } })),
  ],
  [
    'prefix_rewrite redirect with no URI match (wildcard) is valid',
    'valid',
    http(match({ headers: { 'x-tenant': { exact: 'acme' } } }, { redirect: { prefixRewrite: '/b' } })),
  ],
  ['conflicting redirect and route', 'invalid', http({ ...redirect, ...routed })],
  ['request response headers', 'valid', http({ ...routed, headers: {} })],
  ['valid headers', 'valid', http(plainHeaders)],
  ...nameless,
  ['envoy escaped % set', 'valid', http(operations('response', { set: { 'x-load': '50%%' } }))],
  ['envoy variable set', 'valid', http(operations('response', { set: { 'x-load': '%PROTOCOL%' } }))],
  ['envoy unescaped % set', 'invalid', http(operations('response', { set: { 'x-load': '50%load' } }))],
  ['envoy escaped % add', 'valid', http(operations('response', { add: { 'x-load': '50%% or so' } }))],
  ['envoy variable add', 'valid', http(operations('response', { add: { 'x-load': 'by %PROTOCOL%' } }))],
  ['envoy unescaped % add', 'invalid', http(operations('response', { add: { 'x-load': '50%load' } }))],
  ['null header match', 'invalid', http(match({ headers: { 'x-tenant': null } }, routed))],
  ['empty prefix header match', 'invalid', http(match({ headers: { 'x-tenant': { prefix: '' } } }, routed))],
  ['nil match', 'valid', http(routed)],
  ['match with nil element', { notJudged: nullMatch }],
  ...mirrored,
  ['mirrors without destination', 'invalid', plus({ mirrors: [{}] })],
  [
    'mirrors invalid mirror percentage',
    'invalid',
    plus({ mirrors: [to('a'), to('b', { percentage: { value: 150 } })] }),
  ],
  [
    'mirrors valid mirror percentage',
    'valid',
    plus({ mirrors: [to('a', { percentage: { value: 2 } }), to('b', { percentage: { value: 60 } })] }),
  ],
  ['mirrors negative mirror percentage', 'invalid', plus({ mirrors: [to('a', { percentage: { value: -2 } })] })],
  ['conflicting mirror and mirrors', 'invalid', plus({ mirror: { host: 'a' }, mirrors: [to('b')] })],
]);

const delegate = { delegate: { name: 'cart-rules', namespace: 'shop' } };

const rootRoute = table('TestValidateRootHTTPRoute', [
  ['simple', 'valid', http(delegate)],
  ['route and delegate conflict', 'invalid', http({ ...delegate, ...routed })],
  ['redirect and delegate conflict', 'invalid', http({ ...delegate, ...redirect })],
  ['null header match', 'invalid', http(match({ headers: { 'x-tenant': null } }, delegate))],
  ['prefix header match', 'valid', http(match({ headers: { 'x-tenant': { prefix: 'ac' } } }, delegate))],
  [
    'empty prefix header match (delegate)',
    'invalid',
    http(match({ headers: { 'x-tenant': { prefix: '' } } }, delegate)),
  ],
  ['exact header match', 'valid', http(match({ headers: { 'x-tenant': { exact: 'acme' } } }, delegate))],
  ['regex header match', 'valid', http(match({ headers: { 'x-tenant': { regex: 'a.*e' } } }, delegate))],
  [
    'exact without headers match',
    'valid',
    http(match({ withoutHeaders: { 'x-tenant': { exact: 'acme' } } }, redirect)),
  ],
  [
    'regex without headers match',
    'valid',
    http(match({ withoutHeaders: { 'x-tenant': { regex: 'a.*e' } } }, redirect)),
  ],
  [
    'regex without headers match ?',
    'invalid',
    http(match({ withoutHeaders: { 'x-tenant': { regex: '+' } } }, redirect)),
  ],
  ['regex without headers match *', 'valid', http(match({ withoutHeaders: { 'x-tenant': { regex: '*' } } }, redirect))],
  ['regex uri match', 'valid', http(match({ uri: { regex: '/a.*' } }, delegate))],
  ['prefix uri match', 'valid', http(match({ uri: { prefix: '/a' } }, delegate))],
  ['exact uri match', 'valid', http(match({ uri: { exact: '/a' } }, delegate))],
  ['prefix queryParams match', 'valid', http(match({ queryParams: { page: { prefix: '1' } } }, delegate))],
  ['exact queryParams match', 'valid', http(match({ queryParams: { page: { exact: '1' } } }, delegate))],
  ['regex queryParams match', 'valid', http(match({ queryParams: { page: { regex: '\\d+' } } }, delegate))],
  ['empty prefix match in method', 'invalid', http(match({ method: { prefix: '' } }, redirect))],
  ['empty regex match in method', 'invalid', http(match({ method: { regex: '' } }, redirect))],
  ['empty prefix match in uri', 'valid', http(match({ uri: { prefix: '' } }, redirect))],
  ['empty regex match in uri', 'invalid', http(match({ uri: { regex: '' } }, redirect))],
  ['empty regex match in query', 'invalid', http(match({ queryParams: { page: { regex: '' } } }, redirect))],
  ['empty regex match in scheme', 'invalid', http(match({ scheme: { regex: '' } }, redirect))],
  ['empty prefix match in scheme', 'invalid', http(match({ scheme: { prefix: '' } }, redirect))],
  ['empty prefix header match', 'invalid', http(match({ headers: { 'x-tenant': { prefix: '' } } }, redirect))],
]);

const within = (rule: object) => ({ http: [rule] });
const delegateRoute = table('TestValidateDelegateHTTPRoute', [
  ['empty', 'invalid', within({})],
  ['simple', 'valid', within(routed)],
  ['no destination', 'invalid', within({ route: [{}] })],
  ['weighted', 'valid', within(weighted(40, 60))],
  ['total weight > 100', 'valid', within(weighted(60, 60))],
  ['total weight < 100', 'valid', within(weighted(4, 6))],
  ['simple redirect', 'valid', within(redirect)],
  ['conflicting redirect and route', 'invalid', within({ ...redirect, ...routed })],
  ['request response headers', 'valid', within({ ...routed, headers: {} })],
  ['valid headers', 'valid', within(plainHeaders)],
  ...nameless,
  ['null header match', 'invalid', within(match({ headers: { 'x-tenant': null } }, routed))],
  ['nil match', 'valid', within(routed)],
  ['match with nil element', { notJudged: nullMatch }],
  ...mirrored,
  ['delegate route with delegate', 'invalid', within(delegate)],
]);

const chaining = table('TestValidateChainingVirtualService', [
  ['root simple', 'valid', { hosts: ['shop.example.com'], gateways: ['edge'], http: [delegate] }],
  ['root applies to sidecar with delegate', 'valid', http(delegate)],
  ['root with delegate and destination in one route', 'invalid', http({ ...delegate, ...routed })],
  ['delegate with no destination', 'invalid', { hosts: [], http: [{}] }],
  ['delegate with delegate', 'invalid', { hosts: [], http: [delegate] }],
  ['delegate with TCP route', 'invalid', { hosts: [], tcp: [routed] }],
  ['delegate with gateway', 'invalid', { hosts: [], gateways: ['edge'], http: [routed] }],
  ['delegate with sourceNamespace', 'valid', { hosts: [], http: [match({ sourceNamespace: 'shop' }, routed)] }],
]);

const abort = (more: object | undefined) =>
  plus({ fault: more === undefined ? { delay: { fixedDelay: '1s' } } : { abort: more } });
const percentage = (value: number) => ({ percentage: { value } });
const faultAbort = table('TestValidateHTTPFaultInjectionAbort', [
  ['nil', 'valid', abort(undefined)],
  ['valid', 'valid', abort({ ...percentage(5), httpStatus: 503 })],
  ['valid default', 'valid', abort({ httpStatus: 503 })],
  ['invalid http status', 'invalid', abort({ ...percentage(5), httpStatus: 5030 })],
  ['invalid low http status', 'invalid', abort({ ...percentage(5), httpStatus: 101 })],
  ['valid percentage', 'valid', abort({ ...percentage(0.01), httpStatus: 503 })],
  ['invalid fractional percent', 'invalid', abort({ ...percentage(-1), httpStatus: 503 })],
  ['grpc: nil', 'valid', abort(undefined)],
  ['grpc: valid', 'valid', abort({ ...percentage(5), grpcStatus: 'UNAVAILABLE' })],
  ['grpc: valid default percentage', 'valid', abort({ grpcStatus: 'UNAVAILABLE' })],
  ['grpc: invalid status', 'invalid', abort({ ...percentage(5), grpcStatus: 'BROKEN' })],
  ['grpc: valid percentage', 'valid', abort({ ...percentage(0.01), grpcStatus: 'ABORTED' })],
  ['grpc: invalid fractional percent', 'invalid', abort({ ...percentage(-1), grpcStatus: 'ABORTED' })],
]);

const delay = (more: object | undefined) =>
  plus({ fault: more === undefined ? { abort: { httpStatus: 503 } } : { delay: more } });
const faultDelay = table('TestValidateHTTPFaultInjectionDelay', [
  ['nil', 'valid', delay(undefined)],
  ['valid fixed', 'valid', delay({ ...percentage(5), fixedDelay: '2s' })],
  ['valid default', 'valid', delay({ fixedDelay: '2s' })],
  ['invalid percent', 'invalid', delay({ ...percentage(120), fixedDelay: '2s' })],
  ['invalid delay', 'invalid', delay({ ...percentage(5), fixedDelay: '2.00001s' })],
  ['valid fractional percentage', 'valid', delay({ ...percentage(0.01), fixedDelay: '2s' })],
  ['invalid fractional percentage', 'invalid', delay({ ...percentage(-1), fixedDelay: '2s' })],
]);

const retry = (retries: object) => plus({ retries });
const httpRetry = table('TestValidateHTTPRetry', [
  ['valid', 'valid', retry({ attempts: 3, perTryTimeout: '1s', retryOn: 'reset,gateway-error' })],
  ['disable retries', 'valid', retry({ attempts: 0 })],
  [
    'invalid, retry policy configured but attempts set to zero',
    'invalid',
    retry({ attempts: 0, perTryTimeout: '1s', retryOn: 'reset' }),
  ],
  ['valid default', 'valid', retry({ attempts: 3 })],
  ['valid http status retryOn', 'valid', retry({ attempts: 3, perTryTimeout: '1s', retryOn: '502,reset' })],
  ['invalid attempts', 'invalid', retry({ attempts: -3, perTryTimeout: '1s' })],
  ['invalid timeout', 'invalid', retry({ attempts: 3, perTryTimeout: '1.000000001s' })],
  ['timeout too small', 'invalid', retry({ attempts: 3, perTryTimeout: '900ns' })],
  ['invalid backoff', 'invalid', retry({ attempts: 3, backoff: '900ns' })],
  ['invalid policy retryOn', 'invalid', retry({ attempts: 3, retryOn: 'reset,whenever' })],
  ['invalid http status retryOn', 'invalid', retry({ attempts: 3, retryOn: '700,reset' })],
  [
    'invalid, retryRemoteLocalities configured but attempts set to zero',
    'invalid',
    retry({ attempts: 0, retryRemoteLocalities: true }),
  ],
]);

const rewrite = (change: object) => plus({ rewrite: change });
const byRegex = { uriRegexRewrite: { match: '^/v1/(.*)$', rewrite: '/\\1' } };
const httpRewrite = table('TestValidateHTTPRewrite', [
  ['nil in', 'valid', plus({})],
  ['uri and authority', 'valid', rewrite({ uri: '/v2', authority: 'cart.example.com' })],
  ['uri', 'valid', rewrite({ uri: '/v2' })],
  ['authority', 'valid', rewrite({ authority: 'cart.example.com' })],
  ['uriRegexRewrite', 'valid', rewrite(byRegex)],
  ['uriRegexRewrite and authority', 'valid', rewrite({ ...byRegex, authority: 'cart.example.com' })],
  ['uriRegexRewrite and uri', 'invalid', rewrite({ ...byRegex, uri: '/v2' })],
  ['no uri, uriRegexRewrite, or authority', 'invalid', rewrite({})],
]);
const regexRewrite = table('TestValidateUriRegexRewrite', [
  ['uriRegexRewrite nil', 'valid', rewrite({ uri: '/v2' })],
  ['uriRegexRewrite happy path', 'valid', rewrite(byRegex)],
  ['uriRegexRewrite missing match', 'invalid', rewrite({ uriRegexRewrite: { rewrite: '/a' } })],
  ['uriRegexRewrite missing rewrite', 'invalid', rewrite({ uriRegexRewrite: { match: '/a' } })],
  ['uriRegexRewrite invalid regex patterns', 'invalid', rewrite({ uriRegexRewrite: { match: '(', rewrite: '/a' } })],
]);

const redirects = (where: object) => http({ redirect: where });
const httpRedirect = table('TestValidateHTTPRedirect', [
  ['nil redirect', 'valid', http(routed)],
  ['empty uri and authority', 'invalid', redirects({ uri: '', authority: '' })],
  ['too small redirect code', 'invalid', redirects({ uri: '/a', redirectCode: 204 })],
  ['too large redirect code', 'invalid', redirects({ uri: '/a', redirectCode: 404 })],
  ['empty authority', 'valid', redirects({ uri: '/a', authority: '' })],
  ['empty uri', 'valid', redirects({ uri: '', authority: 'a.example.com' })],
  ['empty redirect code', 'valid', redirects({ uri: '/a', authority: 'a.example.com', redirectCode: 0 })],
  ['normal redirect', 'valid', redirects({ uri: '/a', authority: 'a.example.com', redirectCode: 302 })],
  ['prefix_rewrite alone', 'valid', redirects({ prefixRewrite: '/a' })],
  ['prefix_rewrite with authority', 'valid', redirects({ prefixRewrite: '/', authority: 'a.example.com' })],
  ['uri and prefix_rewrite mutually exclusive', 'invalid', redirects({ uri: '/a', prefixRewrite: '/b' })],
]);

const answers = (directResponse: object) => http({ directResponse });
const text = (bytes: number) => answers({ status: 200, body: { string: 'x'.repeat(bytes) } });
const bytes = (count: number) => answers({ status: 200, body: { bytes: 'x'.repeat(Math.ceil(count / 3) * 4) } });
const directResponse = table('TestValidateHTTPDirectResponse', [
  ['nil redirect', 'valid', http(routed)],
  ['status 200', 'valid', answers({ status: 200 })],
  ['status 100', 'invalid', answers({ status: 150 })],
  ['status 600', 'invalid', answers({ status: 700 })],
  ['with string body', 'valid', text(10)],
  ['with string body over 100kb', 'warned', text(110 * 1024)],
  ['with string body over 1mb', 'invalid', text(1100 * 1024)],
  ['with bytes body', 'valid', bytes(9)],
  ['with bytes body over 100kb', 'warned', bytes(110 * 1024)],
  ['with bytes body over 1mb', 'invalid', bytes(1100 * 1024)],
]);

const cors = (corsPolicy: object) => plus({ corsPolicy });
const allowed = { allowMethods: ['GET'], allowHeaders: ['x-a'], exposeHeaders: ['x-b'], maxAge: '60s' };
const corsPolicy = table('TestValidateCORSPolicy', [
  ['valid', 'valid', cors(allowed)],
  ['bad method', 'invalid', cors({ ...allowed, allowMethods: ['GETS'] })],
  ['bad header', 'invalid', cors({ ...allowed, exposeHeaders: [''] })],
  ['bad max age', 'invalid', cors({ ...allowed, maxAge: '60.5s' })],
  [
    'empty matchType AllowOrigins',
    'invalid',
    cors({ ...allowed, allowOrigins: [{ exact: '' }, { prefix: '' }, { regex: '' }] }),
  ],
  [
    'non empty matchType AllowOrigins',
    'valid',
    cors({ ...allowed, allowOrigins: [{ exact: 'https://a' }, { prefix: 'https://' }, { regex: '.+' }] }),
  ],
]);

const destination = (one: object) => http({ route: [{ destination: one }] });
const destinations = table('TestValidateDestination', [
  ['empty', 'invalid', destination({})],
  ['simple', 'valid', destination({ host: 'cart.shop' })],
  ['full', 'valid', destination({ host: 'cart.shop', subset: 'v2', port: { number: 8080 } })],
  ['unnumbered-selector', 'invalid', destination({ host: 'cart.shop', subset: 'v2', port: {} })],
]);

const tcp = (...route: object[]) => ({ hosts: ['cart'], tcp: [{ route }] });
const routeDestination = table('TestValidateRouteDestination', [
  ['simple', 'valid', tcp(to('cart'))],
  ['wildcard dash', 'valid', tcp(to('*-cart.shop'))],
  ['wildcard prefix', 'valid', tcp(to('*cart.shop'))],
  ['wildcard', 'invalid', tcp(to('*'))],
  ['bad wildcard', 'invalid', tcp(to('cart.*'))],
  ['bad fqdn', 'invalid', tcp(to('shop/cart'))],
  ['no destination', 'invalid', tcp({})],
  ['weighted', 'valid', tcp(to('a', { weight: 1 }), to('b', { weight: 3 }))],
  ['weight < 0', 'invalid', tcp(to('a', { weight: 3 }), to('b', { weight: -2 }))],
  ['total weight > 100', 'valid', tcp(to('a', { weight: 300 }), to('b', { weight: 200 }))],
  ['total weight < 100', 'valid', tcp(to('a', { weight: 3 }), to('b', { weight: 2 }))],
  ['total weight = 100', 'valid', tcp(to('a', { weight: 100 }), to('b', { weight: 0 }))],
  ['weight = 0', 'valid', tcp(to('a', { weight: 0 }))],
  ['total weight = 0 with multi RouteDestination', 'invalid', tcp(to('a', { weight: 0 }), to('b', { weight: 0 }))],
]);

const service = (hosts: readonly string[], more: object = { http: [routed] }) => ({ hosts, ...more });
const edge = { gateways: ['infra/edge'] };
const virtualService = table('TestValidateVirtualService', [
  ['simple', 'valid', service(['cart.shop'])],
  [
    'allow sni based domains',
    'valid',
    {
      hosts: ['outbound_.8080_._.cart.shop.svc.cluster.local'],
      ...edge,
      tls: [
        {
          match: [{ sniHosts: ['outbound_.8080_._.cart.shop.svc.cluster.local'] }],
          route: [to('cart.shop.svc.cluster.local')],
        },
      ],
    },
  ],
  ['duplicate hosts', 'invalid', service(['*.shop.example.com', '*.example.com'])],
  ['with no destination', 'invalid', service(['cart.shop'], { http: [{ route: [{}] }] })],
  ['destination with out hosts', 'invalid', service(['cart.shop'], { http: [{ route: [{ destination: {} }] }] })],
  ['delegate with no hosts', 'valid', { http: [routed] }],
  ['bad host', 'invalid', service(['cart.sh$op'])],
  ['no tcp or http routing', 'invalid', service(['cart.shop'], {})],
  ['bad gateway', 'invalid', service(['cart.shop'], { gateways: ['edge#1'], http: [routed] })],
  ['FQDN for gateway', { notJudged: 'valid; its warning is W148, which knows the Gateways of the mesh' }, undefined],
  ['namespace/name for gateway', 'valid', service(['cart.shop'], { ...edge, http: [routed] })],
  ['namespace/* for gateway', 'invalid', service(['cart.shop'], { gateways: ['infra/*'], http: [routed] })],
  ['*/name for gateway', 'invalid', service(['cart.shop'], { gateways: ['*/edge'], http: [routed] })],
  ['wildcard for mesh gateway', 'invalid', service(['*'])],
  ['wildcard for non-mesh gateway', 'valid', service(['*'], { ...edge, http: [routed] })],
  ['missing tcp route', 'invalid', service(['cart.shop'], { tcp: [{ match: [{ port: 5432 }] }] })],
  [
    'missing tls route',
    'invalid',
    service(['cart.shop'], { tls: [{ match: [{ port: 443, sniHosts: ['cart.shop'] }] }] }),
  ],
  ['deprecated mirror', 'warned', service(['cart.shop'], { ...edge, http: [{ ...routed, mirrorPercent: 10 }] })],
  ['set authority', 'valid', plus({ headers: { request: { set: { ':authority': 'cart.shop' } } } })],
  ['set authority in destination', 'valid', http(operations('request', { set: { ':authority': 'cart.shop' } }))],
  [
    'set authority in rewrite and header',
    'invalid',
    plus({ headers: { request: { set: { ':authority': 'a' } } }, rewrite: { authority: 'b' } }),
  ],
  ['non-method-get', { notJudged: 'valid; its warning is about rules that are never reached: W120 and W121' }],
  [
    'uri-with-prefix-exact',
    'valid',
    http({ match: [{ uri: { prefix: '/' } }, { uri: { exact: '/' }, method: { exact: 'PUT' } }], ...routed }),
  ],
  [
    'jwt claim route without gateway',
    'invalid',
    service(['cart.shop'], {
      gateways: ['mesh'],
      http: [match({ headers: { '@request.auth.claims.role': { exact: 'buyer' } } }, routed)],
    }),
  ],
  [
    'ip address as sni host',
    'warned',
    service(['cart.shop'], { tls: [{ match: [{ port: 443, sniHosts: ['10.4.5.6'] }], ...routed }] }),
  ],
  [
    'invalid wildcard as sni host',
    'invalid',
    service(['cart.shop'], { tls: [{ match: [{ port: 443, sniHosts: ['cart.*.shop'] }], ...routed }] }),
  ],
]);

export const httpRoutes: readonly Corpus[] = [
  httpRoute,
  rootRoute,
  delegateRoute,
  chaining,
  faultAbort,
  faultDelay,
  httpRetry,
  httpRewrite,
  regexRewrite,
  httpRedirect,
  directResponse,
  corsPolicy,
  destinations,
  routeDestination,
  virtualService,
];
