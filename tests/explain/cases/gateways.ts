import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, gateway, mesh, service, virtualService } from './yaml.ts';

// The pods of the gateway are in `edge`; what it leads to is in `shop`.
const PODS = deployment('edge/gw', 'istio: gw', 'gateway');
const front = (ports: string, name = 'front', labels = ''): string =>
  service(`edge/${name}`, ports)
    .replace(`selector: { app: ${name} }`, 'selector: { istio: gw }')
    .replace(`name: ${name}, `, `name: ${name}${labels === '' ? '' : `, labels: { ${labels} }`}, `);

const server = (port: number, protocol: string, hosts: string, more = '', name = protocol.toLowerCase()): string =>
  `{ port: { number: ${port}, name: ${name}-${port}, protocol: ${protocol} }, hosts: [${hosts}]${more === '' ? '' : `, ${more}`} }`;
const gate = (name: string, ...servers: readonly string[]): string =>
  gateway(name, `{ selector: { istio: gw }, servers: [${servers.join(', ')}] }`);
const bound = (name: string, host: string, gateways: string, http: string, age?: number): string =>
  virtualService(name, `{ hosts: [${host}], gateways: [${gateways}], http: [${http}] }`, age);
const all = (host: string, port?: number): string =>
  `{ match: [{ uri: { prefix: / } }], route: [{ destination: { host: ${host}${port === undefined ? '' : `, port: { number: ${port} }`} } }] }`;

const cluster = (host: string, port = 80): Expected => ({
  clusters: [`outbound|${port}||${host}.shop.svc.cluster.local`],
});
const ask = (url: string, expect: Expected, from = 'gateway:edge/public'): Question => ({ from, ask: url, expect });
const told = (upstream: string, objects: readonly string[], ...questions: readonly Question[]): UpstreamCase => ({
  upstream,
  mesh: mesh(PODS, ...objects),
  questions,
});

const NONE: Expected = { outcome: 'unroutable', status: null };
const NOT_FOUND: Expected = { outcome: 'not-found', status: 404 };
const TO_HTTPS: Expected = { outcome: 'redirected', status: 301, location: 'https://shop.example/' };

const twoPorts = [
  gate('edge/public', server(80, 'HTTP', 'shop.example')),
  gate('edge/other', server(8081, 'HTTP', 'shop.example')),
  bound('shop/a', 'shop.example', 'edge/public, edge/other', all('a', 80)),
  bound('shop/b', 'shop.example', 'edge/public, edge/other', all('b', 8081)),
];
const twoPortQuestions = [ask('http://shop.example:80/', cluster('a')), ask('http://shop.example:8081/', cluster('a'))];
const PLAIN = 'experimental.istio.io/disable-gateway-port-translation: "true"';

const redirecting = server(80, 'HTTP', 'shop.example', 'tls: { httpsRedirect: true }');
const simple = bound('shop/a', 'shop.example', 'edge/public', all('b'));

const tcp = (owner: string): string => gate(`${owner}/public`, server(80, 'TCP', 'raw.example'));
const bytes = virtualService(
  'shop/bytes',
  '{ hosts: ["*"], gateways: [edge/public], tcp: [{ route: [{ destination: { host: page, port: { number: 9080 } } }] }] }',
);
const sni = (name: string): string =>
  virtualService(
    `shop/${name}`,
    '{ hosts: [mine.shop.example], gateways: [edge/public], tls: [{ match: [{ port: 443, sniHosts: [mine.shop.example] }], route: [{ destination: { host: mine, port: { number: 443 } } }] }] }',
  );

const byAnnotation =
  "it rests on an annotation of Istio's own, by which gateways of the Gateway API name their Service; manifests may not have it";
const ofIngress = 'it is about the Ingress kind, which explain does not follow';

const eighty = bound('shop/a', '80.example', 'edge/public', all('a', 80));
const eightyOne = bound('shop/b', '81.example', 'edge/public', all('a', 80));
const overlapping = [
  front('80>8080 http, 82>8082 http-b'),
  front('81>8080 http', 'second'),
  gate('edge/public', server(80, 'HTTP', '80.example'), server(81, 'HTTP', '81.example')),
];
const overlappingQuestions = [ask('http://80.example/', cluster('a')), ask('http://81.example:81/', cluster('a'))];

