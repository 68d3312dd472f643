import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject, WatchEvent } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import { apiClient, type ApiClientOptions } from '../../scripts/cluster/api-client.ts';
import { loadKubeconfig } from '../../scripts/cluster/kubeconfig.ts';
import { liveCluster } from '../../scripts/cluster/live-cluster.ts';
import { startApiProxy, type Fate, type ProxiedCall } from '../support/api-proxy.ts';
import { startApiServer, type ApiServer } from '../support/api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await server.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'shop', name: 'default' } });
});
afterAll(() => server.stop());

const never = new AbortController().signal;

const clusterBy = (kubeconfig: string, options?: ApiClientOptions) =>
  liveCluster(apiClient(loadKubeconfig({ file: kubeconfig, env: {}, cwd: '/' }), options));

const value = <Value>(result: Result<Value>): Value => {
  if (result.ok) return result.value;
  throw new Error(result.failure.message);
};
const failure = <Value>(result: Result<Value>) => {
  if (result.ok) throw new Error(`a success: ${JSON.stringify(result.value)}`);
  return result.failure;
};

const virtualService = (name: string, weights: readonly [number, number] = [100, 0]) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { namespace: 'shop', name },
  spec: {
    hosts: ['orders'],
    http: [
      {
        route: weights.map((weight, index) => ({ destination: { host: 'orders', subset: `v${index + 1}` }, weight })),
      },
    ],
  },
});

const made = async (name: string): Promise<KubernetesObject> => {
  await server.apply(virtualService(name));
  return value(await clusterBy(server.kubeconfig).virtualService({ namespace: 'shop', name }, never));
};

const withAnnotation = (object: KubernetesObject, text: string): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, 'weft.dev/test': text } },
});

/** A cluster behind a proxy that decides, while `use` runs. */
const behind = async (
  decide: (call: ProxiedCall) => Fate,
  use: (cluster: ReturnType<typeof clusterBy>, calls: readonly ProxiedCall[]) => Promise<void>,
  options?: ApiClientOptions,
): Promise<void> => {
  const proxy = await startApiProxy(server, decide);
  try {
    await use(clusterBy(proxy.kubeconfig, options), proxy.calls);
  } finally {
    await proxy.stop();
  }
};

