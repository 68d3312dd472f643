import type { Construct } from 'constructs';
import { ExternalService } from '../constructs/external-service.ts';
import { Kafka } from '../constructs/kafka.ts';
import { MeshGateway } from '../constructs/mesh-gateway.ts';
import { MeshService } from '../constructs/mesh-service.ts';
import { Mesh } from '../constructs/mesh.ts';
import { PostgresDatabase } from '../constructs/postgres-database.ts';
import { RabbitMq } from '../constructs/rabbit-mq.ts';
import { apiGateway } from '../imports/contracts/api-gateway.ts';
import { inventoryService } from '../imports/contracts/inventory-service.ts';
import { notificationService } from '../imports/contracts/notification-service.ts';
import { orderService } from '../imports/contracts/order-service.ts';
import { paymentService } from '../imports/contracts/payment-service.ts';
import { userService } from '../imports/contracts/user-service.ts';
import { hours, milliseconds, seconds } from '../model/duration.ts';
import { gatewayIdentity } from '../model/gateway-identity.ts';
import type { Client } from '../constructs/client.ts';
import type { Environment } from './environment.ts';

/** Seven days, as section 4 of the architecture guide keeps events. */
const RETENTION = hours(7 * 24);

/** Where mails leave the mesh. */
const MAIL_RELAY = 'smtp.example.com';

