import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { newShopper, ok, refusal, stranger, type Shopper } from '../services/shopper.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { apply, kubectl, run, runningPods, type Pod } from '../support/mesh-cluster.ts';
import { until } from '../support/until.ts';
import { openFrontDoor, type FrontDoor } from './front-door.ts';
import { MAIL_RELAY, realShopImages } from './shop-images.ts';
import { clientDeployment, namespaceWith, ready, SHOP_IMAGES } from './shop-on-mesh.ts';

// dist/microservices/dev as it is, applied by scripts/kind/apply.sh, and what its images hold for real: each service's
// bundle, a PostgreSQL 15 a service, RabbitMQ, and a Kafka of three brokers.

const MINUTE_MS = 60_000;
const PATIENCE = { timeoutMs: 30_000, everyMs: 200 };
const BROKERS: Readonly<Record<string, number>> = { rabbitmq: 5672, kafka: 9092 };
const COFFEE = 'coffee-beans-1kg';

let lab: Lab;
let door: FrontDoor;

beforeAll(async () => {
  lab = await startLab(async (folder) => [...(await realShopImages(folder)), ...SHOP_IMAGES]);
  await Promise.all([applyShop(), startOutside()]);
  await kubectl(lab, ['wait', 'job', '--all', '-n', 'shop', '--for=condition=Complete', '--timeout=60s']);
  door = await openFrontDoor(lab, 'shop.localhost');
}, 6 * MINUTE_MS);
afterAll(async () => {
  await door?.stop();
  await lab?.stop();
}, MINUTE_MS);

/** As README of scripts/kind says it, from outside of the mesh. */
const applyShop = async (): Promise<void> => {
  const [program, ...args] = lab.inNetworkOf('node');
  const command = ['bash', 'scripts/kind/apply.sh', '--context', 'lab', '--dev-secrets', 'dist/microservices/dev'];
  const applied = await run([program, ...args, ...command], {
    env: { ...process.env, KUBECONFIG: lab.kubeconfig },
    cwd: ROOT,
  });
  if (applied.code === 0) return;
  const { stdout: pods } = await lab.kubectl(['get', 'pods', '-n', 'shop', '-o', 'wide']);
  throw new Error(`apply.sh ended with ${applied.code}:\n${applied.stderr}\n${pods}`);
};

/** What is outside of the mesh: the relay for mails, and somebody without a sidecar. */
const startOutside = async (): Promise<void> => {
  const name = 'mail-relay';
  await apply(lab, [
    namespaceWith('outside', {}),
    clientDeployment('client', 'outside', 'default'),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'outside', labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'app', image: MAIL_RELAY.image, ports: [{ containerPort: MAIL_RELAY.port }] }],
      },
    },
  ]);
  await ready(lab, 'outside', ['deployment/client']);
  await kubectl(lab, ['wait', `pod/${name}`, '-n', 'outside', '--for=condition=Ready', '--timeout=60s']);
};

/** Nothing outside of the lab has a name, so the relay is declared by its address. */
const declareRelay = async (): Promise<void> => {
  const relay = (await runningPods(lab, 'outside')).find(({ labels }) => labels['app'] === 'mail-relay');
  const spec = { resolution: 'STATIC', endpoints: [{ address: relay?.ip }] };
  await kubectl(lab, [
    ...['patch', 'serviceentry', 'mail-relay', '-n', 'shop', '--type=merge', '-p', JSON.stringify({ spec })],
  ]);
};

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly { readonly name: string; readonly readinessProbe?: unknown }[] };
  readonly status: Readonly<Record<'containerStatuses' | 'initContainerStatuses', readonly ContainerStatus[]>>;
}

/** The sum of a counter over the pods of a service, by their own /metrics. */
const counted = async (service: string, series: string): Promise<number> => {
  const pods = (await runningPods(lab, 'shop')).filter(({ labels }) => labels['app'] === service);
  const answers = await Promise.all(
    pods.map((pod) => lab.send(pod, [{ host: 'localhost', connectTo: '127.0.0.1', port: 8080, path: '/metrics' }])),
  );
  return answers.flat().reduce((sum, { text }) => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return sum + Number(line?.split(' ')[1] ?? 0);
  }, 0);
};

