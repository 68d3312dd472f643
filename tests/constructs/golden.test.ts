import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { ExternalService } from '../../charts-src/constructs/external-service.ts';
import { Kafka } from '../../charts-src/constructs/kafka.ts';
import { MeshChart } from '../../charts-src/constructs/mesh-chart.ts';
import { MeshGateway } from '../../charts-src/constructs/mesh-gateway.ts';
import { MeshService } from '../../charts-src/constructs/mesh-service.ts';
import { ExternalPostgres, PostgresDatabase } from '../../charts-src/constructs/postgres-database.ts';
import { RabbitMq } from '../../charts-src/constructs/rabbit-mq.ts';
import { StrictMtls } from '../../charts-src/constructs/strict-mtls.ts';
import { VersionedRoute } from '../../charts-src/constructs/versioned-route.ts';
import { minutes, seconds } from '../../charts-src/model/duration.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import { cache, IMAGE, newApp, newMesh, stock, users, yamlOf } from './rendered.ts';

const OTHER = IMAGE.replace('1.0.0', '2.0.0');
const JWKS = '{"keys":[{"kty":"EC","crv":"P-256","x":"eA","y":"eQ","kid":"one"}]}';

const newChart = () => new MeshChart(newApp(), 'chart', { namespace: 'shop' });
const service = (mesh = newMesh(), id = 'order-service') =>
  new MeshService(mesh, id, { contract: users, versions: { v1: { image: IMAGE } } });

