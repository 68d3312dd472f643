import { describe, expect, test } from 'vitest';
import { MeshGateway } from '../../charts-src/constructs/mesh-gateway.ts';
import { MeshService } from '../../charts-src/constructs/mesh-service.ts';
import type { Mesh } from '../../charts-src/constructs/mesh.ts';
import { ExternalPostgres, PostgresDatabase } from '../../charts-src/constructs/postgres-database.ts';
import { warningsOf } from '../../charts-src/constructs/warning.ts';
import type {
  AuthorizationPolicySpec,
  DestinationRuleSpec,
  SidecarSpec,
  VirtualServiceSpec,
} from '../../charts-src/imports/istio.ts';
import { dnsLabelProblem } from '../../charts-src/model/names.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import type { MeshServiceProps } from '../../charts-src/index.ts';
import { IMAGE, newMesh, objectOf, objectsOf, stock, users } from './rendered.ts';

type Users = typeof users;
const service = (mesh: Mesh, id: string, more: Partial<MeshServiceProps<'v1', Users, Record<never, never>>> = {}) =>
  new MeshService(mesh, id, { contract: users, versions: { v1: { image: IMAGE } }, ...more });

interface PodTemplate {
  readonly template: {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: {
      readonly containers: readonly {
        readonly env: readonly { readonly name: string; readonly value?: string }[];
        readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
      }[];
      readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
    };
  };
}

describe('two callers with an operation each', () => {
  const mesh = newMesh();
  const callee = service(mesh, 'users');
  service(mesh, 'reader').calls(callee, { operations: ['getUser'], timeout: '2s' });
  service(mesh, 'writer').calls(callee, { operations: ['addUser'] });
  const objects = objectsOf(mesh);

  test('may do their own and not the other one', () => {
    const { spec } = objectOf<AuthorizationPolicySpec>(objects, 'AuthorizationPolicy', 'users');
    expect(
      spec.rules?.map(({ from, to }) => [
        from?.[0]?.source?.principals,
        to?.map(({ operation }) => [operation?.methods, operation?.paths]),
      ]),
    ).toEqual([
      [['cluster.local/ns/shop/sa/reader'], [[['GET'], ['/api/users/{*}']]]],
      [['cluster.local/ns/shop/sa/writer'], [[['POST'], ['/api/users']]]],
    ]);
  });

  test('have each their patience', () => {
    const { spec } = objectOf<VirtualServiceSpec>(objects, 'VirtualService', 'users');
    expect(spec.http?.map(({ name, match, timeout }) => [name, match?.[0]?.sourceLabels, timeout])).toEqual([
      ['reader', { app: 'reader' }, '2s'],
      ['default', undefined, '10s'],
    ]);
  });

  test('find the callee by a variable', () => {
    const { spec } = objectOf<PodTemplate>(objects, 'Deployment', 'writer-v1');
    expect(spec.template.spec.containers[0]?.env).toContainEqual({
      name: 'USERS_URL',
      valueFrom: { configMapKeyRef: { name: 'service-urls', key: 'USERS_URL' } },
    });
    expect(objectOf(objects, 'ConfigMap', 'service-urls')['data']).toMatchObject({
      USERS_URL: 'http://users.shop.svc.cluster.local/api',
    });
  });
});

describe('several calls', () => {
  test('of one caller to one callee are told apart by operation', () => {
    const mesh = newMesh();
    const callee = service(mesh, 'users');
    service(mesh, 'orders')
      .calls(callee, { operations: ['getUser'], timeout: '1s' })
      .calls(callee, { operations: ['addUser'], timeout: '5s' });
    const { spec } = objectOf<VirtualServiceSpec>(objectsOf(mesh), 'VirtualService', 'users');
    expect(spec.http?.map(({ name, match, timeout }) => [name, match?.[0]?.method, timeout])).toEqual([
      ['orders-1', { exact: 'GET' }, '1s'],
      ['orders-2', { exact: 'POST' }, '5s'],
      ['default', undefined, '10s'],
    ]);
  });
});

describe('wishes of one caller for its connections', () => {
  const policyOf = (mesh: Mesh, name: string) =>
    objectOf<DestinationRuleSpec>(objectsOf(mesh), 'DestinationRule', name).spec.trafficPolicy;

  test('leave the other blocks as the callee has them', () => {
    const mesh = newMesh();
    const callee = service(mesh, 'users', {
      traffic: { connectionPool: { tcp: { maxConnections: 7 } }, outlierDetection: { consecutive5xxErrors: 3 } },
    });
    service(mesh, 'orders').calls(callee, { operations: ['getUser'], loadBalancer: 'ROUND_ROBIN' });
    expect(policyOf(mesh, 'users-from-orders')).toMatchObject({
      connectionPool: { tcp: { maxConnections: 7 } },
      outlierDetection: { consecutive5xxErrors: 3 },
      loadBalancer: { simple: 'ROUND_ROBIN' },
    });
    expect(policyOf(mesh, 'users')?.loadBalancer).toMatchObject({ simple: 'LEAST_REQUEST' });
  });

  test('are not lost in a second call', () => {
    const mesh = newMesh();
    const callee = service(mesh, 'users');
    service(mesh, 'orders')
      .calls(callee, { operations: ['getUser'], loadBalancer: 'RANDOM' })
      .calls(callee, { operations: ['addUser'], connectionPool: { tcp: { maxConnections: 3 } } });
    expect(policyOf(mesh, 'users-from-orders')).toMatchObject({
      loadBalancer: { simple: 'RANDOM' },
      connectionPool: { tcp: { maxConnections: 3 } },
    });
  });
});

