import { describe, expect, test } from 'vitest';
import { allows, reachability, readNetwork, type Party, type Protocol } from '../support/network-policy.ts';

// The meaning of networking.k8s.io/v1, one row a sentence of its documentation.

const namespace = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

const deployment = (namespaceName: string, app: string, ports: readonly object[] = [], version?: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `${app}${version ?? ''}`, namespace: namespaceName },
  spec: {
    template: {
      metadata: { labels: { app, ...(version === undefined ? {} : { version }) } },
      spec: { containers: [{ name: app, ports }] },
    },
  },
});

const policy = (spec: object, namespaceName = 'shop') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'policy', namespace: namespaceName },
  spec,
});

const WORLD = [
  namespace('shop', { team: 'orders' }),
  namespace('data', { team: 'data' }),
  namespace('bare'),
  deployment('shop', 'web'),
  deployment('shop', 'api', [
    { name: 'http', containerPort: 8080 },
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
  ]),
  deployment('data', 'db', [{ name: 'sql', containerPort: 5432 }]),
];

const pod = (namespaceName: string, app: string): Party => ({ namespace: namespaceName, labels: { app } });
const WEB = pod('shop', 'web');
const API = pod('shop', 'api');
const DB = pod('data', 'db');
const STRANGER = pod('bare', 'stranger');
const INTERNET: Party = { ip: '203.0.113.7' };

const to = (app: string) => ({ podSelector: { matchLabels: { app } } });

interface Row {
  readonly name: string;
  readonly policies: readonly object[];
  readonly from?: Party;
  readonly to?: Party;
  readonly port?: number;
  readonly protocol?: Protocol;
  readonly allowed: boolean;
}