/** Every construct with as little as it takes, and with everything it takes. */
const GOLDEN: Readonly<Record<string, () => IConstruct>> = {
  'mesh/defaults': () => newMesh(),
  'mesh/full': () => {
    const mesh = newMesh({
      namespaces: ['shop', 'backstage'],
      partOf: 'web-shop',
      folder: 'web/prod',
      trustDomain: 'shop.example',
      clusterDomain: 'cluster.example',
      istioCni: false,
      sidecars: 'classic',
      revision: 'canary',
      controlPlane: { namespace: 'mesh', podLabels: { app: 'istiod', 'istio.io/rev': 'canary' } },
      monitoring: { namespace: 'watch', podLabels: { app: 'scraper' } },
      dns: { namespace: 'dns', podLabels: { app: 'coredns' } },
      telemetry: { accessLog: 'all', traceSamplingPercent: 12.5 },
      images: { byTag: 'built a moment ago' },
    });
    service(mesh);
    return mesh;
  },
  'mesh-service/http-defaults': () => service(),
  'mesh-service/http-full': () => {
    const mesh = newMesh({ namespaces: ['shop', 'backstage'], images: { byTag: 'a test' } });
    const callee = service(mesh, 'user-service');
    const orders = new MeshService(mesh, 'order-service', {
      contract: { ...users, name: 'orders' },
      namespace: 'backstage',
      versions: {
        v1: { image: IMAGE },
        v2: {
          image: 'registry.example/app:2.0.0',
          scaling: { minReplicas: 3, maxReplicas: 9, targetCpuPercent: 55 },
          resources: { cpuMillis: 500 },
          environment: { FEATURE: 'on' },
        },
      },
      weights: { v1: 99.99, v2: 0.01 },
      port: { number: 8081, targetPort: 9000 },
      scaling: { replicas: 4 },
      resources: { cpuMillis: 250, memoryMib: 512, ephemeralStorageMib: 32 },
      traffic: {
        connectionPool: {
          tcp: { maxConnections: 7, connectTimeout: '250ms' },
          http: {
            http1MaxPendingRequests: 8,
            http2MaxRequests: 9,
            maxRequestsPerConnection: 1000,
            maxRetries: 3,
            idleTimeout: minutes(5),
          },
        },
        outlierDetection: {
          consecutive5xxErrors: 3,
          interval: seconds(5),
          baseEjectionTime: seconds(15),
          maxEjectionPercent: 34,
        },
        loadBalancer: { consistentHash: { httpHeaderName: 'x-user' } },
      },
      health: { liveness: '/alive', readiness: '/ready', startWithin: minutes(2) },
      shutdown: { drain: seconds(20), longestRequest: minutes(1) },
      metricsPath: '/stats',
      config: { GREETING: 'yes', LIMIT: '10' },
      secrets: {
        API_KEY: { secret: 'partner', key: 'api-key' },
        SIGNING_KEY: { secret: 'signing', key: 'private.jwk' },
        OTHER_KEY: { secret: 'partner', key: 'other' },
      },
      writableFolders: ['/tmp', '/var/cache/app'],
      migrations: { command: ['node', 'migrate.js', '--all'], as: 'job' },
      accepts: { 'no-cpu-limit': 'short bursts are cheaper than more pods' },
    });
    const inventory = new MeshService(mesh, 'inventory', { contract: stock, versions: { v1: { image: IMAGE } } });
    orders
      .calls(callee, {
        operations: ['getUser', 'addUser'],
        timeout: seconds(3),
        retries: {
          attempts: 2,
          perTryTimeout: '900ms',
          retryOn: ['connect-failure', '429', '503'],
          idempotent: 'by key',
        },
        loadBalancer: 'ROUND_ROBIN',
        connectionPool: { tcp: { maxConnections: 5 } },
      })
      .calls(inventory, { operations: ['Reserve'] })
      .calls(new ExternalService(mesh, 'partner', { hosts: ['api.partner.example'], namespace: 'backstage' }));
    callee.calls(orders, { operations: ['listUsers'], retries: { attempts: 0 } });
    return orders;
  },
  'mesh-service/grpc-defaults': () =>
    new MeshService(newMesh(), 'stock', { contract: stock, versions: { v1: { image: IMAGE } } }),
  'mesh-service/grpc-full': () => {
    const mesh = newMesh();
    const callee = new MeshService(mesh, 'stock', {
      contract: stock,
      versions: { v1: { image: IMAGE }, v2: { image: OTHER } },
      weights: { v1: 50, v2: 50 },
      port: { number: 9090, targetPort: 9091 },
      migrations: { command: ['/migrate'] },
    });
    service(mesh).calls(callee, {
      operations: ['Reserve'],
      timeout: seconds(4),
      retries: { attempts: 3, idempotent: 'by key' },
    });
    return callee;
  },
  'mesh-service/tcp-defaults': () =>
    new MeshService(newMesh(), 'cache', { contract: cache, versions: { v1: { image: IMAGE } } }),
  'mesh-service/tcp-full': () => {
    const mesh = newMesh();
    const callee = new MeshService(mesh, 'cache', {
      contract: cache,
      versions: { v1: { image: IMAGE }, v2: { image: OTHER } },
      weights: { v1: 75, v2: 25 },
      port: { number: 6379, targetPort: 6379 },
      traffic: { connectionPool: { tcp: { maxConnections: 12, connectTimeout: seconds(2) } } },
    });
    service(mesh).calls(callee, {});
    return callee;
  },
  'mesh-gateway/defaults': () => {
    const mesh = newMesh();
    return new MeshGateway(mesh, 'public', {
      identity: gatewayIdentity.istioctl(),
      hosts: ['shop.example'],
      tls: 'none',
    }).exposes(service(mesh), { operations: ['listUsers'] });
  },
  'mesh-gateway/full': () => {
    const mesh = newMesh();
    const split = new MeshService(mesh, 'user-service', {
      contract: users,
      versions: { v1: { image: IMAGE }, v2: { image: OTHER } },
      weights: { v1: 90, v2: 10 },
    });
    return new MeshGateway(mesh, 'public', {
      identity: gatewayIdentity.helm('istio-edge', 'edge'),
      hosts: ['shop.example', 'www.shop.example'],
      tls: { credentialName: 'shop-certificate', minProtocolVersion: 'TLSV1_3' },
      jwt: [{ issuer: 'https://id.example', jwks: JWKS, audiences: ['shop'] }],
      rateLimit: { requests: 10, per: minutes(1), burst: 20 },
    })
      .exposes(split, {
        operations: ['getUser', 'putUser', 'signIn'],
        timeout: seconds(5),
        retries: { attempts: 1, idempotent: 'by key' },
      })
      .exposes(new MeshService(mesh, 'stock', { contract: stock, versions: { v1: { image: IMAGE } } }), {
        operations: ['Watch'],
      });
  },
  'external-service/passthrough': () =>
    new ExternalService(newMesh(), 'mail', { hosts: ['smtp.example.com', 'smtp.example.org'] }),
  'external-service/originate': () =>
    new ExternalService(newMesh({ namespaces: ['shop', 'backstage'] }), 'bank', {
      hosts: ['api.bank.example'],
      port: 8443,
      tls: 'originate',
      namespace: 'backstage',
    }),
  'external-service/none': () =>
    new ExternalService(newMesh(), 'ledger', {
      hosts: ['ledger.example'],
      port: 5000,
      tls: 'none',
    }),
  'postgres-database/defaults': () => {
    const mesh = newMesh();
    return new PostgresDatabase(mesh, 'orders-db', {
      owner: service(mesh),
      image: IMAGE,
      database: 'orders',
      password: { secret: 'orders-db', key: 'password' },
    });
  },
  'postgres-database/full': () => {
    const mesh = newMesh({ namespaces: ['shop', 'data'] });
    const owner = new MeshService(mesh, 'order-service', {
      contract: users,
      versions: { v1: { image: IMAGE } },
      migrations: { command: ['migrate'], as: 'job' },
    });
    return new PostgresDatabase(mesh, 'orders-db', {
      owner,
      image: IMAGE,
      database: 'orders',
      user: 'orders_app',
      password: { secret: 'orders-db', key: 'password' },
      namespace: 'data',
      storage: { sizeGib: 50, storageClass: 'fast' },
      resources: { cpuMillis: 1000, memoryMib: 2048, ephemeralStorageMib: 256 },
      accepts: { 'single-replica': 'backups are restored within minutes' },
    });
  },
  'external-postgres/defaults': () => {
    const mesh = newMesh();
    return new ExternalPostgres(mesh, 'orders-db', {
      owner: service(mesh),
      host: 'orders.db.example',
      database: 'orders',
      password: { secret: 'orders-db', key: 'password' },
    });
  },
  'external-postgres/owner-full': () => {
    const mesh = newMesh();
    const owner = service(mesh);
    new ExternalPostgres(mesh, 'orders-db', {
      owner,
      host: 'orders.db.example',
      port: 6432,
      database: 'orders',
      user: 'orders_app',
      password: { secret: 'orders-db', key: 'password' },
    });
    return owner;
  },
  'rabbit-mq/defaults': () =>
    new RabbitMq(newMesh(), 'rabbitmq', {
      image: IMAGE,
      exchange: 'events',
      events: { OrderCreated: 'order.created' },
      queues: { mails: ['OrderCreated'] },
      password: { secret: 'rabbitmq', key: 'password' },
      credentials: { secret: 'rabbitmq-conf', key: '10-credentials.conf' },
    }),
  'rabbit-mq/client-full': () => {
    const mesh = newMesh();
    const events = new RabbitMq(mesh, 'rabbitmq', {
      image: IMAGE,
      exchange: 'events',
      events: { OrderCreated: 'order.created', PaymentProcessed: 'payment.processed' },
      queues: { mails: ['OrderCreated', 'PaymentProcessed'], audit: ['OrderCreated'] },
      user: 'worker',
      password: { secret: 'rabbitmq', key: 'password' },
      credentials: { secret: 'rabbitmq-conf', key: '10-credentials.conf' },
      storage: { sizeGib: 3 },
    });
    return service(mesh).publishes(events, ['OrderCreated', 'PaymentProcessed']).consumes(events, ['mails', 'audit']);
  },
  'kafka/defaults': () =>
    new Kafka(newMesh(), 'kafka', {
      image: IMAGE,
      clusterId: '5L6g3nShT-eMCtK--X86sw',
      topics: { order_events: { partitions: 3, replicationFactor: 3, retention: '168h' } },
    }),
  'kafka/full': () => {
    const mesh = newMesh();
    const streams = new Kafka(mesh, 'streams', {
      image: IMAGE,
      brokers: 1,
      clusterId: '5L6g3nShT-eMCtK--X86sw',
      topics: {
        order_events: { partitions: 6, replicationFactor: 1, retention: minutes(90) },
        audit: { partitions: 1, replicationFactor: 1, retention: '24h' },
      },
      storage: { sizeGib: 2, storageClass: 'slow' },
      accepts: { 'no-cpu-limit': 'a laptop' },
    });
    service(mesh).publishes(streams, ['order_events']).consumes(streams, 'audit');
    return streams;
  },
  'strict-mtls/defaults': () => new StrictMtls(newChart(), 'strict'),
  'strict-mtls/full': () =>
    new StrictMtls(newChart(), 'strict', {
      name: 'legacy',
      namespace: 'backstage',
      selector: { app: 'legacy' },
      plainTextPorts: [8080, 9090],
      accepts: { 'plain-text-port': 'the probe of an old load balancer' },
    }),
  'versioned-route/defaults': () => new VersionedRoute(newChart(), 'order-service', { weights: { v1: 100 } }),
  'versioned-route/full': () =>
    new VersionedRoute(newChart(), 'orders', {
      host: 'order-service.shop.svc.cluster.local',
      namespace: 'backstage',
      weights: { v1: 87.5, v2: 12.5 },
      prefix: '/api',
      timeout: seconds(9),
      retries: { attempts: 2, perTryTimeout: seconds(3), retryOn: ['connect-failure', '503'] },
      connectionPool: {
        tcp: { maxConnections: 3 },
        http: { http1MaxPendingRequests: 4, maxRequestsPerConnection: 500 },
      },
      outlierDetection: { consecutive5xxErrors: 7 },
      loadBalancer: 'RANDOM',
      accepts: { 'unmatched-paths-get-404': 'all of it is below /api' },
    }),
};

describe('what a construct becomes', () => {
  test.each(Object.entries(GOLDEN))('%s', async (name, make) => {
    await expect(yamlOf(make())).toMatchFileSnapshot(`../golden/${name}.yaml`);
  });
});
