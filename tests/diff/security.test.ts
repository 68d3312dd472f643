import { describe, expect, test } from 'vitest';
import type { MeshDiff } from '../../charts-src/diff/diff.ts';
import { meshOf } from '../check/mesh-of.ts';
import { diffMeshes } from '../../charts-src/diff/diff.ts';
import { changed, diffOf, meshText, PARTS } from './small-mesh.ts';

const USERS = 'Deployment shop/users-v1';
const said = ({ security }: MeshDiff, direction: 'broader' | 'narrower'): readonly string[] =>
  security
    .filter((one) => one.direction === direction)
    .map(({ subjects, message }) => `${subjects.join(', ')}: ${message}`);

interface Case {
  readonly name: string;
  readonly change: Readonly<Record<string, string | null>>;
  /** @default - the small mesh as it is */
  readonly before?: Readonly<Record<string, string | null>>;
  readonly subject: string;
  readonly says: string;
  /** Where the new set is said to let it happen; the file is one. */
  readonly at?: string;
}

const allow = (old: string, now: string): { readonly policy: string } => ({ policy: changed('policy', [old, now]) });

/** The source of the ALLOW policy, and blocks of addresses in its place. */
const BLOCKS = (...blocks: readonly string[]): readonly [old: string, now: string] => [
  'principals: ["cluster.local/ns/shop/sa/orders"]',
  `ipBlocks: [${blocks.join(', ')}]`,
];

