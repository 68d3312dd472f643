import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster, KubernetesObject, WatchEvent } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import { seededRandom, type Random } from '../../charts-src/canary/statistics/random.ts';
import { connectCluster, type ClusterConnection } from '../../scripts/cluster/connect.ts';
import { inMemoryCluster } from '../../scripts/cluster/in-memory-cluster.ts';
import { startApiServer, type ApiServer } from '../support/api-server.ts';
import { inParallel } from '../support/in-parallel.ts';

const SEQUENCES = 1_000;
const OPERATIONS = 8;
const NAMESPACE = 'shop';

let server: ApiServer;
let connection: ClusterConnection;
beforeAll(async () => {
  server = await startApiServer();
  await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  connection = await connectCluster({ file: server.kubeconfig, env: {}, cwd: '/' });
});
afterAll(async () => {
  await connection?.close();
  await server?.stop();
});

/** What a sequence is done to: a cluster, and somebody beside it who makes and takes away. */
interface World {
  readonly cluster: Cluster;
  create(object: KubernetesObject): Promise<void>;
  remove(name: string): Promise<void>;
}

const memoryWorld = (): World => {
  const memory = inMemoryCluster(() => 0);
  return {
    cluster: memory.as('test'),
    create: (object) => Promise.resolve(void memory.put(object)),
    remove: (name) => Promise.resolve(memory.remove('VirtualService', { namespace: NAMESPACE, name })),
  };
};

const realWorld = (): World => ({
  cluster: connection.cluster,
  create: async (object) => {
    const path = `/apis/${object.apiVersion}/namespaces/${NAMESPACE}/virtualservices`;
    const answer = await server.request('POST', path, { body: JSON.stringify(object) });
    if (answer.status !== 201) throw new Error(answer.text);
  },
  remove: async (name) => {
    await server.request('DELETE', `/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices/${name}`);
  },
});

const never = new AbortController().signal;

/** The versions and ids of a server, as the order in which they came up: two servers count differently. */
const ordinals = () => {
  const seen: string[] = [];
  return (version: string | undefined): number => {
    if (version === undefined) return -1;
    if (!seen.includes(version)) seen.push(version);
    return seen.indexOf(version);
  };
};

