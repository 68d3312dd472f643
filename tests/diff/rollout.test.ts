import { describe, expect, test } from 'vitest';
import type { MeshDiff } from '../../charts-src/diff/diff.ts';
import { changed, diffOf, PARTS } from './small-mesh.ts';

const lines = ({ rollout }: MeshDiff): readonly string[] =>
  rollout.map(({ topic, subject, message }) => `${topic} ${subject}: ${message}`);

interface Case {
  readonly name: string;
  readonly change: Readonly<Record<string, string | null>>;
  readonly before?: Readonly<Record<string, string | null>>;
  readonly says: readonly string[];
}

const CONFIG = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: users, namespace: shop }\ndata: { LEVEL: ${value} }`;
const READS = {
  users: changed('users', ['          env:', '          envFrom: [{ configMapRef: { name: users } }]\n          env:']),
};
const PDB =
  'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: users, namespace: shop }\nspec: { minAvailable: 1 }';
const image = (name: 'users' | 'orders'): readonly [string, string] => [`${name}:1.0.0`, `${name}:1.0.1`];
const V3 = PARTS.usersV2
  .replaceAll('v2', 'v3')
  .replace('image: example.com/users:1.0.0', 'image: example.com/users:3.0.0');
const RULE_V3 = `${PARTS.rule}\n    - { name: v3, labels: { version: v3 } }`;
const ROUTE_V3 = changed('route', ['subset: v2', 'subset: v3']);
const STATEFUL = (storage: string, selector = 'db'): string => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: ${selector} } }
  template: { metadata: { labels: { app: ${selector} } }, spec: { containers: [{ name: db, image: "example.com/db:1" }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { resources: { requests: { storage: ${storage} } } } }]`;