/** One change each by which somebody may do more. */
const BROADER: readonly Case[] = [
  {
    name: 'a further principal',
    change: allow(
      '["cluster.local/ns/shop/sa/orders"]',
      '["cluster.local/ns/shop/sa/orders", "cluster.local/ns/shop/sa/mailer"]',
    ),
    subject: USERS,
    says: 'lets in cluster.local/ns/shop/sa/mailer with token of https://id.example.com/*: GET /api/users/* port 8080',
    at: 'spec.rules[0]',
  },
  {
    name: 'every principal of a namespace',
    change: allow('principals: ["cluster.local/ns/shop/sa/orders"]', 'namespaces: [shop]'),
    subject: USERS,
    says: 'namespace shop',
  },
  { name: 'a further method', change: allow('[GET]', '[GET, POST]'), subject: USERS, says: ': POST /api/users/*' },
  { name: 'all methods', change: allow('methods: [GET], ', ''), subject: USERS, says: ': /api/users/* port 8080' },
  { name: 'a wider path', change: allow('"/api/users/*"', '"/api/*"'), subject: USERS, says: 'GET /api/* port' },
  {
    name: 'a template for a path',
    change: allow('"/api/users/*"', '"/api/users/*", "/api/{*}/me"'),
    subject: USERS,
    says: '/api/{*}/me',
  },
  { name: 'a further port', change: allow('["8080"]', '["8080", "9090"]'), subject: USERS, says: 'port 9090' },
  {
    name: 'without requestPrincipals',
    change: allow(', requestPrincipals: ["https://id.example.com/*"]', ''),
    subject: USERS,
    says: 'lets in cluster.local/ns/shop/sa/orders: GET',
  },
  {
    name: 'an empty rule',
    change: { policy: `${PARTS.policy}\n    - {}` },
    subject: USERS,
    says: 'lets in everybody: everything',
  },
  { name: 'no policy any more', change: { policy: null }, subject: USERS, says: 'lets in everybody: everything' },
  {
    name: 'a policy that only pretends',
    change: {
      policy: changed('policy', ['namespace: shop }', 'namespace: shop, annotations: { istio.io/dry-run: "true" } }']),
    },
    subject: USERS,
    says: 'lets in everybody: everything',
  },
  {
    name: 'a selector that selects others',
    change: allow('{ app: users }', '{ app: others }'),
    subject: USERS,
    says: 'lets in everybody',
  },
  {
    name: 'a DENY that is gone',
    change: { deny: null },
    subject: USERS,
    says: 'refuses no more everybody: /api/users/admin*',
  },
  {
    name: 'a DENY of less',
    change: { deny: changed('deny', ['/api/users/admin*', '/api/users/admin']) },
    subject: USERS,
    says: 'refuses no more everybody: /api/users/admin*',
  },
  {
    name: 'a DENY that excepts somebody',
    change: {
      deny: changed('deny', [
        '    - to:',
        '    - from: [{ source: { notPrincipals: ["cluster.local/ns/shop/sa/orders"] } }]\n      to:',
      ]),
    },
    subject: USERS,
    says: 'refuses no more',
  },
  {
    name: 'ALLOW becomes AUDIT',
    change: allow('action: ALLOW', 'action: AUDIT'),
    subject: USERS,
    says: 'lets in everybody',
  },
  {
    name: 'mutual TLS of the namespace',
    change: { strict: changed('strict', ['STRICT', 'PERMISSIVE']) },
    subject: USERS,
    says: 'mutual TLS STRICT becomes PERMISSIVE',
    at: 'spec.mtls.mode',
  },
  {
    name: 'no PeerAuthentication',
    change: { strict: null },
    subject: USERS,
    says: 'mutual TLS STRICT becomes PERMISSIVE',
  },
  {
    name: 'mutual TLS of a port',
    change: {
      port: 'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: users, namespace: shop }\nspec: { selector: { matchLabels: { app: users } }, portLevelMtls: { "8080": { mode: DISABLE } } }',
    },
    subject: USERS,
    says: 'mutual TLS STRICT becomes DISABLE on port 8080',
    at: 'spec.portLevelMtls["8080"].mode',
  },
  {
    name: 'mutual TLS of a workload',
    change: {
      one: 'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: users, namespace: shop }\nspec: { selector: { matchLabels: { app: users } }, mtls: { mode: PERMISSIVE } }',
    },
    subject: USERS,
    says: 'mutual TLS STRICT becomes PERMISSIVE',
  },
  {
    name: 'plain text on the side of clients',
    change: { rule: changed('rule', ['    outlier', '    tls: { mode: DISABLE }\n    outlier']) },
    subject: 'DestinationRule shop/users',
    says: 'leave as plain text, no more as mutual TLS',
    at: 'spec.trafficPolicy.tls',
  },
  { name: 'no RequestAuthentication', change: { tokens: null }, subject: USERS, says: 'looks at tokens no more' },
  {
    name: 'a further issuer',
    change: { tokens: `${PARTS.tokens}\n    - { issuer: "https://other.example.com" }` },
    subject: USERS,
    says: 'takes tokens of https://other.example.com',
  },
  {
    name: 'any audience',
    change: { tokens: changed('tokens', [', audiences: [shop]', '']) },
    subject: USERS,
    says: 'for any audience',
  },
  {
    name: 'a token for the application',
    change: { tokens: changed('tokens', ['[shop]', '[shop], forwardOriginalToken: true']) },
    subject: USERS,
    says: 'hands its application the tokens of https://id.example.com',
    at: 'spec.jwtRules[0]',
  },
  {
    name: 'a header that callers may write themselves',
    before: { tokens: changed('tokens', ['[shop]', '[shop], outputClaimToHeaders: [{ header: X-User, claim: sub }]']) },
    change: {},
    subject: USERS,
    says: 'lets callers write the header x-user',
  },
  {
    name: 'a token somewhere else',
    change: { tokens: changed('tokens', ['[shop]', '[shop], fromHeaders: [{ name: X-Token }]']) },
    subject: USERS,
    says: 'does not look in the header authorization for tokens of https://id.example.com',
  },
  {
    name: 'a wider block of addresses',
    before: { policy: allow(...BLOCKS('10.1.0.0/16')).policy },
    change: { policy: allow(...BLOCKS('10.0.0.0/8')).policy },
    subject: USERS,
    says: 'lets in address 10.0.0.0/8',
  },
  {
    name: 'tokens that nobody looks at on a port of bytes',
    change: { usersService: changed('usersService', ['name: http,', 'name: tcp,']) },
    subject: USERS,
    says: 'port 8080 is not looked into as HTTP any more: bad tokens pass there',
    at: 'spec.ports',
  },
  {
    name: 'rules that name HTTP, on a port that is HTTP again',
    before: { usersService: changed('usersService', ['name: http,', 'name: tcp,']) },
    change: {},
    subject: USERS,
    says: 'port 8080 is looked into as HTTP: rules that name something of it let requests in',
  },
  {
    name: 'an older version of TLS',
    change: { gateway: changed('gateway', ['mode: MUTUAL', 'mode: MUTUAL, minProtocolVersion: TLSV1_0']) },
    subject: 'Gateway shop/public',
    says: '(TLS MUTUAL from version 1.0)',
  },
  {
    name: 'an address of externalIPs',
    change: { usersService: changed('usersService', ['spec: {', 'spec: { externalIPs: [192.0.2.1],']) },
    subject: 'Service shop/users',
    says: 'open past every gateway as 192.0.2.1 of externalIPs',
  },
  {
    name: 'a further host of a gateway',
    change: { gateway: changed('gateway', ['[shop.example.com]', '[shop.example.com, old.example.com]']) },
    subject: 'Gateway shop/public',
    says: 'new from outside: old.example.com on port 443 (TLS MUTUAL) leads to nothing yet',
    at: 'spec.servers[0]',
  },
  {
    name: 'every host of a gateway',
    change: { gateway: changed('gateway', ['[shop.example.com]', '["*"]']) },
    subject: 'Gateway shop/public',
    says: 'new from outside: * on port 443',
  },
  {
    name: 'a further port of a gateway',
    change: {
      gateway: `${PARTS.gateway}\n    - { port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }`,
    },
    subject: 'Gateway shop/public',
    says: 'shop.example.com on port 80 (plain text) leads to orders.shop.svc.cluster.local',
  },
  {
    name: 'no certificate of clients',
    change: { gateway: changed('gateway', ['MUTUAL', 'SIMPLE']) },
    subject: 'Gateway shop/public',
    says: '(TLS SIMPLE)',
  },
  {
    name: 'a further route of a gateway',
    change: {
      entry: `${PARTS.entry}\n    - match: [{ uri: { prefix: /users } }]\n      route: [{ destination: { host: users.shop.svc.cluster.local } }]`,
    },
    subject: 'Gateway shop/public',
    says: 'leads to users.shop.svc.cluster.local for path prefix "/users"',
  },
  {
    name: 'a shorter prefix of a gateway',
    change: { entry: changed('entry', ['prefix: /orders', 'prefix: /']) },
    subject: 'Gateway shop/public',
    says: 'leads to orders.shop.svc.cluster.local',
  },
  {
    name: 'a Service as LoadBalancer',
    change: { ordersService: changed('ordersService', ['spec: { selector', 'spec: { type: LoadBalancer, selector']) },
    subject: 'Service shop/orders',
    says: 'as LoadBalancer, on port 80',
  },
  {
    name: 'a wider Sidecar',
    change: { sidecar: changed('sidecar', ['./users.shop.svc.cluster.local', './*']) },
    subject: 'Deployment shop/orders-v1',
    says: 'gets to know shop/*',
    at: 'spec.egress',
  },
  { name: 'no Sidecar', change: { sidecar: null }, subject: 'Deployment shop/orders-v1', says: 'gets to know */*' },
  {
    name: 'out to everywhere',
    change: { sidecar: changed('sidecar', ['REGISTRY_ONLY', 'ALLOW_ANY']) },
    subject: 'Deployment shop/orders-v1',
    says: 'REGISTRY_ONLY becomes ALLOW_ANY',
  },
  {
    name: 'a host outside',
    change: { mail: changed('mail', ['[mail.example.com]', '[mail.example.com, pay.example.com]']) },
    subject: 'ServiceEntry shop/mail',
    says: 'pay.example.com on port 465, outside of the mesh, becomes known',
  },
  {
    name: 'a network that lets in more',
    change: { network: changed('network', ['{ app: orders }', '{}']) },
    subject: USERS,
    says: 'the network lets in connections from all pods of namespace shop on port 8080',
    at: 'spec.ingress[0]',
  },
  {
    name: 'a network without ports',
    change: { network: changed('network', ['\n      ports: [{ port: 8080 }]', '']) },
    subject: USERS,
    says: 'from pods with app=orders of namespace shop',
  },
  { name: 'no NetworkPolicy', change: { network: null }, subject: USERS, says: 'from everywhere' },
  {
    name: 'a namespace that a NetworkPolicy lets in',
    change: { namespace: changed('namespace', ['team: shop', 'team: metrics']) },
    subject: 'NetworkPolicy shop/users',
    says: 'lets through the namespace shop',
  },
  {
    name: 'no sidecar for one',
    change: {
      users: changed('users', [
        'app: users, version: v1 } }\n    spec',
        'app: users, version: v1, sidecar.istio.io/inject: "false" } }\n    spec',
      ]),
    },
    subject: USERS,
    says: 'get no sidecar any more',
  },
  {
    name: 'no sidecar for a namespace',
    change: { namespace: changed('namespace', ['enabled', 'disabled']) },
    subject: USERS,
    says: 'get no sidecar any more',
  },
  {
    name: 'the identity of somebody else',
    change: { users: changed('users', ['serviceAccountName: users', 'serviceAccountName: orders']) },
    subject: USERS,
    says: 'acts as cluster.local/ns/shop/sa/orders',
  },
  {
    name: 'a newcomer without policy',
    change: {
      policy: changed('policy', ['app: users }', 'app: users, version: v1 }']),
      usersV2: PARTS.usersV2.replaceAll('v2', 'v1').replace('users-v1', 'users-v2'),
      extra: PARTS.orders.replaceAll('orders', 'users').replaceAll('v1', 'v3'),
    },
    subject: 'Deployment shop/users-v3',
    says: 'is new, and lets in everybody',
  },
];