/** One sequence by chance, the same for the same seed, and all that it showed. */
async function played(name: string, { cluster, create, remove }: World, seed: number): Promise<readonly unknown[]> {
  const random = seededRandom(seed);
  const version = ordinals();
  const uid = ordinals();
  const reference = { namespace: NAMESPACE, name };
  const shown: unknown[] = [];
  /** Readings that were kept: a later write of an old one is a conflict. */
  const readings: KubernetesObject[] = [];
  const told: unknown[] = [];
  const stop = new AbortController();
  let watched: Promise<void> | undefined;
  let last = '';

  const plain = (object: KubernetesObject): unknown => {
    const { resourceVersion, uid: id, generation, labels, annotations } = object.metadata;
    return {
      version: version(resourceVersion),
      uid: uid(id),
      ...{ generation, labels, annotations, spec: object.spec, kind: object.kind, apiVersion: object.apiVersion },
    };
  };
  const show = (operation: string, result: Result<KubernetesObject>): void => {
    shown.push({ operation, ...(result.ok ? { object: plain(result.value) } : { failure: result.failure.type }) });
    if (!result.ok) return;
    readings.push(result.value);
  };
  const tell = (event: WatchEvent): void => {
    if (event.type === 'interrupted') told.push(event.failure.type);
    else {
      told.push({ type: event.type, ...(event.type === 'changed' && { object: plain(event.object) }) });
      last = event.object.metadata.resourceVersion ?? '';
    }
  };

  await create(virtualService(name, random));
  const first = await cluster.virtualService(reference, never);
  show('read', first);
  const from = first.ok ? first.value.metadata.resourceVersion : undefined;
  if (from !== undefined)
    watched = (async () => {
      for await (const event of cluster.watchVirtualService(reference, { resourceVersion: from }, stop.signal))
        tell(event);
    })();
  for (let count = 0; count < OPERATIONS; count += 1) {
    const chance = random();
    const index = random() < 0.7 ? readings.length - 1 : Math.floor(random() * readings.length);
    const reading = readings[index];
    if (chance < 0.15 || reading === undefined) show('read', await cluster.virtualService(reference, never));
    else if (chance < 0.55) show('write', await cluster.replaceVirtualService(changed(reading, random), never));
    else if (chance < 0.65) show('write the same', await cluster.replaceVirtualService(reading, never));
    else if (chance < 0.75) {
      const dry = await cluster.dryRunVirtualService(changed(reading, random), never);
      // What a dry run would have stored has a version that nobody has.
      shown.push({ operation: 'dry run', ...(dry.ok ? { spec: dry.value.spec } : { failure: dry.failure.type }) });
    } else if (chance < 0.82) {
      const { resourceVersion: _, ...metadata } = reading.metadata;
      show('write without a version', await cluster.replaceVirtualService({ ...reading, metadata }, never));
    } else if (chance < 0.88) {
      await remove(name);
      shown.push('removed');
    } else if (chance < 0.94) {
      const there = await cluster.virtualService(reference, never);
      if (!there.ok) await create(virtualService(name, random));
      shown.push('made again');
    } else {
      const all = await cluster.virtualServices(NAMESPACE, never);
      const own = all.ok ? all.value.filter(({ metadata }) => metadata.name === name) : [];
      shown.push({ operation: 'list', own: own.map(plain) });
    }
  }
  // The watch has told everything when it has told the last change.
  await cluster.virtualService(reference, never).then(async (result) => {
    if (!result.ok) await create(virtualService(name, random));
  });
  const end = await cluster.virtualService(reference, never);
  const newest = end.ok ? end.value.metadata.resourceVersion : undefined;
  const deadline = performance.now() + 20_000;
  while (last !== newest && newest !== from && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 2));
  stop.abort();
  await watched;
  return [...shown, { end: end.ok ? plain(end.value) : end.failure.type }, { told }];
}

const virtualService = (name: string, random: Random): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { namespace: NAMESPACE, name, ...(random() < 0.5 && { labels: { app: 'orders' } }) },
  spec: { hosts: [name], http: [route(name, 100)] },
});

const route = (host: string, weight: number) => ({
  route: [
    { destination: { host, subset: 'v1' }, weight },
    { destination: { host, subset: 'v2' }, weight: 100 - weight },
  ],
});

/** Another weight, an annotation more or less, or all annotations gone. */
const changed = (object: KubernetesObject, random: Random): KubernetesObject => {
  const chance = random();
  const number = Math.floor(random() * 3);
  const { annotations, ...metadata } = object.metadata;
  if (chance < 0.4) return { ...object, spec: { ...object.spec, http: [route(metadata.name, number * 10)] } };
  if (chance < 0.8)
    return {
      ...object,
      metadata: { ...metadata, annotations: { ...annotations, 'weft.test/number': String(number) } },
    };
  if (chance < 0.9) return { ...object, metadata };
  return { ...object, metadata: { ...metadata, annotations: {} } };
};

test(`the cluster in memory answers ${SEQUENCES} sequences (seeds 1 to ${SEQUENCES}) as the real one does`, async () => {
  const seeds = Array.from({ length: SEQUENCES }, (_, index) => index + 1);
  const differing: number[] = [];
  let conflicts = 0;
  await inParallel(12, seeds, async (seed) => {
    const name = `twin-${seed}`;
    const [real, memory] = await Promise.all([played(name, realWorld(), seed), played(name, memoryWorld(), seed)]);
    conflicts += JSON.stringify(real).split('"conflict"').length - 1;
    await realWorld().remove(name);
    if (JSON.stringify(real) === JSON.stringify(memory)) return;
    differing.push(seed);
    // The first one is shown in full.
    if (differing.length === 1) expect(memory, `seed ${seed}`).toEqual(real);
  });
  expect(differing).toEqual([]);
  expect(conflicts).toBeGreaterThan(SEQUENCES / 4);
}, 600_000);
