import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, mesh, namespace, service, virtualService } from './yaml.ts';

// A host of two ports whose VirtualService hands requests to a delegate, and what is left to `rest.example`.
const BASE = mesh(
  ...['shop', 'lab'].map(namespace),
  service('shop/page', '80 http, 8080 http-alt'),
  deployment('shop/page'),
  deployment('shop/web', 'version: v1'),
  deployment('lab/web'),
);
const root = (match: string | undefined, more = ''): string =>
  virtualService(
    'shop/root',
    `{ hosts: [page], http: [{ name: root, ${match === undefined ? '' : `match: [${match}], `}${more}delegate: { name: leaf, namespace: teams } }, { name: rest, route: [{ destination: { host: rest.example } }] }] }`,
  );
const leaf = (...rules: readonly string[]): string => virtualService('teams/leaf', `{ http: [${rules.join(', ')}] }`);
const rule = (name: string, match: string | undefined, more = ''): string =>
  `{ name: ${name}, ${match === undefined ? '' : `match: [${match}], `}route: [{ destination: { host: ${name}.example } }]${more === '' ? '' : `, ${more}`} }`;

const ask = (
  path: string,
  to: string,
  more: {
    readonly headers?: readonly string[];
    readonly port?: number;
    readonly from?: string;
    readonly expect?: Expected;
  } = {},
): Question => ({
  from: more.from ?? 'shop/web',
  ask: `http://page.shop:${more.port ?? 80}${path}`,
  headers: more.headers ?? [],
  expect: {
    route: to === 'rest' ? 'rest' : `root-${to}`,
    clusters: [`outbound|${more.port ?? 80}||${to}.example`],
    ...more.expect,
  },
});
const told = (upstream: string, objects: readonly string[], ...questions: readonly Question[]): UpstreamCase => ({
  upstream,
  mesh: mesh(BASE, ...objects),
  questions,
});

/** Two matches that fit together or do not: a request that meets both gets to the delegate or not. */
const pair = (upstream: string, outer: string, inner: string, question: Question): UpstreamCase =>
  told(upstream, [root(outer), leaf(rule('one', inner))], question);

const uri = (kind: string, path: string): string => `{ uri: { ${kind}: "${path}" } }`;
const header = (name: string, kind: string, value: string): string => `{ headers: { ${name}: { ${kind}: ${value} } } }`;

const routes: readonly UpstreamCase[] = [
  told(
    'root catch all',
    [
      virtualService(
        'shop/root',
        '{ hosts: [page], http: [{ name: root, timeout: 10s, headers: { request: { add: { mesh: test }, remove: [trace-id] } }, delegate: { name: leaf, namespace: teams } }] }',
      ),
      leaf(
        rule('one', '{ uri: { prefix: /p/v1 }, headers: { version: { exact: v1 } } }'),
        rule(
          'two',
          '{ uri: { prefix: /p/v2 }, headers: { version: { exact: v2 } } }, { headers: { version: { exact: v2 } }, queryParams: { version: { exact: v2 } } }',
        ),
      ),
    ],
    ask('/p/v1', 'one', {
      headers: ['version=v1', 'trace-id=7'],
      expect: { timeout: '10s', upstreamHeaders: { mesh: 'test', 'trace-id': undefined } },
    }),
    ask('/p/v2', 'two', { headers: ['version=v2'], expect: { timeout: '10s' } }),
    ask('/x?version=v2', 'two', { headers: ['version=v2'], expect: { timeout: '10s' } }),
    { from: 'shop/web', ask: 'http://page.shop/p/v1', expect: { status: 404 } },
  ),
  told(
    'delegate with empty match',
    [
      root('{ uri: { prefix: /p }, port: 8080 }'),
      leaf(rule('one', '{ uri: { prefix: /p/v1 }, headers: { version: { exact: v1 } } }'), rule('three', undefined)),
    ],
    ask('/p/v1', 'one', { port: 8080, headers: ['version=v1'] }),
    ask('/p/v1', 'three', { port: 8080 }),
    ask('/p', 'rest'),
  ),
  told(
    'delegate with mirrors',
    [
      root(undefined, 'mirrors: [{ destination: { host: copy3.example } }], '),
      leaf(
        rule('one', uri('prefix', '/p/v1'), 'mirrors: [{ destination: { host: copy1.example } }]'),
        rule('three', undefined),
      ),
    ],
    ask('/p/v1', 'one', { expect: { says: ['copied to outbound|80||copy1.example'] } }),
    ask('/p', 'three', { expect: { says: ['copied to outbound|80||copy3.example'] } }),
  ),
  told(
    'multiple header merge',
    [
      root('{ headers: { one: { regex: some } } }, { headers: { two: { exact: exact } } }'),
      leaf(rule('one', uri('prefix', '/'))),
    ],
    ask('/', 'one', { headers: ['one=some'] }),
    ask('/', 'one', { headers: ['two=exact'] }),
    ask('/', 'rest'),
  ),
];

