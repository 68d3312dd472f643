import { describe, expect, test } from 'vitest';
import { callsOf, type Call } from '../../charts-src/graph/calls.ts';
import { meshOf } from '../check/mesh-of.ts';
import { object, routes, service } from '../check/parts.ts';
import { caller, deployment, document, postgres } from '../check/shop-yaml.ts';

const inWords = ({ caller: from, callee, isRequest, evidence }: Call): string =>
  `${from.name} -> ${callee.name}${isRequest ? '' : ' (no request)'}: ${evidence.map(({ says }) => says).join(', ')}`;
const calls = (...yaml: readonly string[]) => callsOf(meshOf(yaml.join('\n'))).calls.map(inWords);
const apps = (...yaml: readonly string[]) =>
  callsOf(meshOf(yaml.join('\n'))).apps.map(
    ({ name, workloads, store }) =>
      `${name} [${workloads.map((workload) => workload.name).join(' ')}]${store ? ` ${store}` : ''}`,
  );

const USERS = [service('users'), deployment('users')];
const orders = (env: Readonly<Record<string, string | object>>) => [service('orders'), deployment('orders', { env })];
const configMap = (data: Readonly<Record<string, string>>) =>
  document({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data });

describe('applications', () => {
  test('versions of a service are one, told by the Service and the name they share', () => {
    expect(
      apps(
        service('orders'),
        service('orders-v1', { selector: '{ app: orders, version: v1 }' }),
        deployment('orders-v1', { app: 'orders' }),
        deployment('orders-v2', { app: 'orders', version: 'v2' }),
      ),
    ).toEqual(['orders [orders-v1 orders-v2]']);
  });

  test('a Service for all pods of a namespace joins nothing', () => {
    expect(apps(service('all', { selector: '{ version: v1 }' }), ...USERS, deployment('orders'))).toEqual([
      'all []',
      'orders [orders]',
      'users [users]',
    ]);
  });

  test('two releases of one chart with one name are two', () => {
    const release = (name: string) => [
      service(name, { selector: `{ app: postgresql, version: ${name} }` }),
      deployment(name, { app: 'postgresql', version: name, image: 'bitnami/postgresql:17' }),
    ];
    expect(apps(...release('orders-db'), ...release('users-db'))).toEqual([
      'orders-db [orders-db] database',
      'users-db [users-db] database',
    ]);
  });

  test('stores are known by their image, else by their port', () => {
    expect(
      apps(
        service('cache', { ports: '[{ name: redis, port: 6379 }]' }),
        service('db', { ports: '[{ name: tcp, port: 5432 }]' }),
        deployment('db', { image: 'example.com/base:1' }),
        deployment('mq', { image: 'rabbitmq:3.12.14-management@sha256:abc' }),
        deployment('numbers', { image: 'prometheuscommunity/postgres-exporter:v0.17.1' }),
        deployment('ui', { image: 'provectuslabs/kafka-ui:latest' }),
      ),
    ).toEqual(['cache [] cache', 'db [db] database', 'mq [mq] broker', 'numbers [numbers]', 'ui [ui]']);
  });
});

