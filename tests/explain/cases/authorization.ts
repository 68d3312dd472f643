import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import {
  authorizationPolicy,
  deployment,
  mesh,
  namespace,
  requestAuthentication,
  service,
  virtualService,
} from './yaml.ts';

// The server is `shop/bin`; clients are of three namespaces, each with its own identity, and one without a proxy.
const BASE = mesh(
  ...['shop', 'friend', 'foe'].map(namespace),
  service('shop/bin', '80>8080 http, 81>9001 http-b, 9000 tcp, 9080 tcp-b'),
  deployment('shop/bin', 'app: bin, version: v1'),
  deployment('friend/one'),
  deployment('friend/two'),
  deployment('foe/one'),
  deployment('shop/one'),
  deployment('friend/bare', '', 'bare'),
  requestAuthentication(
    'shop/jwt',
    '{ selector: { matchLabels: { app: bin } }, jwtRules: [{ issuer: me }, { issuer: you }] }',
  ),
);
const SELECTED = 'selector: { matchLabels: { app: bin, version: v1 } }, ';
const policy = (name: string, spec: string): string => authorizationPolicy(`shop/${name}`, `{ ${SELECTED}${spec} }`);
const dry = (text: string, value: string): string =>
  text.replace('namespace: shop', `namespace: shop, annotations: { istio.io/dry-run: "${value}" }`);

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly port?: number;
  readonly headers?: readonly string[];
  readonly under?: string;
}
const ask = (
  from: string,
  { path = '/', method = 'GET', port = 80, headers = [], under = '' }: Asked,
  expect: Expected,
): Question => ({
  from,
  ask: isRaw(port) ? `tcp://bin.shop:${port}` : `${method} http://bin.shop:${port}${path}`,
  headers,
  ...(under !== '' && { under }),
  expect,
});
/** Ports of bytes. */
const isRaw = (port: number): boolean => port === 9000 || port === 9080;
const allowed = (from: string, asked: Asked = {}): Question =>
  ask(from, asked, { decision: 'allow', outcome: 'routed' });
const denied = (from: string, asked: Asked = {}): Question =>
  ask(from, asked, { decision: 'deny', outcome: 'refused', status: isRaw(asked.port ?? 80) ? null : 403 });

const files = (
  folder: 'http' | 'tcp',
  name: string,
  ...more: readonly string[]
): Pick<UpstreamCase, 'upstream' | 'also'> => ({
  upstream: `${folder}/${name}`,
  also: more.map((file) => `${folder}/${file}`),
});
const told = (
  names: Pick<UpstreamCase, 'upstream' | 'also'>,
  objects: readonly string[],
  ...questions: readonly Question[]
): UpstreamCase => ({
  ...names,
  mesh: mesh(BASE, ...objects),
  questions,
});
const outs = (name: string, ...endings: readonly string[]): readonly string[] =>
  (endings.length > 0 ? endings : ['']).flatMap((ending) => [
    `${name}-out${ending}.yaml`,
    `extended-${name}-out${ending}.yaml`,
  ]);