/** The shop as microservices: six services, a database each, RabbitMQ and Kafka between them, one gateway in front. */
export function shop(scope: Construct, environment: Environment): Mesh {
  const { images } = environment;
  const mesh = new Mesh(scope, `microservices-${environment.name}`, {
    partOf: 'shop',
    namespaces: ['shop'],
    folder: `microservices/${environment.name}`,
    ...(environment.imagesByTag !== undefined && { images: { byTag: environment.imagesByTag } }),
  });
  const single =
    environment.name === 'dev'
      ? { accepts: { 'single-replica': 'dev runs on a laptop, where one pod of each service is enough' } }
      : {};
  const common = (service: string) => ({
    scaling: environment.scaling[service] ?? environment.scaling.default,
    ...single,
  });
  const migrations = { command: ['node', 'migrate.js'] };
  // Every service checks the user's token itself: a proxy that was passed by is no way to another user's orders.
  const config = {
    ENVIRONMENT: environment.name,
    JWT_ISSUER: environment.jwt.issuer,
    JWT_AUDIENCE: environment.jwt.audience,
    JWT_KEYS: JSON.stringify({ keys: environment.jwt.keys }),
  };

  const users = new MeshService(mesh, 'user-service', {
    ...common('user-service'),
    contract: userService,
    versions: { v1: { image: images['user-service'] } },
    config,
    secrets: { JWT_PRIVATE_KEY: { secret: 'user-service-signing-key', key: 'private.jwk' } },
    migrations,
  });
  const orders = new MeshService(mesh, 'order-service', {
    ...common('order-service'),
    contract: orderService,
    versions: { v1: { image: images['order-service-v1'] }, v2: { image: images['order-service-v2'] } },
    weights: environment.weights['order-service'],
    config,
    migrations,
  });
  const payments = new MeshService(mesh, 'payment-service', {
    ...common('payment-service'),
    contract: paymentService,
    versions: { v1: { image: images['payment-service'] } },
    config,
    migrations,
  });
  const inventory = new MeshService(mesh, 'inventory-service', {
    ...common('inventory-service'),
    contract: inventoryService,
    versions: { v1: { image: images['inventory-service'] } },
    config,
    migrations,
  });
  const notifications = new MeshService(mesh, 'notification-service', {
    ...common('notification-service'),
    contract: notificationService,
    versions: { v1: { image: images['notification-service'] } },
    config: { ...config, SMTP_HOST: MAIL_RELAY },
    migrations,
  });
  const api = new MeshService(mesh, 'api-gateway', {
    ...common('api-gateway'),
    contract: apiGateway,
    versions: { v1: { image: images['api-gateway'] } },
    // The ingress gateway says who asked; what a caller says of itself stands before that.
    config: { ...config, TRUSTED_PROXIES: '1' },
  });

  // Who calls whom. Everything that is not said here is refused.
  orders.calls(users, {
    operations: ['getUser'],
    timeout: seconds(2),
    retries: { attempts: 2, perTryTimeout: milliseconds(600) },
    outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: seconds(15) },
  });
  api.calls(users, {
    operations: ['registerUser', 'createToken', 'getUser', 'changeEmail', 'deactivateUser'],
    timeout: seconds(5),
  });
  api.calls(orders, {
    operations: ['createOrder', 'listOrders', 'getOrder', 'cancelOrder'],
    timeout: seconds(9),
    retries: { attempts: 2, perTryTimeout: seconds(3), idempotent: 'by key' },
    connectionPool: { tcp: { maxConnections: 200 }, http: { http1MaxPendingRequests: 200 } },
  });
  api.calls(payments, { operations: ['getPayment', 'listPayments'], timeout: seconds(3) });
  api.calls(inventory, {
    operations: ['listProducts', 'getProduct'],
    timeout: seconds(2),
    retries: { attempts: 1 },
    loadBalancer: 'ROUND_ROBIN',
  });
  api.calls(notifications, { operations: ['listNotifications'], timeout: seconds(3) });

  const gateway = new MeshGateway(mesh, 'public', {
    identity: gatewayIdentity[environment.gateway](),
    hosts: [environment.host],
    tls: { credentialName: 'shop-certificate' },
    jwt: [
      {
        issuer: environment.jwt.issuer,
        audiences: [environment.jwt.audience],
        jwks: JSON.stringify({ keys: environment.jwt.keys }),
      },
    ],
    rateLimit: environment.rateLimit,
  });
  gateway.exposes(api, {
    // The gateway's contract is what the shop offers: all of it, and nothing else.
    operations: Object.keys(apiGateway.operations) as (keyof typeof apiGateway.operations)[], // the keys are just these
    timeout: seconds(15),
  });

  databases(mesh, environment, { orders, users, payments, inventory, notifications });

  const events = new RabbitMq(mesh, 'rabbitmq', {
    image: images.rabbitmq,
    storage: { sizeGib: environment.storageGib },
    exchange: 'events',
    events: {
      OrderCreated: 'order.created',
      OrderUpdated: 'order.updated',
      OrderShipped: 'order.shipped',
      OrderCancelled: 'order.cancelled',
      PaymentProcessed: 'payment.processed',
      PaymentRefused: 'payment.refused',
      PaymentRefunded: 'payment.refunded',
      StockReserved: 'stock.reserved',
      StockRefused: 'stock.refused',
      StockReleased: 'stock.released',
      UserRegistered: 'user.registered',
      UserCreated: 'user.created',
      UserEmailChanged: 'user.email_changed',
      UserActivated: 'user.activated',
      UserDeactivated: 'user.deactivated',
    },
    queues: {
      order_service_queue: ['PaymentProcessed', 'PaymentRefused', 'StockReserved', 'StockRefused'],
      payment_service_queue: ['OrderCreated', 'OrderCancelled'],
      inventory_service_queue: ['OrderCreated', 'OrderCancelled', 'OrderShipped'],
      notification_service_queue: ['UserRegistered', 'UserEmailChanged', 'OrderCreated', 'OrderCancelled'],
    },
    user: 'shop',
    password: { secret: 'rabbitmq-password', key: 'password' },
    credentials: { secret: 'rabbitmq-credentials', key: '10-credentials.conf' },
  });
  orders
    .publishes(events, ['OrderCreated', 'OrderUpdated', 'OrderShipped', 'OrderCancelled'])
    .consumes(events, 'order_service_queue');
  payments
    .publishes(events, ['PaymentProcessed', 'PaymentRefused', 'PaymentRefunded'])
    .consumes(events, 'payment_service_queue');
  users.publishes(events, ['UserRegistered', 'UserCreated', 'UserEmailChanged', 'UserActivated', 'UserDeactivated']);
  inventory
    .publishes(events, ['StockReserved', 'StockRefused', 'StockReleased'])
    .consumes(events, 'inventory_service_queue');
  notifications.consumes(events, 'notification_service_queue');

  const topic = { partitions: 3, replicationFactor: 3, retention: RETENTION };
  const streams = new Kafka(mesh, 'kafka', {
    image: images.kafka,
    storage: { sizeGib: environment.storageGib },
    brokers: environment.kafkaBrokers,
    clusterId: '5L6g3nShT-eMCtK--X86sw',
    topics: { user_events: topic, order_events: topic, payment_events: topic },
  });
  users.publishes(streams, ['user_events']);
  orders.publishes(streams, ['order_events']);
  payments.publishes(streams, ['payment_events']).consumes(streams, 'order_events');
  inventory.consumes(streams, 'order_events');

  // Confirmations leave the mesh here, and nothing else does.
  const mail = new ExternalService(mesh, 'mail-relay', { hosts: [MAIL_RELAY], port: 465 });
  notifications.calls(mail);
  return mesh;
}

/** PostgreSQL 15 for each service, which nobody else may connect to. */
function databases(
  mesh: Mesh,
  { images, storageGib }: Environment,
  owners: Readonly<Record<'orders' | 'users' | 'payments' | 'inventory' | 'notifications', Client>>,
): void {
  for (const [database, owner] of Object.entries(owners))
    new PostgresDatabase(mesh, `${database}-db`, {
      owner,
      database,
      image: images.postgres,
      storage: { sizeGib: storageGib },
      password: { secret: `${database}-db`, key: 'password' },
    });
}