describe('calls', () => {
  test.each([
    { name: 'a URL', env: { USERS: 'http://users/api' } },
    { name: 'a full name and port', env: { USERS: 'users.shop.svc.cluster.local:80' } },
    { name: 'the name with its namespace', env: { USERS_HOST: 'users.shop' } },
    { name: 'a bare name, where the variable says that it is a host', env: { USERS_SERVICE_HOST: 'users' } },
    { name: 'put together from other variables', env: { NAME: 'users', USERS: 'http://$(NAME):80' }, says: 'USERS' },
    { name: 'the name of a pod', env: { USERS: 'http://users-0.users.shop.svc/' } },
  ])('by $name', ({ env, says = Object.keys(env).at(-1) }) =>
    expect(calls(...USERS, ...orders(env))).toEqual([`orders -> users: ${says ?? ''}`]),
  );

  test.each([
    { name: 'a word that is the name of a service by chance', env: { OWNER: 'users' } },
    { name: 'a name that is no service here', env: { USERS_URL: 'http://users.elsewhere' } },
    { name: 'an origin for browsers', env: { ALLOWED_ORIGINS: 'http://users' } },
    { name: 'where traces go', env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://users:80' } },
    { name: 'a variable that is never set', env: { USERS: 'http://$(NOBODY)/' } },
  ])('not by $name', ({ env }) => expect(calls(...USERS, ...orders(env))).toEqual([]));

  test('by a key of a ConfigMap, whoever else reads it', () => {
    const settings = configMap({ users: 'http://users', orders: 'http://orders' });
    const key = (name: string) => ({ configMapKeyRef: { name: 'settings', key: name } });
    expect(calls(settings, ...USERS, ...orders({ USERS_URL: key('users') }))).toEqual(['orders -> users: USERS_URL']);
  });

  test('by a ConfigMap as a whole, where only one reads it', () => {
    const settings = configMap({ USERS_URL: 'http://users', 'app.yaml': 'stock:\n  url: http://stock:80/api\n' });
    const reads = { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } };
    const mounts = { pod: { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] } };
    const others = [...USERS, caller('stock')];
    expect(calls(settings, ...others, service('orders'), deployment('orders', reads))).toEqual([
      'orders -> stock: ConfigMap settings key app.yaml',
      'orders -> users: ConfigMap settings key USERS_URL',
    ]);
    expect(calls(settings, ...others, deployment('orders', mounts))).toHaveLength(2);
    expect(calls(settings, ...others, deployment('orders', reads), deployment('billing', mounts))).toEqual([]);
  });

  test('by what is on the command line', () => {
    const args = { container: { args: ['--users=http://users:80', '--verbose'] } };
    expect(calls(...USERS, deployment('orders', args))).toEqual(['orders -> users: args']);
  });

  const selector = { matchLabels: { app: 'users' } };
  const policy = (source: object, more: object = {}) =>
    document({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'users', namespace: 'shop' },
      spec: { selector, rules: [{ from: [{ source }] }], ...more },
    });

  test('by an identity that a policy lets in', () => {
    const pair = [...USERS, deployment('orders')];
    const allowed = ['orders -> users: AuthorizationPolicy users'];
    expect(calls(...pair, policy({ principals: ['cluster.local/ns/shop/sa/orders'] }))).toEqual(allowed);
    expect(calls(...pair, policy({ serviceAccounts: ['shop/orders'] }))).toEqual(allowed);
    expect(calls(...pair, policy({ principals: ['cluster.local/ns/shop/sa/*'] }))).toEqual([]);
    expect(calls(...pair, policy({ namespaces: ['shop'] }))).toEqual([]);
    expect(calls(...pair, policy({ principals: ['cluster.local/ns/shop/sa/orders'] }, { action: 'DENY' }))).toEqual([]);
    const shared = deployment('billing', { pod: { serviceAccountName: 'orders' } });
    expect(calls(...pair, shared, policy({ principals: ['cluster.local/ns/shop/sa/orders'] }))).toEqual([]);
  });

  test('by Sidecars, source labels and NetworkPolicies', () => {
    const sidecar = object(
      'Sidecar',
      'orders',
      'workloadSelector: { labels: { app: orders } }\negress: [{ hosts: ["./users.shop.svc.cluster.local", "istio-system/*", "~/*"] }]',
    );
    const labels = routes(
      'users',
      '- match: [{ sourceLabels: { app: orders } }]\n  route: [{ destination: { host: users } }]\n- route: [{ destination: { host: users } }]',
    );
    const network = document({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'users', namespace: 'shop' },
      spec: {
        podSelector: selector,
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'orders' } } }, { podSelector: {} }] }],
      },
    });
    expect(calls(...USERS, deployment('orders'), network, labels, sidecar)).toEqual([
      'orders -> users: Sidecar orders, sourceLabels of VirtualService users, NetworkPolicy users',
    ]);
  });

  test('what speaks no HTTP, and stores, are no requests', () => {
    const tcp = service('users', { ports: '[{ name: tcp, port: 80 }]' });
    expect(calls(tcp, deployment('users'), ...orders({ USERS: 'users:80' }))).toEqual([
      'orders -> users (no request): USERS',
    ]);
    expect(calls(postgres('orders-db'), ...orders({ DB_HOST: 'orders-db' }))).toEqual([
      'orders -> orders-db (no request): DB_HOST',
    ]);
  });

  test('of several ports, the one that is called counts', () => {
    const both = service('users', { ports: '[{ name: http, port: 80 }, { name: tcp, port: 7000 }]' });
    expect(calls(both, deployment('users'), ...orders({ USERS: 'users:7000' }))).toEqual([
      'orders -> users (no request): USERS',
    ]);
  });

  test('do not depend on the order of the objects', () => {
    const yaml = [
      caller('a', 'b', 'c'),
      caller('b', 'c'),
      caller('c', 'a'),
      policy({ principals: ['x/ns/shop/sa/a'] }),
    ];
    expect(calls(...yaml.toReversed())).toEqual(calls(...yaml));
  });
});