const CASES: readonly Case[] = [
  {
    name: 'a new image restarts',
    change: { users: changed('users', image('users')) },
    says: ['restart Deployment shop/users-v1: its pods are made anew: spec.containers[0].image changed'],
  },
  {
    name: 'replicas',
    change: { users: changed('users', ['replicas: 2', 'replicas: 5']) },
    says: ['scale Deployment shop/users-v1: 2 pods become 5'],
  },
  {
    name: 'no pods',
    change: { users: changed('users', ['replicas: 2', 'replicas: 0']) },
    says: ['risk Deployment shop/users-v1: 2 pods become 0: nobody is left to answer'],
  },
  {
    name: 'Recreate',
    change: {
      users: changed('users', image('users'), ['  replicas: 2', '  replicas: 2\n  strategy: { type: Recreate }']),
    },
    says: [
      'risk Deployment shop/users-v1: requests may be dropped while its pods are made anew: the strategy Recreate',
    ],
  },
  {
    name: 'no readiness',
    change: {
      users: changed('users', image('users'), [
        '          readinessProbe: { httpGet: { path: /readyz, port: 8080 } }\n',
        '',
      ]),
    },
    says: ['there is no readinessProbe'],
  },
  {
    name: 'no preStop',
    change: {
      users: changed('users', image('users'), ['          lifecycle: { preStop: { sleep: { seconds: 5 } } }', '']),
    },
    says: ['there is no preStop'],
  },
  {
    name: 'less time to end than preStop takes',
    change: {
      users: changed('users', [
        '      serviceAccountName',
        '      terminationGracePeriodSeconds: 5\n      serviceAccountName',
      ]),
    },
    says: [
      'restart Deployment shop/users-v1: its pods are made anew: spec.terminationGracePeriodSeconds changed',
      'risk Deployment shop/users-v1: requests may be dropped while its pods are made anew: its pods have 5 s to end, and preStop waits 5 s of them',
    ],
  },
  {
    name: 'one pod that may be away',
    change: {
      users: changed('users', image('users'), [
        'replicas: 2',
        'replicas: 1\n  strategy: { rollingUpdate: { maxUnavailable: 1 } }',
      ]),
    },
    says: ['its only pod may end before the new one is ready'],
  },
  {
    name: 'a PodDisruptionBudget that goes',
    before: { pdb: PDB },
    change: {},
    says: ['risk PodDisruptionBudget shop/users: is removed: when nodes are drained'],
  },
  {
    name: 'configuration that is read at the start',
    before: { config: CONFIG('info'), ...READS },
    change: { config: CONFIG('debug'), ...READS },
    says: ['risk Deployment shop/users-v1: reads ConfigMap shop/users into variables'],
  },
  {
    name: 'configuration with a restart',
    before: { config: CONFIG('info'), ...READS },
    change: { config: CONFIG('debug'), users: READS.users.replace(...image('users')) },
    says: ['restart Deployment shop/users-v1'],
  },
  {
    name: 'a subset before its route',
    change: { rule: RULE_V3, route: ROUTE_V3, v3: V3 },
    says: ['order VirtualService shop/users: sends to the new subset "v3": apply DestinationRule shop/users first'],
  },
  {
    name: 'a route before its subset goes',
    before: { rule: RULE_V3, route: ROUTE_V3, v3: V3 },
    change: { v3: V3 },
    says: ['order DestinationRule shop/users: loses the subset "v3": apply VirtualService shop/users first'],
  },
  {
    name: 'a subset that goes and is still used',
    change: { rule: changed('rule', ['    - { name: v2, labels: { version: v2 } }', '']) },
    says: [
      'risk DestinationRule shop/users: declares the subset "v2" no more, but VirtualService shop/users still sends there',
    ],
  },
  {
    name: 'a Service that goes and is still used',
    change: { usersService: null },
    says: [
      'risk Service shop/users: is gone, but VirtualService shop/users still sends there',
      'is gone, but Deployment shop/orders-v1 still names it in USERS_URL',
    ],
  },
  {
    name: 'the last pods of a Service',
    change: { orders: null },
    says: ['risk Deployment shop/orders-v1: is removed, and nothing is left behind orders.shop.svc.cluster.local'],
  },
  {
    name: 'a version that goes',
    change: { usersV2: null },
    says: ['order Deployment shop/users-v2: is removed: apply the routes that leave it first'],
  },
  {
    name: 'a field that is for ever',
    change: {
      users: changed('users', [
        'selector: { matchLabels: { app: users, version: v1 } }',
        'selector: { matchLabels: { version: v1 } }',
      ]),
    },
    says: ['refused Deployment shop/users-v1: cannot be changed in place: spec.selector'],
  },
  {
    name: 'a volume of a StatefulSet',
    before: { db: STATEFUL('1Gi') },
    change: { db: STATEFUL('2Gi') },
    says: ['refused StatefulSet shop/db: cannot be changed in place: spec.volumeClaimTemplates[0]'],
  },
  {
    name: 'injection needs a restart',
    change: { namespace: changed('namespace', ['enabled', 'disabled']) },
    says: ['order Deployment shop/users-v1: running pods keep their sidecar until they restart'],
  },
  {
    name: 'a workload under another name',
    change: { orders: PARTS.orders.replace('name: orders-v1', 'name: orders-a') },
    says: ['restart Deployment shop/orders-a: was Deployment shop/orders-v1'],
  },
  {
    name: 'a Service that is new',
    change: {
      route: changed('route', [
        'users.shop.svc.cluster.local, subset: v1 }, weight: 90',
        'fresh.shop.svc.cluster.local }, weight: 90',
      ]),
      fresh: PARTS.usersService.replace('name: users', 'name: fresh'),
    },
    says: ['order VirtualService shop/users: sends to fresh.shop.svc.cluster.local, which is new'],
  },
  {
    name: 'what nobody here can judge',
    change: {
      filter:
        'apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: { name: f, namespace: shop }\nspec: {}',
    },
    says: ['unjudged EnvoyFilter shop/f'],
  },
  {
    name: 'a label of a Service does nothing',
    change: { usersService: changed('usersService', ['namespace: shop }', 'namespace: shop, labels: { a: b } }']) },
    says: [],
  },
];

describe('what applying a change does', () => {
  test.each(CASES)('$name', ({ change, before, says }) => {
    const found = lines(diffOf(change, before));
    for (const wanted of says)
      expect(
        found.filter((line) => line.includes(wanted)),
        found.join('\n'),
      ).not.toEqual([]);
    if (says.length === 0) expect(found).toEqual([]);
  });

  test('with a restart nobody keeps old values', () => {
    const found = lines(
      diffOf(
        { config: CONFIG('debug'), users: READS.users.replace(...image('users')) },
        { config: CONFIG('info'), ...READS },
      ),
    );
    expect(found.filter((line) => line.includes('into variables'))).toEqual([]);
  });
});
