import { expect, test } from 'vitest';
import { sharedDatabase } from '../../../charts-src/check/rules/w601-shared-database.ts';
import { found, wordsOf } from '../found.ts';
import { object, service } from '../parts.ts';
import { deployment, document, postgres, type DeploymentYaml } from '../shop-yaml.ts';

const user = (name: string, env: NonNullable<DeploymentYaml['env']> = {}, more: DeploymentYaml = {}) =>
  [service(name), deployment(name, { env, ...more })].join('\n');
const DB = postgres('shop-db');
const allow = (...accounts: readonly string[]) =>
  document({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'shop-db', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'shop-db' } },
      rules: [{ from: [{ source: { principals: accounts.map((name) => `cluster.local/ns/shop/sa/${name}`) } }] }],
    },
  });

/** Who is told of, and where. */
const told = (yaml: readonly string[]) => found(sharedDatabase, yaml).map((line) => line.replace(/ \| .*$/, ''));
const AT = 'warning Deployment shop/orders spec.template.spec.containers[0].env[0]';

test.each([
  {
    name: 'the same URL',
    yaml: [
      DB,
      user('billing', { DATABASE_URL: 'postgres://app@shop-db:5432/shop' }),
      user('orders', { DATABASE_URL: 'postgresql://shop-db.shop.svc.cluster.local/shop?sslmode=disable' }),
    ],
  },
  {
    name: 'a URL, and a host with a name beside it',
    yaml: [
      DB,
      user('billing', { SPRING_DATASOURCE_URL: 'jdbc:postgresql://shop-db:5432/shop' }),
      user('orders', { DB_HOST: 'shop-db', DB_NAME: 'shop' }),
    ],
  },
  {
    name: 'texts of drivers',
    yaml: [
      DB,
      user('billing', { DB: 'host=shop-db port=5432 dbname=shop' }),
      user('orders', { ConnectionStrings__Default: 'Host=shop-db;Port=5432;Database=shop' }),
    ],
  },
  {
    name: 'a server that is not among the files',
    yaml: [
      user('billing', { DATABASE_URL: 'mysql://db.example.com/shop' }),
      user('orders', { DATABASE_URL: 'mysql://db.example.com:3306/shop' }),
    ],
  },
  {
    name: 'a URL in one Secret',
    yaml: ['billing', 'orders'].map((name) =>
      user(name, { DATABASE_URL: { secretKeyRef: { name: 'database', key: 'url' } } }),
    ),
  },
  {
    name: 'a URL in one ConfigMap',
    yaml: [
      DB,
      document({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: 'shop' },
        data: { database: 'postgres://shop-db/shop' },
      }),
      ...['billing', 'orders'].map((name) =>
        user(name, { DATABASE_URL: { configMapKeyRef: { name: 'settings', key: 'database' } } }),
      ),
    ],
  },
  {
    name: 'the name that the server gives, where one does not say',
    yaml: [
      postgres('shop-db', { env: { POSTGRES_DB: 'shop' } }),
      user('billing', { DB_HOST: 'shop-db' }),
      user('orders', { DATABASE_URL: 'postgres://shop-db/shop' }),
    ],
  },
])('$name', ({ yaml }) => expect(told(yaml)).toEqual([AT]));

const source = (kind: string, data: object) =>
  document({ apiVersion: 'v1', kind, metadata: { name: 'shop-db', namespace: 'shop' }, ...data });
const given = (ref: 'configMapRef' | 'secretRef') =>
  ['billing', 'orders'].map((name) => user(name, {}, { container: { envFrom: [{ [ref]: { name: 'shop-db' } }] } }));

test.each([
  {
    name: 'a ConfigMap that both get as a whole',
    yaml: [DB, source('ConfigMap', { data: { DB_HOST: 'shop-db', DB_NAME: 'shop' } }), ...given('configMapRef')],
  },
  {
    name: 'a Secret in plain text',
    yaml: [source('Secret', { stringData: { DATABASE_URL: 'postgres://db.example.com/shop' } }), ...given('secretRef')],
  },
  {
    name: 'a Secret in base64',
    yaml: [
      source('Secret', { data: { DATABASE_URL: 'cG9zdGdyZXM6Ly9hcHA6c2VjcmV0QGRiLmV4YW1wbGUuY29tL3Nob3A=' } }),
      ...given('secretRef'),
    ],
  },
  { name: 'a Secret that is not among the files, by its name', yaml: given('secretRef') },
])('by $name', ({ yaml }) =>
  expect(told(yaml)).toEqual(['warning Deployment shop/orders spec.template.spec.containers[0].envFrom[0]']),
);

test('not by a list of all databases that everybody gets', () => {
  const all = source('ConfigMap', {
    data: { ORDERS_DB_URL: 'postgres://a/orders', USERS_DB_URL: 'postgres://a/users' },
  });
  expect(told([all, ...given('configMapRef')])).toEqual([]);
});