describe('reads and writes', () => {
  test('an object comes and goes whole, and a second write of the same reading is a conflict', async () => {
    const cluster = clusterBy(server.kubeconfig);
    const before = await made('whole');
    expect(before.metadata['managedFields']).toBeDefined();
    const after = value(await cluster.replaceVirtualService(withAnnotation(before, 'one'), never));
    expect(after.spec).toEqual(before.spec);
    expect(after.metadata.annotations).toEqual({ 'weft.dev/test': 'one' });
    expect(after.metadata['uid']).toBe(before.metadata.uid);
    const conflict = failure(await cluster.replaceVirtualService(withAnnotation(before, 'two'), never));
    expect(conflict).toMatchObject({ type: 'conflict', retryable: true });
    expect(conflict.message).toContain('write VirtualService shop/whole: ');
    expect(conflict.message).toContain('the object has been modified');
  });

  test('a dry run changes nothing', async () => {
    const cluster = clusterBy(server.kubeconfig);
    const before = await made('dry');
    const dry = value(await cluster.dryRunVirtualService(withAnnotation(before, 'dry'), never));
    expect(dry.metadata.annotations).toEqual({ 'weft.dev/test': 'dry' });
    expect(value(await cluster.virtualService({ namespace: 'shop', name: 'dry' }, never))).toEqual(before);
  });

  test('what is not there, and what the server refuses', async () => {
    const cluster = clusterBy(server.kubeconfig);
    expect(failure(await cluster.destinationRule({ namespace: 'shop', name: 'none' }, never))).toMatchObject({
      type: 'not-found',
      object: { kind: 'DestinationRule', namespace: 'shop', name: 'none' },
    });
    const before = await made('refused');
    const rejected = failure(
      await cluster.replaceVirtualService({ ...before, spec: { hosts: ['orders'], http: 'all of it' } }, never),
    );
    expect(rejected).toMatchObject({ type: 'rejected', retryable: false });
    expect(rejected.message).toContain('spec.http in body must be of type array');
  });

  test('ready endpoints are counted by subset, and pods that end apart', async () => {
    const pod = (name: string, version: string) =>
      server.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'shop', name, labels: { app: 'orders', version } },
        spec: { containers: [{ name: 'app', image: 'none' }] },
      });
    await Promise.all([pod('a', 'v1'), pod('b', 'v1'), pod('c', 'v2'), pod('d', 'v2')]);
    const slice = (name: string, of: string, endpoints: readonly object[]) =>
      server.apply({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { namespace: 'shop', name, labels: { 'kubernetes.io/service-name': of } },
        addressType: 'IPv4',
        endpoints,
        ports: [{ port: 8080 }],
      });
    const endpoint = (name: string, address: string, conditions: object) => ({
      addresses: [address],
      conditions,
      targetRef: { kind: 'Pod', namespace: 'shop', name },
    });
    await slice('orders-1', 'orders', [
      endpoint('a', '10.0.0.1', { ready: true }),
      endpoint('b', '10.0.0.2', { ready: false }),
      endpoint('c', '10.0.0.3', { ready: true }),
    ]);
    await slice('orders-2', 'orders', [
      endpoint('a', '10.0.0.1', { ready: true }),
      endpoint('d', '10.0.0.4', { ready: false, serving: true, terminating: true }),
    ]);
    await slice('other', 'others', [endpoint('c', '10.0.0.9', { ready: true })]);
    const service = { namespace: 'shop', name: 'orders' };
    const cluster = clusterBy(server.kubeconfig);
    const subsets = [{ version: 'v1' }, { version: 'v2' }, {}].map((labels) => ({ service, labels }));
    expect(value(await cluster.capacity(subsets, never))).toEqual([
      { readyEndpoints: 1, pods: 2, terminatingPods: 0 },
      { readyEndpoints: 1, pods: 1, terminatingPods: 1 },
      { readyEndpoints: 2, pods: 3, terminatingPods: 1 },
    ]);
    await behind(
      () => ({ does: 'pass' }),
      async (counted, calls) => {
        value(await counted.capacity(subsets.slice(0, 2), never));
        expect(calls.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`).sort()).toEqual([
          'GET /api/v1/namespaces/shop/pods?labelSelector=version in (v1,v2)',
          'GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?labelSelector=kubernetes.io/service-name in (orders)',
        ]);
      },
    );
  });

  test('replicas are read and written by the scale of a workload, and its autoscaler is found', async () => {
    const labels = { app: 'scaled' };
    await server.apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'shop', name: 'scaled' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'none' }] } },
      },
    });
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'scaled' } as const;
    const cluster = clusterBy(server.kubeconfig);
    expect(value(await cluster.replicas(workload, never))).toBe(2);
    value(await cluster.scale(workload, 0, never));
    expect(value(await cluster.replicas(workload, never))).toBe(0);
    expect(value(await cluster.autoscaler(workload, never))).toBeUndefined();
    await server.apply({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { namespace: 'shop', name: 'by-load' },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled' } },
    });
    expect(value(await cluster.autoscaler(workload, never))).toEqual({
      kind: 'HorizontalPodAutoscaler',
      namespace: 'shop',
      name: 'by-load',
    });
  });

  test('all VirtualServices of a namespace know their kind', async () => {
    const one = await made('listed');
    const all = value(await clusterBy(server.kubeconfig).virtualServices('shop', never));
    expect(all).toContainEqual(one);
  });
});

describe('failures', () => {
  const reference = { namespace: 'shop', name: 'failing' };
  beforeAll(() => made('failing'));

  test.each([
    {
      fate: { does: 'answer', status: 500, body: '{"kind":"Status","message":"etcd is asleep"}' },
      is: { type: 'failing', retryable: true, uncertain: true, status: 500 },
      says: 'etcd is asleep',
    },
    {
      fate: { does: 'answer', status: 503, body: '<html><h1>no backend</h1></html>' },
      is: { type: 'failing', uncertain: true },
      says: 'status 503: no backend',
    },
    {
      fate: { does: 'answer', status: 503, body: 'shutting down', headers: { 'retry-after': '5' } },
      is: { type: 'failing', retryAfterMs: 5000 },
      says: 'status 503: shutting down',
    },
    {
      fate: { does: 'answer', status: 429, body: '', headers: { 'retry-after': '3' } },
      is: { type: 'throttled', retryAfterMs: 3000 },
      says: 'status 429 without a word',
    },
    {
      fate: { does: 'answer', status: 422, body: '{"message":"admission webhook \\"x\\" denied the request: no"}' },
      is: { type: 'rejected' },
      says: 'admission webhook "x" denied the request: no',
    },
    {
      fate: { does: 'answer', status: 401, body: '{"message":"Unauthorized"}' },
      is: { type: 'unauthenticated', retryable: false },
      says: 'Unauthorized. Log in again',
    },
    {
      fate: { does: 'answer', status: 200, body: '<html>Sign in to the network</html>' },
      is: { type: 'unintelligible', retryable: true },
      says: 'Sign in',
    },
    { fate: { does: 'answer', status: 302, body: '' }, is: { type: 'unintelligible' }, says: 'status 302' },
    { fate: { does: 'drop' }, is: { type: 'unreachable', uncertain: true }, says: 'the connection broke' },
    { fate: { does: 'lose' }, is: { type: 'unreachable', uncertain: true }, says: 'the connection broke' },
    { fate: { does: 'swallow' }, is: { type: 'timed-out', uncertain: true }, says: 'no answer within 0.3 s' },
  ] as const)('$fate.does $fate.status on a write: $is.type', async ({ fate, is, says }) => {
    const object = value(await clusterBy(server.kubeconfig).virtualService(reference, never));
    await behind(
      () => fate,
      async (cluster) => {
        const failed = failure(await cluster.replaceVirtualService(object, never));
        expect(failed).toMatchObject(is);
        expect(failed.message).toContain(says);
        expect(failed.message).toContain('write VirtualService shop/failing');
      },
      { timeoutMs: 300 },
    );
  });

  test('a read that brought no answer is certain: it changed nothing', async () => {
    await behind(
      () => ({ does: 'drop' }),
      async (cluster) =>
        expect(failure(await cluster.virtualService(reference, never))).toMatchObject({
          type: 'unreachable',
          uncertain: false,
        }),
    );
  });

  test('nothing listens: unreachable, and a write was surely not done', async () => {
    const proxy = await startApiProxy(server, () => ({ does: 'pass' }));
    const object = value(await clusterBy(proxy.kubeconfig).virtualService(reference, never));
    await proxy.stop();
    const cluster = clusterBy(proxy.kubeconfig);
    expect(failure(await cluster.replaceVirtualService(object, never))).toMatchObject({
      type: 'unreachable',
      uncertain: false,
      message: `write VirtualService shop/failing: ${proxy.url} cannot be reached: nothing listens there (ECONNREFUSED)`,
    });
  });

  test('a connection that the server closed while it had nothing to do is no failure of a read', async () => {
    let answers = 0;
    await behind(
      () => ({ does: ++answers === 2 ? 'drop' : 'pass' }),
      async (cluster, calls) => {
        value(await cluster.virtualService(reference, never));
        value(await cluster.virtualService(reference, never));
        expect(calls).toHaveLength(3);
      },
    );
  });

  test('a call that nobody wants any more ends at once', async () => {
    await behind(
      () => ({ does: 'swallow' }),
      async (cluster) => {
        const controller = new AbortController();
        const asked = cluster.virtualService(reference, controller.signal);
        setTimeout(() => controller.abort(), 50);
        const start = performance.now();
        expect(failure(await asked).type).toBe('cancelled');
        expect(performance.now() - start).toBeLessThan(500);
      },
    );
  });

  test('a certificate that is not trusted', async () => {
    const access = loadKubeconfig({ file: server.kubeconfig, env: {}, cwd: '/' });
    const cluster = access.config.getCurrentCluster();
    if (cluster !== null) Object.assign(cluster, { caFile: undefined });
    const failed = failure(await liveCluster(apiClient(access)).virtualService(reference, never));
    expect(failed).toMatchObject({ type: 'unauthenticated', retryable: false });
    expect(failed.message).toContain('do not trust each other');
  });
});

describe('rights', () => {
  test('what is missing is named verb by verb, and a refusal names verb and resource', async () => {
    const cluster = clusterBy(await server.kubeconfigOf({ namespace: 'shop', name: 'nobody' }));
    const all = ['get', 'update'].map((verb) => ({
      verb,
      resource: 'virtualservices.networking.istio.io',
      namespace: 'shop',
      name: 'orders',
    }));
    expect(value(await cluster.missing(all, never))).toEqual(all);
    expect(value(await clusterBy(server.kubeconfig).missing(all, never))).toEqual([]);
    const refused = failure(await cluster.virtualService({ namespace: 'shop', name: 'orders' }, never));
    expect(refused).toMatchObject({
      type: 'forbidden',
      retryable: false,
      verb: 'get',
      resource: 'virtualservices.networking.istio.io',
    });
    expect(refused.message).toContain('cannot get resource "virtualservices"');
  });
});

describe('a watch', () => {
  const reference = { namespace: 'shop', name: 'watched' };

  /** The next events of a watch, with an end to the patience. */
  const next = async (events: AsyncIterator<WatchEvent>): Promise<WatchEvent | undefined> => {
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no event came')), 10_000));
    const { value: event, done } = await Promise.race([events.next(), late]);
    return done === true ? undefined : event;
  };
  const seen = (event: WatchEvent | undefined): string | undefined =>
    event?.type === 'interrupted' ? event.failure.type : event?.object.metadata.annotations?.['weft.dev/test'];

  test('tells every change once, through connections that break', async () => {
    const first = await made('watched');
    const direct = clusterBy(server.kubeconfig);
    await behind(
      (call) => (call.isWatch ? { does: 'cut', afterMs: 150 } : { does: 'pass' }),
      async (cluster, calls) => {
        const controller = new AbortController();
        const changes = cluster.watchVirtualService(
          reference,
          { resourceVersion: first.metadata.resourceVersion ?? '' },
          controller.signal,
        );
        const events = changes[Symbol.asyncIterator]();
        let object = first;
        for (let change = 1; change <= 8; change += 1) {
          object = value(await direct.replaceVirtualService(withAnnotation(object, String(change)), never));
          expect(seen(await next(events))).toBe(String(change));
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        expect(calls.length).toBeGreaterThan(1);
        controller.abort();
        const start = performance.now();
        expect(await next(events)).toBeUndefined();
        expect(performance.now() - start).toBeLessThan(200);
      },
    );
  });

  test('of other objects it tells nothing, and a deletion once', async () => {
    const first = await made('watched');
    const changes = clusterBy(server.kubeconfig).watchVirtualService(
      reference,
      { resourceVersion: first.metadata.resourceVersion ?? '' },
      never,
    );
    const events = changes[Symbol.asyncIterator]();
    const pending = next(events);
    await made('another');
    await server.request('DELETE', await server.pathOf(virtualService('watched')));
    expect(await pending).toMatchObject({ type: 'deleted', object: { metadata: { name: 'watched' } } });
    await events.return?.();
  });

  test('a server that stays away, a resourceVersion that is too old, a right that is missing: interrupted', async () => {
    const first = await made('watched');
    const from = { resourceVersion: first.metadata.resourceVersion ?? '' };
    const end = async (cluster: ReturnType<typeof clusterBy>) =>
      seen(await next(cluster.watchVirtualService(reference, from, never)[Symbol.asyncIterator]()));
    await behind(
      () => ({ does: 'drop' }),
      async (cluster, calls) => {
        expect(await end(cluster)).toBe('unreachable');
        expect(calls).toHaveLength(4);
      },
    );
    const gone = JSON.stringify({
      type: 'ERROR',
      object: {
        kind: 'Status',
        metadata: {},
        code: 410,
        reason: 'Expired',
        message: 'too old resource version: 1 (9)',
      },
    });
    await behind(
      () => ({ does: 'answer', status: 200, body: `${gone}\n` }),
      async (cluster, calls) => {
        expect(await end(cluster)).toBe('gone');
        expect(calls).toHaveLength(1);
      },
    );
    await behind(
      () => ({ does: 'answer', status: 200, body: '<html>\n' }),
      async (cluster) => expect(await end(cluster)).toBe('unintelligible'),
    );
    expect(await end(clusterBy(await server.kubeconfigOf({ namespace: 'shop', name: 'nobody' })))).toBe('forbidden');
  });
});