describe('what lets somebody do more is broader, and its reverse narrower', () => {
  test.each(BROADER)('$name', ({ change, before = {}, subject, says, at }) => {
    const forward = diffOf(change, before);
    const found = said(forward, 'broader').filter((line) => line.includes(says));
    expect(found, said(forward, 'broader').join('\n')).toHaveLength(1);
    expect(found[0]?.split(': ')[0]?.split(', ')).toContain(subject);
    if (at !== undefined) {
      const by = forward.security.find(({ message }) => message.includes(says))?.by;
      expect(
        by &&
          by.at.reduce(
            (path, key) =>
              typeof key === 'number'
                ? `${path}[${key}]`
                : /^\d/.test(key)
                  ? `${path}["${key}"]`
                  : `${path}${path === '' ? '' : '.'}${key}`,
            '',
          ),
      ).toBe(at);
    }
    const backward = diffMeshes(meshOf(meshText(change)), meshOf(meshText(before)));
    expect(said(backward, 'narrower').some((line) => line.split(': ')[0]?.split(', ').includes(subject))).toBe(true);
    expect(said(backward, 'broader').filter((line) => line.includes(says))).toEqual([]);
  });
});

/** Changes by which nobody may do more or less. */
const NEUTRAL: readonly Pick<Case, 'name' | 'change' | 'before'>[] = [
  {
    name: 'a block of addresses in halves',
    before: { policy: allow(...BLOCKS('10.0.0.0/8', '2001:db8::/32')).policy },
    change: { policy: allow(...BLOCKS('10.128.0.0/9', '10.0.0.0/9', '2001:db8::/32')).policy },
  },
  {
    name: 'another name of a port that is HTTP, too',
    change: { usersService: changed('usersService', ['name: http,', 'name: http-web,']) },
  },
  {
    name: 'the version of TLS that is the default',
    change: { gateway: changed('gateway', ['mode: MUTUAL', 'mode: MUTUAL, minProtocolVersion: TLSV1_2']) },
  },
  {
    name: 'a rule for a part of the paths beside',
    change: {
      policy: changed('policy', ['[GET]', '[GET]']).replace(
        /( {4}- from[\s\S]*)$/,
        (rule) => `${rule.replace('/api/users/*', '/api/users/a*')}\n${rule}`,
      ),
    },
  },
  {
    name: 'a narrower rule beside',
    change: {
      policy: `${PARTS.policy}\n    - from: [{ source: { principals: ["cluster.local/ns/shop/sa/orders"], requestPrincipals: ["https://id.example.com/me"] } }]\n      to: [{ operation: { methods: [GET], paths: ["/api/users/7"], ports: ["8080"] } }]`,
    },
  },
  {
    name: 'principal as service account',
    change: allow('principals: ["cluster.local/ns/shop/sa/orders"]', 'serviceAccounts: [orders]'),
  },
  {
    name: 'the source as a condition',
    change: {
      policy:
        changed('policy', [', requestPrincipals: ["https://id.example.com/*"]', '']) +
        '\n      when: [{ key: request.auth.principal, values: ["https://id.example.com/*"] }]',
    },
  },
  {
    name: 'DENY of what nobody may',
    change: { deny: changed('deny', ['/api/users/admin*', '/api/users/admin*", "/internal/*']) },
  },
  {
    name: 'STRICT said twice',
    change: {
      one: 'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: users, namespace: shop }\nspec: { selector: { matchLabels: { app: users } }, mtls: { mode: STRICT } }',
    },
  },
  {
    name: 'a server of a gateway in two',
    change: {
      gateway: `${PARTS.gateway}\n    - { port: { number: 443, name: https2, protocol: HTTPS }, hosts: [shop.example.com], tls: { mode: MUTUAL, credentialName: shop } }`,
    },
  },
  {
    name: 'a NetworkPolicy rule in two',
    change: {
      network: changed('network', [
        '- from: [{ podSelector: { matchLabels: { app: orders } } }]',
        '- from: [{ podSelector: { matchLabels: { app: orders, version: v1 } } }, { podSelector: { matchLabels: { app: orders } } }]',
      ]),
    },
  },
  {
    name: 'a Sidecar that names a host twice',
    change: {
      sidecar: changed('sidecar', [
        '"./users.shop.svc.cluster.local"',
        '"./users.shop.svc.cluster.local", "shop/users.shop.svc.cluster.local"',
      ]),
    },
  },
  { name: 'an image', change: { users: changed('users', ['users:1.0.0', 'users:1.0.1']) } },
];

describe('what changes nothing for anybody is neither', () => {
  test.each(NEUTRAL)('$name', ({ change, before = {} }) => {
    const diff = diffOf(change, before);
    expect(diff.objects.changes).not.toEqual([]);
    const narrower = said(diff, 'narrower').filter((line) => !line.includes('refuses everybody'));
    expect([said(diff, 'broader'), narrower]).toEqual([[], []]);
  });
});

test('the same thing by one field is told once', () => {
  const { security } = diffOf({ strict: null });
  expect(security).toHaveLength(1);
  expect(security[0]?.subjects).toHaveLength(3);
});

test('a renamed account is not a new one', () => {
  const rename = (text: string): string => text.replaceAll('orders', 'purchases');
  const parts = Object.fromEntries(Object.entries(PARTS).map(([name, text]) => [name, rename(text)]));
  const { security, objects } = diffOf(parts);
  expect(objects.changes.filter(({ change }) => change === 'renamed')).toHaveLength(2);
  expect(security.filter(({ topic }) => topic === 'access' || topic === 'identity')).toEqual([]);
});