const matches: readonly UpstreamCase[] = [
  pair('url match', uri('prefix', '/p'), uri('exact', '/p/v1'), ask('/p/v1', 'one')),
  told(
    'url regex noconflict',
    [root(uri('regex', '/p.*')), leaf(rule('one', '{}'))],
    ask('/p', 'one'),
    ask('/x', 'rest'),
  ),
  pair('url regex conflict', uri('regex', '/p.*'), uri('prefix', '/p'), ask('/p', 'rest')),
  told(
    'multi url match',
    [
      root(`${uri('prefix', '/p')}, ${uri('prefix', '/r')}`),
      leaf(rule('one', `${uri('exact', '/p/v1')}, ${uri('exact', '/r/v1')}`)),
    ],
    ask('/p/v1', 'one'),
    ask('/r/v1', 'one'),
    ask('/p', 'rest'),
  ),
  pair('url mismatch', uri('prefix', '/p'), uri('exact', '/r'), ask('/r', 'rest')),
  told(
    'url match (2)',
    [root(uri('prefix', '/p')), leaf(rule('one', `${uri('exact', '/p/v1')}, ${uri('exact', '/r')}`))],
    ask('/p/v1', 'rest'),
  ),
  told(
    'headers',
    [root(header('h', 'exact', 'h1')), leaf(rule('one', undefined))],
    ask('/', 'one', { headers: ['h=h1'] }),
    ask('/', 'rest'),
  ),
  pair(
    'headers conflict',
    header('h', 'exact', 'h1'),
    header('h', 'exact', 'h2'),
    ask('/', 'rest', { headers: ['h=h2'] }),
  ),
  told(
    'headers (2)',
    [root(header('h', 'exact', 'h1')), leaf(rule('one', header('g', 'exact', 'h2')))],
    ask('/', 'one', { headers: ['h=h1', 'g=h2'] }),
    ask('/', 'rest', { headers: ['g=h2'] }),
  ),
  told(
    'complicated merge',
    [
      root('{ uri: { prefix: /p }, headers: { h: { exact: h1 } }, port: 8080, authority: { prefix: page.shop } }'),
      leaf(rule('one', `${uri('exact', '/p/v1')}, ${uri('exact', '/p/v2')}`)),
    ],
    ask('/p/v1', 'one', { port: 8080, headers: ['h=h1'] }),
    ask('/p/v2', 'one', { port: 8080, headers: ['h=h1'] }),
    ask('/p/v2', 'rest', { port: 8080 }),
  ),
  told(
    'conflicted merge',
    [
      root('{ uri: { prefix: /p }, port: 8080 }'),
      leaf(rule('one', `${uri('exact', '/p/v1')}, { uri: { exact: /p/v2 }, port: 80 }`)),
    ],
    ask('/p/v1', 'rest', { port: 8080 }),
  ),
  told(
    'gateway merge',
    [
      virtualService(
        'shop/root',
        '{ hosts: [page], gateways: [in, mesh], http: [{ name: root, match: [{ uri: { prefix: /p }, gateways: [in, mesh] }], delegate: { name: leaf, namespace: shop } }, { name: rest, route: [{ destination: { host: rest.example } }] }] }',
      ),
      virtualService(
        'shop/leaf',
        `{ http: [${rule('one', '{ uri: { exact: /p/v1 }, gateways: [in] }, { uri: { exact: /p/v2 }, gateways: [mesh] }')}] }`,
      ),
    ],
    ask('/p/v1', 'rest'),
    ask('/p/v2', 'one'),
  ),
  told(
    'gateway conflicted merge',
    [
      virtualService(
        'shop/root',
        '{ hosts: [page], gateways: [in, mesh], http: [{ name: root, match: [{ uri: { prefix: /p }, gateways: [in] }], delegate: { name: leaf, namespace: shop } }, { name: rest, route: [{ destination: { host: rest.example } }] }] }',
      ),
      virtualService(
        'shop/leaf',
        `{ http: [${rule('one', '{ uri: { exact: /p/v1 }, gateways: [in] }, { uri: { exact: /p/v2 }, gateways: [mesh] }')}] }`,
      ),
    ],
    ask('/p/v2', 'rest'),
  ),
  told(
    'source labels merge',
    [root('{ sourceLabels: { app: web } }'), leaf(rule('one', '{ sourceLabels: { version: v1 } }'))],
    ask('/', 'one'),
    ask('/', 'rest', { from: 'lab/web' }),
  ),
];