describe('the shop of dev, each of its images for real', () => {
  let ada: Shopper;
  let orderId: string;

  test('every pod is ready by the probes of its chart, with a sidecar, under STRICT', async () => {
    const list = await kubectl(lab, [
      'get',
      'pods',
      '-n',
      'shop',
      '--field-selector=status.phase=Running',
      '-o',
      'json',
    ]);
    // What the API server answers to a list of pods.
    const { items } = JSON.parse(list) as { readonly items: readonly PodObject[] };
    expect(items.map(({ metadata: { labels } }) => [labels['app'], labels['version']].join(' ').trim()).sort()).toEqual(
      [
        ...[
          'api-gateway v1',
          'inventory-db',
          'inventory-service v1',
          'kafka',
          'kafka',
          'kafka',
          'notification-service v1',
        ],
        ...[
          'notifications-db',
          'order-service v1',
          'order-service v2',
          'orders-db',
          'payment-service v1',
          'payments-db',
        ],
        ...['rabbitmq', 'user-service v1', 'users-db'],
      ],
    );
    const containers = items.flatMap(({ spec }) => spec.containers);
    expect(containers.filter(({ readinessProbe }) => readinessProbe === undefined)).toEqual([]);
    const statusOf = (of: 'containerStatuses' | 'initContainerStatuses', container: string) =>
      items.map(({ status }) => status[of].find(({ name }) => name === container));
    for (const status of [...statusOf('containerStatuses', 'app'), ...statusOf('initContainerStatuses', 'istio-proxy')])
      expect(status).toMatchObject({ ready: true, restartCount: 0 });
    const modes = await kubectl(lab, ['get', 'peerauthentication', '-A', '-o', 'jsonpath={.items[*].spec.mtls.mode}']);
    expect(modes).toBe('STRICT');
  });

  test('a user registers, orders, pays, and is told by mail', async () => {
    await declareRelay();
    const open = stranger(door);
    const stock = async () =>
      (await ok(open.GET('/products/{product_id}', { params: { path: { product_id: COFFEE } } }))).available;
    const before = await stock();
    ada = await newShopper(door);
    const placed = await ok(
      ada.api.POST('/orders', {
        params: { header: {} },
        body: { user_id: ada.userId, items: [{ product_id: COFFEE, quantity: 2 }] },
      }),
    );
    expect(placed.status).toBe('created');
    orderId = placed.order_id;
    await until('it is paid and its goods are set aside', PATIENCE, async () => {
      const { status } = await ok(ada.api.GET('/orders/{order_id}', { params: { path: { order_id: orderId } } }));
      return status === 'pending';
    });
    const { payments } = await ok(ada.api.GET('/payments', { params: { query: { order_id: orderId } } }));
    expect(payments.map(({ status }) => status)).toEqual(['processed']);
    expect(await stock()).toBe(before - 2);
    await until('the confirmation is sent', PATIENCE, async () => {
      const query = { user_id: ada.userId, order_id: orderId };
      const { notifications } = await ok(ada.api.GET('/notifications', { params: { query } }));
      return notifications.some(({ kind, status }) => kind === 'order_confirmed' && status === 'sent');
    });
    const mails = await kubectl(lab, ['logs', 'mail-relay', '-n', 'outside']);
    // The relay prints a line a mail.
    const received = mails
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly to: string; readonly subject: string });
    expect(received.filter(({ to }) => to === ada.email)).toHaveLength(2);
    expect(received.map(({ subject }) => subject).join()).toContain(orderId);
  });

  test('both brokers brought the order to who waits for it, and it had its effect once', async () => {
    expect(await counted('order-service', 'events_published_total{lane="rabbitmq"}')).toBeGreaterThan(0);
    await until('Kafka has it, and brought it', PATIENCE, async () => {
      const [sent, ...handled] = await Promise.all([
        counted('order-service', 'events_published_total{lane="kafka"}'),
        ...['payment', 'inventory'].map((one) =>
          counted(`${one}-service`, `events_handled_total{queue="${one}_service_queue",outcome="done"}`),
        ),
      ]);
      return sent > 0 && handled.every((count) => count >= 2);
    });
    const { payments } = await ok(ada.api.GET('/payments', { params: { query: { order_id: orderId } } }));
    expect(payments).toHaveLength(1);
  });

  test('both versions of order-service answer through the gateway', async () => {
    const seen = new Set<string | null>();
    await until('each has answered', PATIENCE, async () => {
      const call = await ada.api.GET('/orders/{order_id}', { params: { path: { order_id: orderId } } });
      seen.add(call.response.headers.get('estimated-delivery') === null ? 'v1' : 'v2');
      return seen.size === 2;
    });
  });

  test('nobody else sees or ends the order, with a token or without', async () => {
    const mallory = await newShopper(door);
    const path = { order_id: orderId };
    const look = (api: Shopper['api']) => api.GET('/orders/{order_id}', { params: { path } });
    const end = (api: Shopper['api']) =>
      api.PUT('/orders/{order_id}/cancellation', { params: { path }, body: { reason: 'Mine' } });
    expect(await refusal(look(mallory.api))).toBe('404 /problems/not-found');
    expect(await refusal(end(mallory.api))).toBe('404 /problems/not-found');
    const list = mallory.api.GET('/orders', { params: { query: { user_id: ada.userId } } });
    expect(await refusal(list)).toBe('403 /problems/not-yours');
    expect((await look(stranger(door))).response.status).toBe(403);
    expect((await ok(look(ada.api))).status).toBe('pending');
  });

  describe('plain text, from a pod without a sidecar', () => {
    let client: Pod;
    let pods: readonly Pod[];

    beforeAll(async () => {
      const [found] = (await runningPods(lab, 'outside')).filter(({ labels }) => labels['app'] === 'client');
      if (found === undefined) throw new Error('no client');
      client = found;
      pods = await runningPods(lab, 'shop');
    });

    test('is refused by every service, database and broker', async () => {
      expect(client.containers).toEqual(['app']);
      const portOf = ({ labels: { app = '' } }: Pod): number => (app.endsWith('-db') ? 5432 : (BROKERS[app] ?? 8080));
      const requests = pods.map((pod) => ({ host: pod.ip, port: portOf(pod), path: '/readyz' }));
      const answers = await lab.send(client, requests);
      expect(answers.map(({ error }) => error)).toEqual(pods.map(() => 'ECONNRESET'));
      expect(pods).toHaveLength(16);
    });

    test('reaches what takes it', async () => {
      // Without this, a client that reaches nothing at all would pass the test above.
      const [answer] = await lab.send(client, [
        {
          host: 'istio-ingressgateway.istio-system.svc.cluster.local',
          path: '/api/products',
          headers: { host: 'shop.localhost' },
        },
      ]);
      expect(answer?.status).toBe(301);
    });
  });
});