const ROWS: readonly Row[] = [
  // Isolation
  { name: 'no policy: everything', policies: [], allowed: true },
  { name: 'no policy: from outside', policies: [], from: INTERNET, allowed: true },
  { name: 'a policy selects the server and has no rule: nothing', policies: [policy(to('api'))], allowed: false },
  { name: 'a policy of another pod does not concern the server', policies: [policy(to('other'))], allowed: true },
  { name: 'a policy of another namespace does not either', policies: [policy(to('api'), 'data')], allowed: true },
  {
    name: 'an empty podSelector selects every pod of the namespace',
    policies: [policy({ podSelector: {} })],
    allowed: false,
  },
  { name: 'no podSelector means the same', policies: [policy({ policyTypes: ['Ingress'] })], allowed: false },
  {
    name: 'an empty podSelector selects no pod of another namespace',
    policies: [policy({ podSelector: {} }, 'data')],
    allowed: true,
  },
  // policyTypes
  { name: 'by default a policy says nothing about egress', policies: [policy(to('web'))], allowed: true },
  {
    name: 'an empty egress list does not change that',
    policies: [policy({ ...to('web'), egress: [] })],
    allowed: true,
  },
  {
    name: 'with an egress rule it is about egress too',
    policies: [policy({ ...to('web'), egress: [{ to: [to('other')] }] })],
    allowed: false,
  },
  {
    name: 'with an egress rule and no policyTypes it still is about ingress',
    policies: [policy({ ...to('api'), egress: [{}] })],
    allowed: false,
  },
  {
    name: 'Egress alone, without rules: nothing goes out',
    policies: [policy({ ...to('web'), policyTypes: ['Egress'] })],
    allowed: false,
  },
  {
    name: 'Egress alone leaves ingress open',
    policies: [policy({ ...to('api'), policyTypes: ['Egress'] })],
    allowed: true,
  },
  {
    name: 'Egress alone: ingress rules are not read',
    policies: [policy({ ...to('api'), policyTypes: ['Egress'], ingress: [{ from: [to('other')] }] })],
    allowed: true,
  },
  {
    name: 'Ingress alone: egress rules are not read',
    policies: [policy({ ...to('web'), policyTypes: ['Ingress'], egress: [{ to: [to('other')] }] })],
    allowed: true,
  },
  {
    name: 'an empty policyTypes list is as none',
    policies: [policy({ ...to('api'), policyTypes: [] })],
    allowed: false,
  },
  // Peers
  { name: 'an empty rule lets everybody in', policies: [policy({ ...to('api'), ingress: [{}] })], allowed: true },
  {
    name: 'an empty from list does too',
    policies: [policy({ ...to('api'), ingress: [{ from: [] }] })],
    from: INTERNET,
    allowed: true,
  },
  {
    name: 'podSelector: pods of the policy’s namespace',
    policies: [policy({ ...to('api'), ingress: [{ from: [to('web')] }] })],
    allowed: true,
  },
  {
    name: 'podSelector: not pods of another namespace with these labels',
    policies: [policy({ ...to('api'), ingress: [{ from: [to('web')] }] })],
    from: pod('data', 'web'),
    allowed: false,
  },
  {
    name: 'podSelector {}: all pods of the policy’s namespace',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ podSelector: {} }] }] })],
    allowed: true,
  },
  {
    name: 'podSelector {}: nobody else',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ podSelector: {} }] }] })],
    from: DB,
    allowed: false,
  },
  {
    name: 'namespaceSelector: all pods of these namespaces',
    policies: [
      policy({ ...to('api'), ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'data' } } }] }] }),
    ],
    from: DB,
    allowed: true,
  },
  {
    name: 'namespaceSelector: not the policy’s own namespace, unless it matches',
    policies: [
      policy({ ...to('api'), ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'data' } } }] }] }),
    ],
    allowed: false,
  },
  {
    name: 'namespaceSelector {}: every pod',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    from: STRANGER,
    allowed: true,
  },
  {
    name: 'namespaceSelector {}: no address outside',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    from: INTERNET,
    allowed: false,
  },
  {
    name: 'a namespace has its name as a label, even if no manifest declares it',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'far' } } }] }],
      }),
    ],
    from: pod('far', 'x'),
    allowed: true,
  },
  {
    name: 'both selectors in one peer: both must match (namespace does not)',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'data' } }, ...to('web') }] }],
      }),
    ],
    allowed: false,
  },
  {
    name: 'both selectors in one peer: both must match (pod does not)',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'data' } }, ...to('web') }] }],
      }),
    ],
    from: DB,
    allowed: false,
  },
  {
    name: 'both selectors in one peer: both match',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'data' } }, ...to('db') }] }],
      }),
    ],
    from: DB,
    allowed: true,
  },
  {
    name: 'the selectors in two peers: one is enough',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'data' } } }, to('web')] }],
      }),
    ],
    allowed: true,
  },
  // Selectors
  ...(
    [
      ['In', ['web', 'x'], true],
      ['In', ['x'], false],
      ['NotIn', ['x'], true],
      ['NotIn', ['web'], false],
      ['Exists', undefined, true],
      ['DoesNotExist', undefined, false],
    ] as const
  ).map(([operator, values, allowed]) => ({
    name: `matchExpressions: app ${operator} ${values?.join() ?? ''}`,
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator, values }] } }] }],
      }),
    ],
    allowed,
  })),
  {
    name: 'NotIn matches pods without the label',
    policies: [
      policy({
        ...to('api'),
        ingress: [
          { from: [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['x'] }] } }] },
        ],
      }),
    ],
    allowed: true,
  },
  {
    name: 'labels and expressions must all match',
    policies: [
      policy({
        ...to('api'),
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] } },
            ],
          },
        ],
      }),
    ],
    allowed: false,
  },
  // Ports
  {
    name: 'ports: this one',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 8080 }] }] })],
    allowed: true,
  },
  {
    name: 'ports: no other',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 8080 }] }] })],
    port: 8081,
    allowed: false,
  },
  {
    name: 'an empty ports list: all',
    policies: [policy({ ...to('api'), ingress: [{ ports: [] }] })],
    port: 1,
    allowed: true,
  },
  {
    name: 'the protocol of a port is TCP if it has none',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 8080 }] }] })],
    protocol: 'UDP',
    allowed: false,
  },
  {
    name: 'a protocol without a port: all its ports',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ protocol: 'UDP' }] }] })],
    port: 9,
    protocol: 'UDP',
    allowed: true,
  },
  {
    name: 'a protocol without a port: no other protocol',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ protocol: 'UDP' }] }] })],
    allowed: false,
  },
  {
    name: 'a named port is the server’s',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 'http' }] }] })],
    allowed: true,
  },
  {
    name: 'a named port is no other number',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 'http' }] }] })],
    port: 80,
    allowed: false,
  },
  {
    name: 'a named port that the server does not have',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 'sql' }] }] })],
    port: 5432,
    allowed: false,
  },
  {
    name: 'a named port of another protocol',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 'dns' }] }] })],
    port: 5353,
    allowed: false,
  },
  {
    name: 'a named port with its protocol',
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 'dns', protocol: 'UDP' }] }] })],
    port: 5353,
    protocol: 'UDP',
    allowed: true,
  },
  {
    name: 'a named port in egress is the server’s, too',
    policies: [policy({ ...to('web'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'sql' }] }] })],
    to: DB,
    port: 5432,
    allowed: true,
  },
  {
    name: 'a named port in egress: an address outside has none',
    policies: [policy({ ...to('web'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] })],
    to: INTERNET,
    allowed: false,
  },
  ...([8079, 8080, 8090, 8091] as const).map((port) => ({
    name: `endPort: 8080 to 8090 and ${port}`,
    policies: [policy({ ...to('api'), ingress: [{ ports: [{ port: 8080, endPort: 8090 }] }] })],
    port,
    allowed: port >= 8080 && port <= 8090,
  })),
  {
    name: 'peer and port must match in the same rule',
    policies: [
      policy({
        ...to('api'),
        ingress: [
          { from: [to('web')], ports: [{ port: 1 }] },
          { from: [to('other')], ports: [{ port: 8080 }] },
        ],
      }),
    ],
    allowed: false,
  },
  // ipBlock
  {
    name: 'ipBlock: in it',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] })],
    from: INTERNET,
    allowed: true,
  },
  {
    name: 'ipBlock: not in it',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }] })],
    from: INTERNET,
    allowed: false,
  },
  {
    name: 'ipBlock: excepted',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '203.0.113.0/28'] } }] }],
      }),
    ],
    from: INTERNET,
    allowed: false,
  },
  {
    name: 'ipBlock: what another rule excepts is still open by this one',
    policies: [
      policy({
        ...to('api'),
        ingress: [
          { from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.0/28'] } }] },
          { from: [{ ipBlock: { cidr: '203.0.113.7/32' } }] },
        ],
      }),
    ],
    from: INTERNET,
    allowed: true,
  },
  {
    name: 'ipBlock: IPv6',
    policies: [
      policy({
        ...to('api'),
        ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] } }] }],
      }),
    ],
    from: { ip: '2001:db8:2::1' },
    allowed: true,
  },
  {
    name: 'ipBlock: an IPv4 address is in no IPv6 block',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] })],
    from: INTERNET,
    allowed: false,
  },
  {
    name: 'ipBlock: a pod by its address',
    policies: [policy({ ...to('api'), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })],
    from: { namespace: 'bare', labels: {}, ip: '10.1.2.3' },
    allowed: true,
  },
  {
    name: 'egress to an ipBlock',
    policies: [
      policy({
        ...to('web'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }],
      }),
    ],
    to: INTERNET,
    port: 443,
    allowed: true,
  },
  // Together
  {
    name: 'policies add up: one that allows is enough',
    policies: [policy({ podSelector: {} }), policy({ ...to('api'), ingress: [{ from: [to('web')] }] })],
    allowed: true,
  },
  {
    name: 'both ends must allow: egress yes, ingress no',
    policies: [policy({ ...to('web'), policyTypes: ['Egress'], egress: [{}] }), policy(to('api'))],
    allowed: false,
  },
  {
    name: 'both ends must allow: egress no, ingress yes',
    policies: [policy({ ...to('web'), policyTypes: ['Egress'] }), policy({ ...to('api'), ingress: [{}] })],
    allowed: false,
  },
  {
    name: 'both ends allow, in two namespaces',
    policies: [
      policy({
        ...to('web'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ namespaceSelector: { matchLabels: { team: 'data' } } }] }],
      }),
      policy(
        {
          ...to('db'),
          ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'orders' } } }], ports: [{ port: 'sql' }] }],
        },
        'data',
      ),
    ],
    to: DB,
    port: 5432,
    allowed: true,
  },
  {
    name: 'replies need no rule, but a connection the other way does',
    policies: [
      policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy({ ...to('web'), egress: [{ to: [to('api')] }] }),
      policy({ ...to('api'), ingress: [{ from: [to('web')] }] }),
    ],
    from: API,
    to: WEB,
    allowed: false,
  },
  {
    name: 'two addresses outside: no policy is about them',
    policies: [policy({ podSelector: {} })],
    from: INTERNET,
    to: { ip: '198.51.100.1' },
    allowed: true,
  },
];