describe('databases', () => {
  const database = { database: 'orders', password: { secret: 'orders-db', key: 'password' } };

  test('let the Job that migrates them in, as its service', () => {
    const mesh = newMesh();
    const owner = service(mesh, 'orders', { migrations: { command: ['migrate'], as: 'job' } });
    new PostgresDatabase(mesh, 'orders-db', { owner, image: IMAGE, ...database });
    const objects = objectsOf(mesh);
    const reached = (name: string) => objectOf<SidecarSpec>(objects, 'Sidecar', name).spec.egress?.[0]?.hosts;
    expect(reached('orders-migrations')).toEqual(reached('orders'));
    expect(objectOf<AuthorizationPolicySpec>(objects, 'AuthorizationPolicy', 'orders-db').spec.rules).toHaveLength(1);
  });

  test('outside the mesh too', () => {
    const mesh = newMesh();
    const owner = service(mesh, 'orders', { migrations: { command: ['migrate'], as: 'job' } });
    new ExternalPostgres(mesh, 'orders-db', { owner, host: 'orders.db.example', ...database });
    const objects = objectsOf(mesh);
    for (const name of ['orders', 'orders-migrations'])
      expect(objectOf<SidecarSpec>(objects, 'Sidecar', name).spec.egress?.[0]?.hosts).toEqual([
        'shop/orders.db.example',
      ]);
  });
});

describe('pods', () => {
  const podOf = (more: Parameters<typeof service>[2], change: (mesh: Mesh) => void = () => undefined) => {
    const mesh = newMesh();
    service(mesh, 'orders', more);
    change(mesh);
    return objectOf<PodTemplate>(objectsOf(mesh), 'Deployment', 'orders-v1').spec.template;
  };
  const fingerprintOf = (more: Parameters<typeof service>[2]) =>
    podOf(more).metadata.annotations['config.weftmesh/fingerprint'];

  test('start anew when their config changes, and for nothing else', () => {
    const before = fingerprintOf({ config: { A: '1' } });
    expect(fingerprintOf({ config: { A: '1' } })).toBe(before);
    expect(fingerprintOf({ config: { A: '2' } })).not.toBe(before);
    expect(fingerprintOf({ config: { B: '1' } })).not.toBe(before);
    expect(podOf({ config: { A: '1' } }, (mesh) => service(mesh, 'another'))).toEqual(podOf({ config: { A: '1' } }));
  });

  test('mount any Secret and any folder under a name that Kubernetes takes', () => {
    const { spec } = podOf({
      secrets: {
        A: { secret: 'tls.example.com', key: 'a' },
        B: { secret: 'x'.repeat(200), key: 'b' },
        C: { secret: 'plain', key: 'c' },
      },
      writableFolders: ['/tmp', '/var/cache', '/var-cache', '/Über/Cache', `/${'y'.repeat(100)}`],
    });
    const names = spec.volumes.map(({ name }) => name);
    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(8);
    for (const name of names) expect(dnsLabelProblem(name)).toBeUndefined();
    expect(names).toEqual(expect.arrayContaining(['tmp', 'var-cache', 'secret-plain']));
    expect(spec.containers[0]?.volumeMounts.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(spec.volumes.flatMap(({ secret }) => secret?.secretName ?? []).sort()).toEqual(
      ['plain', 'tls.example.com', 'x'.repeat(200)].sort(),
    );
  });
});

describe('warnings', () => {
  test('name the trap and how to accept it, and go when it is accepted', () => {
    const mesh = newMesh();
    const callee = service(mesh, 'users');
    const call = { operations: ['getUser'], timeout: '1s', retries: { attempts: 3, perTryTimeout: '1s' } } as const;
    service(mesh, 'orders').calls(callee, call);
    service(mesh, 'payments').calls(callee, { ...call, accepts: { 'retries-exceed-timeout': 'a test' } });
    new MeshGateway(mesh, 'public', { identity: gatewayIdentity.helm(), hosts: ['a.example'], tls: 'none' }).exposes(
      callee,
      call,
    );
    const warnings = warningsOf(mesh).map(({ path, message }) => `${path}: ${message}`);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/^shop\/orders: call to users: 4 tries of 1s do not fit into the timeout of 1s/);
    expect(warnings[1]).toMatch(/^shop\/public: exposes users: 4 tries/);
    for (const warning of warnings) expect(warning).toContain(`accepts: { 'retries-exceed-timeout': '<reason>' }`);
  });
});

test('a gRPC service is not asked in HTTP whether it is well', () => {
  const mesh = newMesh();
  new MeshService(mesh, 'stock', { contract: stock, versions: { v1: { image: IMAGE } } });
  const deployment = JSON.stringify(objectOf(objectsOf(mesh), 'Deployment', 'stock-v1'));
  // The kubelet speaks HTTP/1.1, and a gRPC server HTTP/2 only: such a pod would never be ready.
  expect(deployment).not.toContain('httpGet');
});