const conflicts: readonly UpstreamCase[] = [
  pair('regex uri', uri('regex', '/p.*'), uri('prefix', '/p/v2'), ask('/p/v2', 'rest')),
  pair('regex uri in root and delegate does not have uri', uri('regex', '/p.*'), '{}', ask('/p', 'one')),
  pair('regex uri in delegate and root does not have uri', '{}', uri('regex', '/p.*'), ask('/p', 'one')),
  pair(
    'regex uri in root and delegate has conflicting uri match',
    uri('regex', '/p.*'),
    uri('prefix', '/p'),
    ask('/p', 'rest'),
  ),
  pair(
    'regex uri in delegate and root has conflicting uri match',
    uri('prefix', '/p'),
    uri('regex', '/p.*'),
    ask('/p', 'rest'),
  ),
  pair('match uri', uri('prefix', '/p'), uri('prefix', '/p/v2'), ask('/p/v2', 'one')),
  pair('mismatch uri', uri('prefix', '/p/v2'), uri('prefix', '/p'), ask('/p/v2', 'rest')),
  pair('match uri (2)', uri('prefix', '/p/v2'), uri('exact', '/p/v2'), ask('/p/v2', 'one')),
  pair(
    'headers not equal',
    header('h', 'exact', 'h1'),
    header('h', 'exact', 'h2'),
    ask('/', 'rest', { headers: ['h=h2'] }),
  ),
  pair('headers equal', header('h', 'exact', 'h1'), header('h', 'exact', 'h1'), ask('/', 'one', { headers: ['h=h1'] })),
  pair(
    'headers match',
    header('h', 'prefix', 'h1'),
    header('h', 'exact', 'h1-v1'),
    ask('/', 'one', { headers: ['h=h1-v1'] }),
  ),
  pair(
    'headers mismatch',
    header('h', 'prefix', 'h1'),
    header('h', 'exact', 'h2'),
    ask('/', 'rest', { headers: ['h=h2'] }),
  ),
  pair(
    'headers prefix mismatch',
    header('h', 'prefix', 'h1'),
    header('h', 'prefix', 'h2'),
    ask('/', 'rest', { headers: ['h=h2'] }),
  ),
  pair(
    'diff headers',
    header('h', 'exact', 'h1'),
    header('g', 'exact', 'h2'),
    ask('/', 'one', { headers: ['h=h1', 'g=h2'] }),
  ),
  pair(
    'withoutHeaders mismatch',
    '{ withoutHeaders: { h: { prefix: h1 } } }',
    '{ withoutHeaders: { h: { exact: h2 } } }',
    ask('/', 'rest'),
  ),
  pair('port', '{}', '{ port: 8080 }', ask('/', 'one', { port: 8080 })),
  pair('port (2)', '{ port: 8080 }', '{}', ask('/', 'one', { port: 8080 })),
  pair('port (3)', '{ port: 8080 }', '{ port: 80 }', ask('/', 'rest', { port: 8080 })),
  pair('sourceLabels mismatch', '{ sourceLabels: { app: web } }', '{ sourceLabels: { app: other } }', ask('/', 'rest')),
  pair('sourceNamespace mismatch', '{ sourceNamespace: shop }', '{ sourceNamespace: lab }', ask('/', 'rest')),
  told(
    'root has less gateways than delegate',
    [
      virtualService(
        'shop/root',
        '{ hosts: [page], gateways: [in, mesh], http: [{ name: root, match: [{ gateways: [in] }], delegate: { name: leaf, namespace: shop } }, { name: rest, route: [{ destination: { host: rest.example } }] }] }',
      ),
      virtualService('shop/leaf', `{ http: [${rule('one', '{ gateways: [in, mesh] }')}] }`),
    ],
    ask('/', 'rest'),
  ),
];

const under = (test: string, cases: readonly UpstreamCase[]): readonly UpstreamCase[] =>
  cases.map((one) => ({ ...one, upstream: `${test}: ${one.upstream}` }));

/** What comes of a rule and the delegate that it hands requests to. */
export const delegates: Corpus = {
  name: 'delegates',
  file: 'pilot/pkg/model/virtualservice_test.go',
  count: 39,
  cases: [
    ...under('TestMergeHttpRoutes', routes),
    ...under('TestMergeHTTPMatchRequests', matches),
    ...under('TestHasConflict', conflicts),
  ],
};
