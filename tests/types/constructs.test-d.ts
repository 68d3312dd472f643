import { App } from 'cdk8s';
import { describe, expectTypeOf, test } from 'vitest';
import type { Environment } from '../../charts-src/charts/environment.ts';
import {
  Kafka,
  Mesh,
  MeshGateway,
  MeshService,
  RabbitMq,
  VersionedRoute,
  type Duration,
  type HttpContract,
  type Scaling,
  type TcpContract,
  type Weights,
} from '../../charts-src/index.ts';
import { userService } from '../../charts-src/imports/contracts/user-service.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import { seconds } from '../../charts-src/model/duration.ts';
import type { TotalsHundred } from '../../charts-src/model/weights.ts';

const image = 'app:1';
const mesh = new Mesh(new App(), 'shop');
const one = { contract: userService, versions: { v1: { image } } };
const two = { contract: userService, versions: { v1: { image }, v2: { image } } };
const three = { contract: userService, versions: { v1: { image }, v2: { image }, v3: { image } } };
const cache = { protocol: 'tcp', name: 'cache', basePath: '', operations: {} } as const satisfies TcpContract;

describe('TotalsHundred', () => {
  type Fine<W> = TotalsHundred<W> extends W ? (W extends TotalsHundred<W> ? true : false) : false;

  test('is the weights themselves when they total 100', () => {
    expectTypeOf<Fine<{ v1: 100 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ v1: 90; v2: 10 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ v1: 0; v2: 100 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ v1: 99.99; v2: 0.01 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ v1: 12.5; v2: 87.5 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ v1: 33.33; v2: 33.33; v3: 33.34 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ a: 1; b: 2; c: 3; d: 4; e: 90 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<Record<never, never>>>().toEqualTypeOf<true>();
  });

  test('is a text that says what is wrong otherwise', () => {
    type Sum = 'these weights do not total 100 with at most two decimals each';
    expectTypeOf<TotalsHundred<{ v1: 90; v2: 11 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 99 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 1000 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 1 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 0.1 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 0 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 50; v2: 50; v3: 50 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 33.33; v2: 33.33; v3: 33.33 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 99.999; v2: 0.001 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 1e21; v2: 10 }>>().toEqualTypeOf<Sum>();
    expectTypeOf<TotalsHundred<{ v1: 1e-7; v2: 100 }>>().toEqualTypeOf<Sum>();
    type Negative = 'a weight is negative: weights are shares from 0 to 100';
    expectTypeOf<TotalsHundred<{ v1: 110; v2: -10 }>>().toEqualTypeOf<Negative>();
    expectTypeOf<TotalsHundred<{ v1: -100 }>>().toEqualTypeOf<Negative>();
  });

  test('lets weights through that no compiler can add up', () => {
    expectTypeOf<Fine<Record<string, number>>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<{ v1: number; v2: 10 }>>().toEqualTypeOf<true>();
    expectTypeOf<Fine<Environment['weights']['order-service']>>().toEqualTypeOf<true>();
  });
});

describe('MeshService', () => {
  test('takes weights that total 100, of its own versions', () => {
    new MeshService(mesh, 'a', one);
    new MeshService(mesh, 'b', { ...one, weights: { v1: 100 } });
    new MeshService(mesh, 'c', { ...two, weights: { v1: 90, v2: 10 } });
    new MeshService(mesh, 'd', { ...two, weights: { v1: 99.99, v2: 0.01 } });
    new MeshService(mesh, 'e', { ...three, weights: { v1: 33.33, v2: 33.33, v3: 33.34 } });
    new MeshService(mesh, 'f', { ...three, weights: { v1: 100 } });
    const fromFile: Weights<'v1' | 'v2'> = { v1: 1, v2: 2 };
    new MeshService(mesh, 'g', { ...two, weights: fromFile });
  });

  test('refuses others', () => {
    // @ts-expect-error 101
    new MeshService(mesh, 'a', { ...two, weights: { v1: 90, v2: 11 } });
    // @ts-expect-error 99.99
    new MeshService(mesh, 'b', { ...three, weights: { v1: 33.33, v2: 33.33, v3: 33.33 } });
    // @ts-expect-error three decimals
    new MeshService(mesh, 'c', { ...two, weights: { v1: 99.999, v2: 0.001 } });
    // @ts-expect-error a negative share
    new MeshService(mesh, 'd', { ...two, weights: { v1: 110, v2: -10 } });
    // @ts-expect-error no such version
    new MeshService(mesh, 'e', { ...two, weights: { v1: 90, v3: 10 } });
    // @ts-expect-error no such version, though the sum is right without it
    new MeshService(mesh, 'f', { ...two, weights: { v1: 90, v2: 10, v3: 0 } });
    // @ts-expect-error a text
    new MeshService(mesh, 'g', { ...two, weights: { v1: '90', v2: 10 } });
  });

  test('knows its versions', () => {
    const service = new MeshService(mesh, 'a', { ...two, weights: { v1: 90, v2: 10 } });
    service.deployment('v2');
    // @ts-expect-error no such version
    service.deployment('v3');
    expectTypeOf(service.deployment).parameter(0).toEqualTypeOf<'v1' | 'v2'>();
  });

  test('takes a number of pods or a range, never both', () => {
    expectTypeOf<{ replicas: 2 }>().toExtend<Scaling>();
    expectTypeOf<{ minReplicas: 2; maxReplicas: 4 }>().toExtend<Scaling>();
    new MeshService(mesh, 'a', { ...one, scaling: { replicas: 2 } });
    new MeshService(mesh, 'b', { ...one, scaling: { minReplicas: 2, maxReplicas: 4, targetCpuPercent: 60 } });
    // @ts-expect-error each would undo the other
    new MeshService(mesh, 'c', { ...one, scaling: { replicas: 2, minReplicas: 2, maxReplicas: 4 } });
    // @ts-expect-error a range needs both ends
    new MeshService(mesh, 'd', { ...one, scaling: { minReplicas: 2 } });
    // @ts-expect-error no number at all
    new MeshService(mesh, 'e', { ...one, scaling: {} });
    new MeshService(mesh, 'f', {
      contract: userService,
      // @ts-expect-error each would undo the other, in a version too
      versions: { v1: { image, scaling: { replicas: 1, minReplicas: 2, maxReplicas: 3 } } },
    });
  });

  test('takes durations with their unit', () => {
    expectTypeOf<'30s' | '250ms' | '1.5h' | '5m'>().toExtend<Duration>();
    expectTypeOf<'30'>().not.toExtend<Duration>();
    expectTypeOf<'s'>().not.toExtend<Duration>();
    expectTypeOf<'30d'>().not.toExtend<Duration>();
    expectTypeOf<number>().not.toExtend<Duration>();
    new MeshService(mesh, 'a', { ...one, shutdown: { drain: '10s', longestRequest: seconds(30) } });
    // @ts-expect-error seconds or milliseconds?
    new MeshService(mesh, 'b', { ...one, shutdown: { drain: 10 } });
    // @ts-expect-error no unit
    new MeshService(mesh, 'c', { ...one, shutdown: { drain: '10' } });
  });

  test('takes no property that it does not know, and misses none that it needs', () => {
    // @ts-expect-error misspelt
    new MeshService(mesh, 'a', { ...one, weight: { v1: 100 } });
    // @ts-expect-error without versions
    new MeshService(mesh, 'b', { contract: userService });
    // @ts-expect-error without contract
    new MeshService(mesh, 'c', { versions: { v1: { image } } });
    // @ts-expect-error without image
    new MeshService(mesh, 'd', { contract: userService, versions: { v1: {} } });
    // @ts-expect-error no trap of ours
    new MeshService(mesh, 'e', { ...one, accepts: { 'no-limits': 'why not' } });
  });
});

describe('calls', () => {
  const users = new MeshService(mesh, 'users', one);
  const orders = new MeshService(mesh, 'orders', two);

  test('takes operations of the contract, with retries for what may be done twice', () => {
    orders.calls(users, { operations: ['getUser'] });
    orders.calls(users, { operations: ['getUser', 'deactivateUser'], timeout: '2s', retries: { attempts: 2 } });
    orders.calls(users, { operations: ['registerUser'] });
    orders.calls(users, { operations: ['registerUser'], retries: { attempts: 2, idempotent: 'by key' } });
    orders.calls(users, { operations: ['getUser'], retries: { attempts: 2, retryOn: ['503', 'reset'] } });
  });

  test('refuses others', () => {
    // @ts-expect-error no such operation
    orders.calls(users, { operations: ['getUsers'] });
    // @ts-expect-error one of them is none
    orders.calls(users, { operations: ['getUser', 'deleteUser'] });
    // @ts-expect-error operations are what an edge is about
    orders.calls(users, { timeout: '2s' });
    // @ts-expect-error and so is the second argument
    orders.calls(users);
    // @ts-expect-error a POST would be done twice
    orders.calls(users, { operations: ['registerUser'], retries: { attempts: 2 } });
    // @ts-expect-error a POST among others would be done twice
    orders.calls(users, { operations: ['getUser', 'registerUser'], retries: { attempts: 2 } });
    // @ts-expect-error there is just one way to be safe
    orders.calls(users, { operations: ['registerUser'], retries: { attempts: 2, idempotent: true } });
    // @ts-expect-error seconds or milliseconds?
    orders.calls(users, { operations: ['getUser'], timeout: 30 });
    // @ts-expect-error no unit
    orders.calls(users, { operations: ['getUser'], timeout: '30' });
    // @ts-expect-error no unit
    orders.calls(users, { operations: ['getUser'], retries: { attempts: 1, perTryTimeout: '500' } });
    // @ts-expect-error no condition of Envoy's
    orders.calls(users, { operations: ['getUser'], retries: { attempts: 1, retryOn: ['always'] } });
  });

  test('allows all or nothing of TCP', () => {
    const callee = new MeshService(mesh, 'cache', { contract: cache, versions: { v1: { image } } });
    orders.calls(callee, {});
    orders.calls(callee, { connectionPool: { tcp: { maxConnections: 3 } } });
    // @ts-expect-error there are no requests in it
    orders.calls(callee, { timeout: '2s' });
    // @ts-expect-error nor operations
    orders.calls(callee, { operations: ['get'] });
  });

  test('takes any operation of a contract that is not known in detail, and no retries for it without a key', () => {
    const contract: HttpContract = userService;
    const unknown = new MeshService(mesh, 'unknown', { contract, versions: { v1: { image } } });
    orders.calls(unknown, { operations: ['whatever'] });
    // @ts-expect-error nobody knows whether it may be done twice
    orders.calls(unknown, { operations: ['whatever'], retries: { attempts: 1 } });
  });
});

describe('exposes', () => {
  const users = new MeshService(mesh, 'users-behind-gateway', one);
  const gateway = new MeshGateway(mesh, 'public', {
    identity: gatewayIdentity.helm(),
    hosts: ['a.example'],
    tls: 'none',
  });

  test('takes operations of the contract', () => {
    gateway.exposes(users, { operations: ['getUser', 'createToken'], timeout: '5s' });
    // @ts-expect-error no such operation
    gateway.exposes(users, { operations: ['getUsers'] });
    // @ts-expect-error a POST would be done twice
    gateway.exposes(users, { operations: ['createToken'], retries: { attempts: 1 } });
    // @ts-expect-error the connections are those of the gateway's pods
    gateway.exposes(users, { operations: ['getUser'], connectionPool: {} });
    // @ts-expect-error a gateway serves at least one host
    new MeshGateway(mesh, 'none', { identity: gatewayIdentity.helm(), hosts: [], tls: 'none' });
  });
});

describe('brokers', () => {
  const service = new MeshService(mesh, 'service', one);
  const common = {
    image,
    exchange: 'events',
    password: { secret: 's', key: 'k' },
    credentials: { secret: 's', key: 'c.conf' },
  };
  const events = new RabbitMq(mesh, 'rabbitmq', {
    ...common,
    events: { OrderCreated: 'order.created', UserRegistered: 'user.registered' },
    queues: { mails: ['OrderCreated'], audit: ['OrderCreated', 'UserRegistered'] },
  });
  const streams = new Kafka(mesh, 'kafka', {
    image,
    clusterId: '5L6g3nShT-eMCtK--X86sw',
    topics: { orders: { partitions: 1, replicationFactor: 1, retention: '24h' } },
  });

  test('know their events, queues and topics', () => {
    service.publishes(events, ['OrderCreated']).consumes(events, 'mails').consumes(events, ['mails', 'audit']);
    service.publishes(streams, ['orders']).consumes(streams, 'orders');
    // @ts-expect-error no such event
    service.publishes(events, ['OrderDeleted']);
    // @ts-expect-error a queue is no event
    service.publishes(events, ['mails']);
    // @ts-expect-error no such queue
    service.consumes(events, 'order_service_queue');
    // @ts-expect-error no such topic
    service.publishes(streams, ['users']);
    // @ts-expect-error no such topic
    service.consumes(streams, ['orders', 'users']);
  });

  test('have no queue of an unknown event, and no topic without a retention', () => {
    // @ts-expect-error no such event
    new RabbitMq(mesh, 'a', { ...common, events: { A: 'a' }, queues: { q: ['A', 'B'] } });
    const cluster = { image, clusterId: 'c' };
    const topic = { partitions: 1, replicationFactor: 1 };
    // @ts-expect-error how long?
    new Kafka(mesh, 'b', { ...cluster, topics: { t: topic } });
    // @ts-expect-error in which unit?
    new Kafka(mesh, 'c', { ...cluster, topics: { t: { ...topic, retention: 7 } } });
  });
});

describe('VersionedRoute', () => {
  test('takes weights that total 100', () => {
    new VersionedRoute(mesh, 'a', { weights: { v1: 90, v2: 10 }, timeout: seconds(30) });
    // @ts-expect-error 95
    new VersionedRoute(mesh, 'b', { weights: { v1: 90, v2: 5 } });
    // @ts-expect-error seconds or milliseconds?
    new VersionedRoute(mesh, 'c', { weights: { v1: 100 }, timeout: 30 });
  });
});