test('nothing of a Secret but the host and the database is told', () => {
  const words = wordsOf(sharedDatabase, [
    source('Secret', { stringData: { DATABASE_URL: 'postgres://app:very-secret@db.example.com/shop' } }),
    ...given('secretRef'),
  ]);
  expect(words).toHaveLength(1);
  expect(words[0]).toContain('database "shop" of db.example.com');
  expect(words[0]).not.toContain('very-secret');
});

test('by who is let in', () => {
  expect(told([DB, user('billing'), user('orders'), allow('billing', 'orders')])).toEqual([
    'warning AuthorizationPolicy shop/shop-db spec.rules[0].from[0]',
  ]);
  const sidecar = (name: string) =>
    object(
      'Sidecar',
      name,
      `workloadSelector: { labels: { app: ${name} } }\negress: [{ hosts: ["./shop-db.shop.svc.cluster.local"] }]`,
    );
  expect(told([DB, user('billing'), user('orders'), sidecar('billing'), sidecar('orders')])).toEqual([
    'warning Sidecar shop/orders spec.egress[0].hosts[0]',
  ]);
  const network = document({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'shop-db', namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { app: 'shop-db' } },
      ingress: [{ from: ['billing', 'orders'].map((app) => ({ podSelector: { matchLabels: { app } } })) }],
    },
  });
  expect(told([DB, user('billing'), user('orders'), network])).toEqual([
    'warning NetworkPolicy shop/shop-db spec.ingress[0].from[1]',
  ]);
});

test.each([
  {
    name: 'two databases of one server',
    yaml: [
      DB,
      user('billing', { DATABASE_URL: 'postgres://shop-db/billing' }),
      user('orders', { DATABASE_URL: 'postgres://shop-db/orders' }),
    ],
  },
  {
    name: 'two servers',
    yaml: [
      DB,
      postgres('orders-db'),
      user('billing', { DATABASE_URL: 'postgres://shop-db/app' }),
      user('orders', { DATABASE_URL: 'postgres://orders-db/app' }),
    ],
  },
  {
    name: 'servers of one name in two namespaces',
    yaml: [
      user('billing', { DATABASE_URL: 'postgres://db/app' }),
      [
        service('orders', { namespace: 'other' }),
        deployment('orders', { namespace: 'other', env: { DATABASE_URL: 'postgres://db/app' } }),
      ].join('\n'),
    ],
  },
  {
    name: 'two versions of one service',
    yaml: [
      DB,
      user('orders', { DATABASE_URL: 'postgres://shop-db/shop' }),
      deployment('orders-v2', { app: 'orders', version: 'v2', env: { DATABASE_URL: 'postgres://shop-db/shop' } }),
    ],
  },
  {
    name: 'two roles of one program',
    yaml: [
      DB,
      user('orders', { DATABASE_URL: 'postgres://shop-db/shop' }, { image: 'example.com/orders:1.0.0' }),
      user('orders-admin', { DATABASE_URL: 'postgres://shop-db/shop' }, { image: 'example.com/orders:1.0.0' }),
    ],
  },
  {
    name: 'a job',
    yaml: [
      DB,
      user('orders', { DATABASE_URL: 'postgres://shop-db/shop' }),
      deployment('migrate', { kind: 'Job', env: { DATABASE_URL: 'postgres://shop-db/shop' } }),
    ],
  },
  {
    name: 'an exporter of metrics',
    yaml: [
      DB,
      user('orders', { DATABASE_URL: 'postgres://shop-db/shop' }),
      user('numbers', { DATABASE_URL: 'postgres://shop-db/shop' }, { image: 'example.com/postgres-exporter:1' }),
    ],
  },
  {
    name: 'a cache',
    yaml: [
      service('cache', { ports: '[{ name: redis, port: 6379 }]' }),
      deployment('cache', { image: 'redis:8' }),
      user('billing', { REDIS_URL: 'redis://cache:6379/0' }),
      user('orders', { REDIS_URL: 'redis://cache:6379/0' }),
    ],
  },
  {
    name: 'one Secret with a password',
    yaml: ['billing', 'orders'].map((name) =>
      user(name, { DATABASE_PASSWORD: { secretKeyRef: { name: 'database', key: 'password' } } }),
    ),
  },
])('says nothing of $name', ({ yaml }) => expect(told(yaml)).toEqual([]));

test('names the database, its users, and where each says so', () => {
  const [words] = wordsOf(sharedDatabase, [
    DB,
    user('billing', { DATABASE_URL: 'postgres://shop-db/shop' }),
    user('orders', { DATABASE_URL: 'postgres://shop-db/shop' }),
  ]);
  expect(words).toMatch(
    /database "shop" of shop\/shop-db is used by billing \(DATABASE_URL, mesh\.yaml:\d+\) and orders \(DATABASE_URL, mesh\.yaml:\d+\)/,
  );
});