const token = (claims: unknown): string =>
  `authorization=Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const paths = 'paths: ["/exact", "/prefix/*", "*/suffix", "/path/template/{*}", "/{**}/path/end"]';
const custom = (name: string, path: string, provider: string): string =>
  policy(
    name,
    `action: CUSTOM, provider: { name: ${provider} }, rules: [{ to: [{ operation: { paths: [${path}] } }] }]`,
  );
const PROVIDERS =
  'which providers there are, and what they answer, is in MeshConfig and beyond; explain takes their yes and says so';

const BIG = `{
  from: [{ source: { principals: ["cluster.local/ns/friend/*"], requestPrincipals: ["me/*"], namespaces: ["fr*"], notPrincipals: ["*/sa/two"], notRequestPrincipals: ["me/bad"], notNamespaces: ["foe"] } }],
  to: [{ operation: { methods: ["GET", "P*"], hosts: ["bin.shop", "*.example"], ports: ["8080"], ${paths}, notMethods: ["PUT"], notHosts: ["bad.example"], notPorts: ["9001"], notPaths: ["/prefix/no*"] } }],
  when: [
    { key: "request.headers[X-header]", values: ["header", "header-*"], notValues: ["header-no"] },
    { key: "source.namespace", values: ["friend"] },
    { key: "source.principal", values: ["*/sa/one"] },
    { key: "request.auth.principal", values: ["me/*"] },
    { key: "request.auth.audiences", values: ["aud"], notValues: ["bad"] },
    { key: "request.auth.presenter", values: ["azp*"] },
    { key: "request.auth.claims[iss]", values: ["me"] },
    { key: "request.auth.claims[nested][deep]", values: ["*-end"] },
    { key: "destination.port", values: ["8080"] }
  ] }`.replace(/\s*\n\s*/g, ' ');
const good = { iss: 'me', sub: 'you', aud: ['aud'], azp: 'azp1', nested: { deep: ['a-end'] } };
const full = (more: Asked = {}, claims: unknown = good): Asked => ({
  path: '/exact',
  headers: ['x-header=header-1', token(claims)],
  ...more,
});

const principals =
  'rules: [{ from: [{ source: { principals: ["cluster.local/ns/friend/sa/one"] } }], to: [{ operation: { methods: ["GET"] } }] }, { from: [{ source: { principals: ["some-td/ns/foe/sa/one"] } }] }]';
const aliased = mesh(
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "trustDomain: td1\\ntrustDomainAliases: [some-td, other-td]\\n" }',
);
const TD1 = { settings: { trustDomain: 'td1' } } as const;

/** Gives requests to the server another host on their way. */
const sentAs = (host: string): string =>
  virtualService(
    'shop/host',
    `{ hosts: [bin], http: [{ rewrite: { authority: ${host} }, route: [{ destination: { host: bin } }] }] }`,
  );

const http: readonly UpstreamCase[] = [
  told(
    files('http', 'allow-empty-rule-in.yaml', ...outs('allow-empty-rule')),
    [policy('all', 'rules: [{}]')],
    allowed('friend/one'),
    allowed('friend/bare'),
  ),
  told(
    files('http', 'allow-full-rule-in.yaml', ...outs('allow-full-rule')),
    [
      policy(
        'full',
        `rules: [{ from: [{ source: { serviceAccounts: ["foe/one", "one"] , notServiceAccounts: ["friend/two"] } }] }, ${BIG}]`,
      ),
    ],
    allowed('friend/one', full()),
    allowed('foe/one'),
    allowed('shop/one'),
    denied('friend/two', full()),
    denied('friend/one', full({ path: '/prefix/no' })),
    denied('friend/one', full({ method: 'PUT' })),
    denied('friend/one', full({ port: 81 })),
    denied('friend/one', full({ headers: ['x-header=header-no', token(good)] })),
    denied('friend/one', full({}, { ...good, azp: 'x' })),
    denied('friend/one', full({}, { ...good, nested: { deep: 'a' } })),
    denied('friend/one', full({}, { ...good, aud: ['aud', 'bad'] })),
    denied('friend/bare', full()),
  ),
  told(
    files('http', 'allow-host-before-111-in.yaml', 'allow-host-before-111-out.yaml'),
    [
      policy(
        'host',
        'rules: [{ to: [{ operation: { hosts: ["own.example", "front.*", "*.end.example"], notHosts: ["no.end.example"] } }] }]',
      ),
    ],
    ...['own.example', 'OWN.example', 'front.x', 'a.end.example'].map((host) =>
      allowed('friend/one', { under: sentAs(host) }),
    ),
    ...['no.end.example', 'end.example', 'x.own.example'].map((host) => denied('friend/one', { under: sentAs(host) })),
  ),
  told(
    files('http', 'allow-nil-rule-in.yaml', ...outs('allow-nil-rule')),
    [authorizationPolicy('shop/none', '{ selector: { matchLabels: { app: bin } } }')],
    denied('friend/one'),
  ),
  told(
    files('http', 'allow-path-in.yaml', ...outs('allow-path')),
    [policy('path', `rules: [{ to: [{ operation: { ${paths}, notPaths: ["/prefix/no", "/{**}/no"] } }] }]`)],
    ...['/exact', '/prefix/', '/prefix/x', '/a/suffix', '/path/template/x', '/a/b/path/end'].map((path) =>
      allowed('friend/one', { path }),
    ),
    ...[
      '/',
      '/exact/',
      '/prefix',
      '/prefix/no',
      '/path/template/',
      '/path/template/x/y',
      '/a/path/end/x',
      '/prefix/a/no',
    ].map((path) => denied('friend/one', { path })),
  ),
  told(
    files('http', 'audit-full-rule-in.yaml', ...outs('audit-full-rule')),
    [authorizationPolicy('shop/audit', '{ action: AUDIT, rules: [{}] }')],
    allowed('friend/one'),
  ),
  {
    ...files('http', 'custom-bad-multiple-providers-in.yaml', ...outs('custom-bad-multiple-providers', '1', '2')),
    cannot: PROVIDERS,
  },
  { ...files('http', 'custom-bad-out.yaml', 'extended-custom-bad-out.yaml'), cannot: PROVIDERS },
  told(
    files(
      'http',
      'custom-simple-http-in.yaml',
      ...outs('custom-grpc-provider-no-namespace', '1', '2'),
      ...outs('custom-grpc-provider', '1', '2'),
      ...outs('custom-http-provider', '1', '2'),
    ),
    [custom('one', '/one', 'asker'), custom('two', '/two', 'asker')],
    allowed('friend/one', { path: '/one' }),
    allowed('friend/one', { path: '/else' }),
  ),
  told(
    files('http', 'deny-and-allow-in.yaml', ...outs('deny-and-allow', '1', '2')),
    [
      authorizationPolicy(
        'shop/no',
        '{ action: DENY, rules: [{ from: [{ source: { principals: ["cluster.local/ns/foe/sa/one"] } }] }] }',
      ),
      authorizationPolicy(
        'shop/yes',
        '{ rules: [{ from: [{ source: { principals: ["cluster.local/ns/friend/sa/one"] } }] }] }',
      ),
    ],
    denied('foe/one'),
    allowed('friend/one'),
    denied('friend/two'),
  ),
  told(
    files('http', 'deny-empty-rule-in.yaml', ...outs('deny-empty-rule')),
    [policy('no', 'action: DENY, rules: [{}]')],
    denied('friend/one'),
  ),
  told(
    files('http', 'dry-run-allow-and-deny-in.yaml', ...outs('dry-run-allow-and-deny', '1', '2')),
    [
      dry(policy('one', 'action: ALLOW, rules: [{ to: [{ operation: { paths: ["/allow"] } }] }]'), 'true'),
      dry(policy('two', 'action: DENY, rules: [{ to: [{ operation: { paths: ["/deny"] } }] }]'), 'true'),
    ],
    allowed('friend/one', { path: '/deny' }),
    allowed('friend/one', { path: '/else' }),
  ),
  told(
    files('http', 'dry-run-allow-in.yaml', ...outs('dry-run-allow')),
    [dry(policy('one', 'rules: [{ to: [{ operation: { paths: ["/exact"] } }] }]'), 'true')],
    allowed('friend/one'),
  ),
  told(
    files('http', 'dry-run-mix-in.yaml', ...outs('dry-run-mix')),
    [
      dry(policy('one', 'rules: [{ to: [{ operation: { paths: ["/allow"] } }] }]'), 'true'),
      dry(policy('two', 'rules: [{ to: [{ operation: { paths: ["/another"] } }] }]'), 'false'),
    ],
    denied('friend/one', { path: '/allow' }),
    allowed('friend/one', { path: '/another' }),
  ),
  told(
    files('http', 'multiple-policies-in.yaml', 'multiple-policies-out.yaml', 'extended-multiple-policies-out.yaml'),
    [
      policy('a', 'rules: [{ to: [{ operation: { methods: ["POST"] } }] }]'),
      authorizationPolicy(
        'shop/b',
        '{ selector: { matchLabels: { app: bin } }, rules: [{ to: [{ operation: { paths: ["/v1"] } }] }] }',
      ),
      authorizationPolicy(
        'shop/c',
        '{ selector: { matchLabels: { version: v1 } }, rules: [{ to: [{ operation: { ports: ["9001"] } }] }] }',
      ),
      authorizationPolicy(
        'shop/d',
        '{ rules: [{ from: [{ source: { principals: ["cluster.local/ns/friend/sa/two"] } }] }, { from: [{ source: { requestPrincipals: ["me/x"] } }] }] }',
      ),
      authorizationPolicy('shop/e', '{ rules: [{ when: [{ key: "request.headers[X-abc]", values: ["abc"] }] }] }'),
      authorizationPolicy('foe/f', '{ rules: [{}] }'),
    ],
    denied('friend/one'),
    allowed('friend/one', { method: 'POST' }),
    allowed('friend/one', { path: '/v1' }),
    allowed('friend/one', { port: 81 }),
    allowed('friend/two'),
    allowed('friend/one', { headers: [token({ iss: 'me', sub: 'x' })] }),
    allowed('friend/one', { headers: ['x-abc=abc'] }),
  ),
  told(
    files('http', 'single-policy-in.yaml', ...outs('single-policy')),
    [
      policy(
        'one',
        'rules: [{ from: [{ source: { namespaces: [friend], requestPrincipals: ["me/*"] } }, { source: { namespaces: [foe] } }], to: [{ operation: { methods: [GET], paths: [/a] } }, { operation: { methods: [POST], paths: [/b] } }], when: [{ key: "request.headers[X-header]", values: ["h*"] }] }, { from: [{ source: { principals: ["*/sa/two"] } }] }]',
      ),
    ],
    allowed('foe/one', { path: '/a', headers: ['x-header=h1'] }),
    allowed('foe/one', { path: '/b', method: 'POST', headers: ['x-header=h1'] }),
    denied('foe/one', { path: '/b', headers: ['x-header=h1'] }),
    denied('foe/one', { path: '/a' }),
    denied('friend/one', { path: '/a', headers: ['x-header=h1'] }),
    allowed('friend/one', { path: '/a', headers: ['x-header=h1', token({ iss: 'me', sub: 'x' })] }),
    allowed('friend/two'),
  ),
  {
    ...told(
      files('http', 'simple-policy-td-aliases-in.yaml', ...outs('simple-policy-td-aliases')),
      [policy('one', principals)],
      allowed('friend/one'),
      denied('friend/one', { method: 'PUT' }),
    ),
    ...TD1,
  },
  {
    ...told(
      files('http', 'simple-policy-multiple-td-aliases-in.yaml', ...outs('simple-policy-multiple-td-aliases')),
      [aliased, policy('one', principals)],
      allowed('friend/one'),
      allowed('foe/one'),
      denied('friend/two'),
    ),
    ...TD1,
  },
  {
    ...told(
      files('http', 'simple-policy-principal-with-wildcard-in.yaml', ...outs('simple-policy-principal-with-wildcard')),
      [
        aliased,
        policy('one', 'rules: [{ from: [{ source: { principals: ["*/ns/friend/sa/one", "*-td/ns/foe/sa/one"] } }] }]'),
      ],
      allowed('friend/one'),
      allowed('foe/one'),
      denied('friend/two'),
    ),
    ...TD1,
  },
  {
    ...told(
      files('http', 'td-aliases-source-principal-in.yaml', ...outs('td-aliases-source-principal')),
      [
        aliased,
        policy(
          'one',
          'rules: [{ from: [{ source: { namespaces: [friend, foe] } }], when: [{ key: source.principal, values: ["*/ns/friend/sa/one", "*-td/ns/foe/sa/one"] }] }]',
        ),
      ],
      allowed('friend/one'),
      allowed('foe/one'),
      denied('friend/two'),
      denied('shop/one'),
    ),
    ...TD1,
  },
  told(
    files('http', 'trust-domains-in.yaml', ...outs('trust-domains')),
    [
      policy(
        'one',
        'rules: [{ from: [{ source: { trustDomains: [cluster.local] , namespaces: [friend] } }, { source: { notTrustDomains: ["cluster*"] } }] }]',
      ),
    ],
    allowed('friend/one'),
    denied('foe/one'),
    allowed('friend/bare'),
  ),
];

/** Who is refused on port 9000 by one DENY rule. */
const left = (rule: string, refused: readonly string[]): readonly Question[] =>
  ['friend/one', 'foe/one'].map((from) =>
    (refused.includes(from) ? denied : allowed)(from, {
      port: 9000,
      under: authorizationPolicy('shop/one', `{ action: DENY, rules: [${rule}] }`),
    }),
  );

const tcp: readonly UpstreamCase[] = [
  told(
    files('tcp', 'allow-both-http-tcp-in.yaml', 'allow-both-http-tcp-out.yaml'),
    [
      authorizationPolicy(
        'shop/one',
        '{ rules: [{ from: [{ source: { requestPrincipals: ["id"] } }] }, { from: [{ source: { namespaces: [friend] } }], to: [{ operation: { ports: ["9080"], methods: [GET] } }] }, { from: [{ source: { namespaces: [friend] } }], to: [{ operation: { ports: ["9000"] } }] }] }',
      ),
    ],
    allowed('friend/one', { port: 9000 }),
    denied('friend/one', { port: 9080 }),
    denied('foe/one', { port: 9000 }),
  ),
  told(
    files('tcp', 'allow-only-http-in.yaml', 'allow-only-http-out.yaml'),
    [authorizationPolicy('shop/one', '{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }')],
    denied('friend/one', { port: 9000 }),
    allowed('friend/one'),
  ),
  told(
    files('tcp', 'audit-both-http-tcp-in.yaml', 'audit-both-http-tcp-out.yaml'),
    [
      authorizationPolicy(
        'shop/one',
        '{ action: AUDIT, rules: [{ to: [{ operation: { methods: [GET], ports: ["9000"] } }] }] }',
      ),
    ],
    allowed('friend/one', { port: 9000 }),
  ),
  {
    ...files('tcp', 'custom-both-http-tcp-in.yaml', 'custom-both-http-tcp-out1.yaml', 'custom-both-http-tcp-out2.yaml'),
    cannot: PROVIDERS,
  },
  { ...files('tcp', 'custom-only-http-in.yaml'), cannot: PROVIDERS },
  told(
    files('tcp', 'deny-both-http-tcp-in.yaml', 'deny-both-http-tcp-out.yaml'),
    [],
    // What is left of a DENY rule on TCP once its parts of HTTP are gone: sometimes everything is refused.
    ...left('{ from: [{ source: { requestPrincipals: ["id"] } }], to: [{ operation: { methods: [GET] } }] }', [
      'friend/one',
      'foe/one',
    ]),
    ...left('{ to: [{ operation: { methods: [GET] } }] }', ['friend/one', 'foe/one']),
    ...left('{ from: [{ source: { namespaces: [foe] } }], to: [{ operation: { methods: [GET] } }] }', ['foe/one']),
    ...left('{ from: [{ source: { requestPrincipals: ["id"] } }], to: [{ operation: { ports: ["9080"] } }] }', []),
    ...left(
      '{ from: [{ source: { namespaces: [foe], requestPrincipals: ["id"] } }], to: [{ operation: { ports: ["9000"], methods: [GET] } }] }',
      ['foe/one'],
    ),
    ...left('{ from: [{ source: { namespaces: [foe] } }], to: [{ operation: { ports: ["9000"] } }] }', ['foe/one']),
    ...left('{ when: [{ key: "request.headers[:method]", values: [GET] }] }', ['friend/one', 'foe/one']),
    ...left('{ when: [{ key: destination.port, values: ["9000"] }] }', ['friend/one', 'foe/one']),
  ),
  told(
    files('tcp', 'dry-run-mix-in.yaml', 'dry-run-mix-out.yaml'),
    [
      dry(policy('one', 'rules: [{ to: [{ operation: { ports: ["9080"] } }] }]'), 'true'),
      dry(policy('two', 'rules: [{ to: [{ operation: { ports: ["9000"] } }] }]'), 'false'),
    ],
    allowed('friend/one', { port: 9000 }),
    denied('friend/one', { port: 9080 }),
  ),
];

/** Who is let in by AuthorizationPolicies, on ports of HTTP and of bytes. */
export const authorization: Corpus = {
  name: 'authorization',
  file: 'pilot/pkg/security/authz/builder/testdata',
  count: 91,
  cases: [...http, ...tcp],
};
