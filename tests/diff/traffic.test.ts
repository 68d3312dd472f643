import { describe, expect, test } from 'vitest';
import type { MeshDiff } from '../../charts-src/diff/diff.ts';
import { changed, diffOf, PARTS } from './small-mesh.ts';

const USERS = 'users.shop.svc.cluster.local';
const rows = ({ traffic }: MeshDiff): readonly string[] =>
  traffic.map(
    ({ from, alike, host, port, requests, topic, before, after }) =>
      `${from}${alike > 0 ? `+${alike}` : ''} ${host}:${port} | ${requests} | ${topic} | ${before} → ${after}`,
  );
const route = (old: string, now: string): { readonly route: string } => ({ route: changed('route', [old, now]) });

interface Case {
  readonly name: string;
  readonly change: Readonly<Record<string, string | null>>;
  readonly says: readonly string[];
}

/** What one change does to requests: every row, or the rows that are named. */
const CASES: readonly Case[] = [
  {
    name: 'shares',
    change: { route: changed('route', ['weight: 90', 'weight: 75'], ['weight: 10', 'weight: 25']) },
    says: [
      `shop/orders-v1+2 ${USERS}:80 | path prefix "/api" | shares | users.shop v1 90 %, users.shop v2 10 % → users.shop v1 75 %, users.shop v2 25 %`,
    ],
  },
  { name: 'timeout', change: route('timeout: 3s', 'timeout: 1s'), says: ['| path prefix "/api" | timeout | 3s → 1s'] },
  { name: 'tries', change: route('attempts: 2', 'attempts: 1'), says: ['| tries | 3 of 1s on 5xx'] },
  {
    name: 'a breaker',
    change: { rule: changed('rule', ['consecutive5xxErrors: 5', 'consecutive5xxErrors: 3']) },
    says: ['| every request | breaker |'],
  },
  {
    name: 'a load balancer',
    change: { rule: changed('rule', ['    outlier', '    loadBalancer: { simple: RANDOM }\n    outlier']) },
    says: ['| every request | policy | none → loadBalancer'],
  },
  {
    name: 'a rule that is new, before the one that took its requests',
    change: route(
      '    - name: api',
      `    - match: [{ uri: { prefix: /api/v2 } }]\n      route: [{ destination: { host: ${USERS}, subset: v2 } }]\n    - name: api`,
    ),
    says: [
      '| path prefix "/api/v2" | shares | users.shop v1 90 %, users.shop v2 10 % → users.shop v2 100 %',
      '| path prefix "/api/v2" | timeout | 3s → none',
    ],
  },
  {
    name: 'a rule that is new but never reached changes nothing',
    change: {
      route: `${PARTS.route}\n    - match: [{ uri: { prefix: /late } }]\n      route: [{ destination: { host: ${USERS}, subset: v2 } }]`,
    },
    says: [],
  },
  {
    name: 'a rule that is lost',
    change: route('match: [{ uri: { prefix: /api } }]', 'match: [{ uri: { prefix: /api2 } }]'),
    says: ['| path prefix "/api" | timeout | 3s → none'],
  },
  {
    name: 'all that is left is lost',
    change: route(`    - route: [{ destination: { host: ${USERS}, subset: v1 } }]`, ''),
    says: ['| every other request | outcome | routed to users.shop v1 100 % → not found: 404'],
  },
  {
    name: 'a fault',
    change: route(
      '      timeout: 3s',
      '      fault: { abort: { httpStatus: 503, percentage: { value: 10 } } }\n      timeout: 3s',
    ),
    says: ['| fault | none → 10 % answered 503'],
  },
  {
    name: 'a redirect',
    change: route(
      '    - name: api',
      '    - match: [{ uri: { exact: /old } }]\n      redirect: { uri: /new }\n    - name: api',
    ),
    says: [
      '| path "/old" | outcome | routed to users.shop v1 100 % → redirected to http://users.shop.svc.cluster.local/new with 301',
    ],
  },
  {
    name: 'a rewrite',
    change: route('      timeout: 3s', '      rewrite: { uri: /v1 }\n      timeout: 3s'),
    says: [`| rewrite | ${USERS}/api → ${USERS}/v1`],
  },
  {
    name: 'a mirror',
    change: route(
      '      timeout: 3s',
      `      mirror: { host: ${USERS}, subset: v2 }\n      mirrorPercentage: { value: 5 }\n      timeout: 3s`,
    ),
    says: ['| mirror | none → 5 % copied to users.shop v2'],
  },
  {
    name: 'headers',
    change: route('      timeout: 3s', '      headers: { request: { set: { x-a: b } } }\n      timeout: 3s'),
    says: ['| headers | none →'],
  },
  {
    name: 'no pods of a version',
    change: { usersV2: changed('usersV2', ['replicas: 2', 'replicas: 0']) },
    says: ['users.shop v2 10 % → users.shop v1 90 %, users.shop v2 10 % (fails with 503)'],
  },
  {
    name: 'no pods at all',
    change: {
      users: changed('users', ['replicas: 2', 'replicas: 0']),
      usersV2: changed('usersV2', ['replicas: 2', 'replicas: 0']),
    },
    says: ['| path prefix "/api" | outcome |'],
  },
  {
    name: 'a subset that is lost',
    change: { rule: changed('rule', ['    - { name: v2, labels: { version: v2 } }', '']) },
    says: ['users.shop v2 10 % (fails with 503)'],
  },
  { name: 'a Service that is gone', change: { usersService: null }, says: ['| path prefix "/api" | outcome |'] },
  {
    name: 'a Sidecar that forgets a host',
    change: { sidecar: changed('sidecar', ['./users.shop', './orders.shop']) },
    says: [`${USERS}:80 | path prefix "/api" | outcome |`],
  },
  {
    name: 'a DestinationRule for a wildcard',
    change: {
      rule: changed(
        'rule',
        ['host: users.shop', 'host: "*.shop'],
        ['.cluster.local\n  trafficPolicy', '.cluster.local"\n  trafficPolicy'],
      ),
      other: null,
    },
    says: ['| path prefix "/orders" | breaker | none →'],
  },
  {
    name: 'only requests of one caller',
    change: {
      route: changed('route', [
        'match: [{ uri: { prefix: /api } }]',
        'match: [{ uri: { prefix: /api }, sourceLabels: { app: orders } }]',
      ]),
    },
    says: [
      'shop/users-v1+1 users.shop.svc.cluster.local:80 | path prefix "/api" | shares | users.shop v1 90 %, users.shop v2 10 % → users.shop v1 100 %',
    ],
  },
  {
    name: 'a gateway',
    change: { entry: changed('entry', ['prefix: /orders', 'prefix: /purchases']) },
    says: [
      'gateway:shop/public shop.example.com:443 | path prefix "/orders" | outcome | routed to orders.shop 100 % → not found: 404',
    ],
  },
  {
    name: 'another port of the pods',
    change: { usersService: changed('usersService', ['targetPort: 8080', 'targetPort: 9090']) },
    says: ['| every request | pods | port 8080 of the pods → port 9090 of the pods'],
  },
  {
    name: 'a port of the pods by its name',
    change: { usersService: changed('usersService', ['targetPort: 8080', 'targetPort: http']) },
    says: [],
  },
  {
    name: 'durations in other units',
    change: {
      route: changed('route', ['timeout: 3s', 'timeout: 3000ms'], ['perTryTimeout: 1s', 'perTryTimeout: 1.0s']),
    },
    says: [],
  },
  { name: 'a policy is told elsewhere', change: { policy: null }, says: [] },
  {
    name: 'plain text where mutual TLS is asked for',
    change: { rule: changed('rule', ['    outlier', '    tls: { mode: DISABLE }\n    outlier']) },
    says: ['| path prefix "/api" | outcome |'],
  },
];