test.each(ROWS)('$name', ({ policies, from = WEB, to: server = API, port = 8080, protocol = 'TCP', allowed }) => {
  expect(allows(readNetwork([...WORLD, ...policies]), { from, to: server, port, protocol })).toBe(allowed);
});

test('the table has open and closed rows', () => {
  expect(ROWS.filter(({ allowed }) => allowed).length).toBeGreaterThan(20);
  expect(ROWS.filter(({ allowed }) => !allowed).length).toBeGreaterThan(20);
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});

describe('policies that Kubernetes refuses are not read as something else', () => {
  test.each([
    ['a peer without selector', { from: [{}] }, /names nobody/],
    [
      'an ipBlock beside a selector',
      { from: [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] },
      /both an ipBlock and a selector/,
    ],
    ['endPort with a named port', { ports: [{ port: 'http', endPort: 90 }] }, /needs a number/],
    ['endPort below port', { ports: [{ port: 90, endPort: 80 }] }, /below port 90/],
  ])('%s', (_, ingress, message) => {
    expect(() => readNetwork([policy({ podSelector: {}, ingress: [ingress] })])).toThrow(message);
  });

  test('an operator that does not exist', () => {
    const network = readNetwork([
      policy({ podSelector: { matchExpressions: [{ key: 'app', operator: 'Gt', values: ['1'] }] } }),
    ]);
    expect(() => allows(network, { from: WEB, to: API, port: 1 })).toThrow(/Gt/);
  });
});