const cases: readonly UpstreamCase[] = [
  told(
    'multiple target port, target port first',
    [front('80>8081 http', 'first', PLAIN), front('80>8080 http', 'second'), ...twoPorts],
    ...twoPortQuestions,
  ),
  told(
    'multiple target port, service port first',
    [front('80>8080 http', 'first'), front('80>8081 http', 'second', PLAIN), ...twoPorts],
    ...twoPortQuestions,
  ),
  told(
    'no virtual services',
    [gate('edge/public', server(80, 'HTTP', 'shop.example'))],
    ask('http://shop.example/', NOT_FOUND),
    ask('http://shop.example:81/', NONE),
  ),
  told(
    'simple http and virtual service',
    [
      gate('edge/public', server(80, 'HTTP', 'shop.example')),
      bound(
        'shop/a',
        '"*"',
        'edge/public',
        '{ match: [{ uri: { exact: /list } }], route: [{ destination: { host: page, port: { number: 9080 } } }] }',
      ),
    ],
    ask('http://shop.example/', NOT_FOUND),
    ask('http://bad.example/list', NOT_FOUND),
    ask('http://shop.example/list', cluster('page', 9080)),
  ),
  told(
    'virtual service merging',
    [
      gate('edge/public', server(80, 'HTTP', '"*.shop.example"')),
      bound('shop/a', 'a.shop.example', 'edge/public', all('a', 80)),
      bound('shop/b', 'b.shop.example', 'edge/public', all('b', 80)),
    ],
    ask('http://a.shop.example/', cluster('a')),
    ask('http://b.shop.example/', cluster('b')),
    ask('http://c.shop.example/', NOT_FOUND),
  ),
  told('httpsRedirect without routes', [gate('edge/public', redirecting)], ask('http://shop.example/', TO_HTTPS)),
  told('httpsRedirect with routes', [gate('edge/public', redirecting), simple], ask('http://shop.example/', TO_HTTPS)),
  told(
    'mixed httpsRedirect with routes',
    [gate('edge/public', redirecting), gate('edge/second', server(80, 'HTTP', 'shop.example')), simple],
    ask('http://shop.example/', TO_HTTPS),
  ),
  told(
    'httpsRedirect on https',
    [
      gate(
        'edge/public',
        server(443, 'HTTPS', 'shop.example', 'tls: { httpsRedirect: true, mode: SIMPLE, credentialName: cert }'),
      ),
      simple,
    ],
    ask('https://shop.example/', cluster('b', 443)),
  ),
  told(
    'duplicate cross namespace gateway collision',
    [tcp('edge'), tcp('alpha'), bytes],
    ask('tcp://raw.example:80', NONE),
  ),
  told(
    'duplicate cross namespace gateway collision - selected first',
    [tcp('edge'), tcp('zeta'), bytes],
    ask('tcp://raw.example:80', cluster('page', 9080)),
  ),
  {
    upstream: 'duplicate tls gateway',
    cannot: 'Envoy refuses what istiod makes of it, so its listener stays what it was before, which no manifest tells',
  },
  told(
    'duplicate tls virtual service',
    [
      gate('edge/public', server(443, 'HTTPS', '"*.shop.example"', 'tls: { mode: PASSTHROUGH }')),
      sni('one'),
      sni('two'),
    ],
    ask('https://mine.shop.example/', cluster('mine', 443)),
  ),
  told(
    'multiple protocols on a port - tcp first',
    [gate('edge/alpha', server(80, 'TCP', 'shop.example')), gate('edge/beta', server(80, 'HTTP', 'shop.example'))],
    ask('tcp://shop.example:80', NONE, 'gateway:edge/alpha'),
  ),
  told(
    'multiple protocols on a port - http first',
    [gate('edge/beta', server(80, 'TCP', 'shop.example')), gate('edge/alpha', server(80, 'HTTP', 'shop.example'))],
    ask('http://shop.example/', NOT_FOUND, 'gateway:edge/alpha'),
  ),
  told(
    'multiple wildcards with virtual service disambiguator',
    [
      gate('edge/alpha', server(80, 'HTTP', '"one/*.shop.example"')),
      gate('edge/beta', server(80, 'HTTP', '"two/*.shop.example"')),
      bound('one/a', 'one.shop.example', 'edge/alpha', '{ route: [{ destination: { host: echo } }] }'),
      bound('two/a', 'two.shop.example', 'edge/beta', '{ route: [{ destination: { host: echo } }] }'),
    ],
    ask('http://one.shop.example/', { clusters: ['outbound|80||echo.one.svc.cluster.local'] }, 'gateway:edge/alpha'),
    ask('http://two.shop.example/', { clusters: ['outbound|80||echo.two.svc.cluster.local'] }, 'gateway:edge/alpha'),
  ),
  told(
    'multiple virtual services that should become separate vhosts',
    [
      gate('edge/public', server(80, 'HTTP', 'left.example, right.example')),
      bound(
        'shop/both',
        'left.example, right.example',
        'edge/public',
        '{ match: [{ uri: { prefix: /1 } }, { uri: { prefix: /2 } }], route: [{ destination: { host: both } }] }',
        2010,
      ),
      bound(
        'shop/left',
        'left.example',
        'edge/public',
        '{ match: [{ uri: { prefix: /left } }], route: [{ destination: { host: left, port: { number: 80 } } }] }',
        2015,
      ),
      bound(
        'shop/right',
        'right.example',
        'edge/public',
        '{ match: [{ uri: { prefix: /right } }], route: [{ destination: { host: right, port: { number: 80 } } }] }',
        2020,
      ),
    ],
    ask('http://left.example/1', cluster('both')),
    ask('http://left.example/left', cluster('left')),
    ask('http://right.example/right', cluster('right')),
    ask('http://right.example/left', NOT_FOUND),
  ),
  { upstream: 'ingress shared TLS cert conflict - beta first', cannot: ofIngress },
  { upstream: 'ingress shared TLS cert conflict - alpha first', cannot: ofIngress },
  told(
    'basic',
    [
      front('80>8080 http'),
      gate('edge/public', server(80, 'HTTP', 'shop.example')),
      gate('edge/second', server(8080, 'HTTP', 'shop.example')),
      bound('shop/a', 'shop.example', 'edge/public, edge/second', all('a', 80)),
    ],
    ask('http://shop.example/', cluster('a')),
  ),
  { upstream: 'multiple target port', cannot: byAnnotation },
  { upstream: 'single service', cannot: byAnnotation },
  { upstream: 'wrong namespace', cannot: byAnnotation },
  { upstream: 'multiple services', cannot: byAnnotation },
  told('multiple overlapping services', [...overlapping, eighty, eightyOne], ...overlappingQuestions),
  told(
    'multiple overlapping services wildcard',
    [...overlapping, bound('shop/a', '"*.example"', 'edge/public', all('a', 80))],
    ...overlappingQuestions,
  ),
  told(
    'no match selector',
    [
      front('80>8080 http'),
      gate('edge/public', server(80, 'HTTP', '80.example'), server(82, 'HTTP', '82.example')),
      bound('shop/a', '"*.example"', 'edge/public', all('a', 80)),
    ],
    ask('http://80.example/', cluster('a')),
    ask('http://82.example:82/', cluster('a')),
  ),
  told(
    'overlapping SNI match',
    [
      gate(
        'edge/public',
        server(443, 'TLS', 'shop.example', 'tls: { mode: PASSTHROUGH }'),
        server(443, 'HTTPS', '"*"', 'tls: { mode: PASSTHROUGH }', 'any'),
      ),
      virtualService(
        'edge/a',
        '{ hosts: [shop.example], gateways: [public], tls: [{ match: [{ sniHosts: [shop.example] }], route: [{ destination: { host: shop } }] }] }',
      ),
    ],
    // There it has no call; the narrower server takes the host.
    ask('https://shop.example/', { clusters: ['outbound|443||shop.edge.svc.cluster.local'] }),
  ),
];

/** What gateways make of ports, hosts, TLS and several VirtualServices. */
export const gateways: Corpus = {
  name: 'gateways',
  file: 'pilot/pkg/networking/core/gateway_simulation_test.go',
  count: 28,
  cases,
};