describe('what a change does to requests', () => {
  test.each(CASES)('$name', ({ change, says }) => {
    const found = rows(diffOf(change));
    for (const wanted of says)
      expect(
        found.filter((row) => row.includes(wanted)),
        found.join('\n'),
      ).toHaveLength(1);
    if (says.length === 0) expect(found).toEqual([]);
  });
});

test('the order of the conditions of retries is nothing', () => {
  const on = (conditions: string): { readonly route: string } => ({
    route: changed('route', ['retryOn: "5xx"', `retryOn: "${conditions}"`]),
  });
  expect(rows(diffOf(on('reset,5xx'), on('5xx,reset')))).toEqual([]);
  expect(rows(diffOf(on('reset,5xx'), on('5xx')))).toHaveLength(1);
});

test('a port of bytes loses rules, and no rewrite that was never there', () => {
  const found = rows(diffOf({ usersService: changed('usersService', ['name: http,', 'name: tcp,']) }));
  expect(found.some((row) => row.includes('| timeout | 3s → none'))).toBe(true);
  expect(found.filter((row) => row.includes('rewrite'))).toEqual([]);
});

test('a delegate changes the requests of those that lead to it', () => {
  const root = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: users, namespace: shop }
spec:
  hosts: [${USERS}]
  http: [{ match: [{ uri: { prefix: /api } }], delegate: { name: users-api } }]`;
  const leaf = (timeout: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: users-api, namespace: shop }
spec: { http: [{ timeout: ${timeout}, route: [{ destination: { host: ${USERS} } }] }] }`;
  const found = rows(diffOf({ route: root, leaf: leaf('5s') }, { route: root, leaf: leaf('2s') }));
  expect(found).toEqual([`shop/orders-v1+2 ${USERS}:80 | path prefix "/api" | timeout | 2s → 5s`]);
});

test('a route in another VirtualService to a host that changes', () => {
  const found = rows(diffOf({ users: null, usersV2: null, deny: PARTS.deny }, {}));
  expect(found.every((row) => row.includes(USERS))).toBe(true);
  expect(found).not.toEqual([]);
});