describe('reachability', () => {
  const deny = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const http = [{ name: 'http', containerPort: 8080 }];

  test('is empty under default deny', () => {
    expect(
      reachability([...WORLD, deny, policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'data')]),
    ).toEqual(new Set());
  });

  test('names the open connections, and only these', () => {
    const objects = [
      deployment('shop', 'web'),
      deployment('shop', 'api', http),
      deny,
      policy({ ...to('web'), policyTypes: ['Egress'], egress: [{ to: [to('api')], ports: [{ port: 'http' }] }] }),
      policy({ ...to('api'), ingress: [{ from: [to('web')], ports: [{ port: 'http' }] }] }),
    ];
    expect(reachability(objects)).toEqual(new Set(['shop/web->shop/api:8080']));
  });

  test('shows a policy without ports by the port that nobody names', () => {
    const objects = [
      deployment('shop', 'web'),
      deployment('shop', 'api', http),
      deny,
      policy({ ...to('web'), policyTypes: ['Egress'], egress: [{ to: [to('api')] }] }),
      policy({ ...to('api'), ingress: [{ from: [to('web')] }] }),
    ];
    expect(reachability(objects)).toContain('shop/web->shop/api:65535');
    expect(reachability(objects)).toContain('shop/web->shop/api:65535/UDP');
  });

  test('marks a connection that only some versions have', () => {
    const objects = [
      deployment('shop', 'web'),
      deployment('shop', 'api', http, 'v1'),
      deployment('shop', 'api', http, 'v2'),
      deny,
      policy({ ...to('web'), policyTypes: ['Egress'], egress: [{ to: [to('api')], ports: [{ port: 8080 }] }] }),
      policy({
        podSelector: { matchLabels: { app: 'api', version: 'v1' } },
        ingress: [{ from: [to('web')], ports: [{ port: 8080 }] }],
      }),
    ];
    expect(reachability(objects)).toEqual(new Set(['~shop/web->shop/api:8080']));
  });

  test('asks for those around as well, but not among themselves', () => {
    const dns = {
      name: 'dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns' },
      ports: [{ port: 53, protocol: 'UDP' }],
    } as const;
    const objects = [
      deployment('shop', 'web'),
      deny,
      policy({
        ...to('web'),
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: {}, podSelector: { matchLabels: dns.labels } }],
            ports: [{ port: 53, protocol: 'UDP' }],
          },
        ],
      }),
    ];
    expect(reachability(objects, [dns, { name: 'internet', ip: '203.0.113.7' }])).toEqual(
      new Set(['shop/web->dns:53/UDP']),
    );
  });
});
