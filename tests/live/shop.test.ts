import { createPrivateKey, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { durationMs } from '../../charts-src/model/duration.ts';
import type { RequestEdge } from '../../charts-src/model/edge.ts';
import type { Party } from '../../charts-src/model/party.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { startLab, type Lab } from '../support/lab.ts';
import {
  apply,
  askProxy,
  endpointStates,
  eventually,
  kubectl,
  kubectlCluster,
  outboundHosts,
  proxyClusters,
  runningPods,
  type MeshAnswer,
  type MeshRequest,
  type Pod,
} from '../support/mesh-cluster.ts';
import { appOf, cellsOf, describeCell, fateOf, type Cell, type Fate } from './matrix.ts';
import { declaredShop, dependenciesOf, examplePath, operationsOf, type DeclaredShop } from './shop-edges.ts';
import { clientDeployment, deploy, leaf, namespaceWith, ready, remove, SHOP_IMAGES } from './shop-on-mesh.ts';

const MINUTE_MS = 60_000;

const staging = declaredShop('staging');
const dev = declaredShop('dev');

/** Runs only as a Job, which has ended by the time that anybody could look. */
const isJob = ({ name }: Party): boolean => ['kafka-topics'].includes(name);
const callers = staging.parties.filter((party) => !isJob(party));
const edgesInside = staging.requests.filter(({ via }) => via === undefined);

const namedEdges = edgesInside.map((edge) => [`${edge.caller.name} -> ${edge.callee.name}`, edge] as const);

let lab: Lab;
let pods: readonly Pod[] = [];

beforeAll(async () => {
  lab = await startLab(SHOP_IMAGES);
}, 3 * MINUTE_MS);

afterAll(() => lab?.stop(), MINUTE_MS);

const podsOf = ({ name }: Pick<Party, 'name'>): readonly Pod[] => pods.filter(({ labels }) => labels['app'] === name);

const podOf = (party: Pick<Party, 'name'>): Pod => {
  const [pod] = podsOf(party);
  if (pod === undefined) throw new Error(`no pod of ${party.name} runs`);
  return pod;
};

const cellOf = (caller: Party, callee: Party, request: MeshRequest, protocol: Cell['protocol'] = 'http'): Cell => ({
  caller,
  callee,
  request,
  protocol,
  isDeclared: false,
});

/** The fates of a batch, and a line for each that is not among the wanted ones. */
const judge = (
  cells: readonly Cell[],
  answers: readonly MeshAnswer[],
  wanted: (cell: Cell) => Fate | readonly Fate[],
): { readonly wrong: readonly string[]; readonly counts: Readonly<Partial<Record<Fate, number>>> } => {
  const counts: Partial<Record<Fate, number>> = {};
  const wrong: string[] = [];
  cells.forEach((cell, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error('fewer answers than requests');
    const fate = fateOf(cell, answer);
    counts[fate] = (counts[fate] ?? 0) + 1;
    if (![wanted(cell)].flat().includes(fate)) wrong.push(describeCell(cell, answer));
  });
  return { wrong: wrong.slice(0, 20), counts };
};

const sendCells = (from: Pod, cells: readonly Cell[], perSecond?: number): Promise<readonly MeshAnswer[]> =>
  lab.send(
    from,
    cells.map(({ request }) => request),
    { concurrency: 16, ...(perSecond !== undefined && { perSecond }) },
  );

/** What the proxies in front of each callee have refused so far, by their own count. */
const refusedSoFar = async (): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  await Promise.all(
    pods.map(async (pod) => {
      const stats = await askProxy(lab, pod, '/stats?filter=rbac.denied');
      const denied = [...stats.matchAll(/rbac\.denied: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      const app = pod.labels['app'] ?? '';
      counts[app] = (counts[app] ?? 0) + denied;
    }),
  );
  return counts;
};

/** The pods of the namespace; those of an older rollout must be gone for counters to be right. */
const look = async ({ namespace }: DeclaredShop): Promise<void> => {
  pods = await runningPods(lab, namespace);
};

describe('the shop of staging', () => {
  beforeAll(async () => {
    await deploy(lab, leaf('microservices/staging'), { namespace: staging.namespace, host: staging.environment.host });
    await look(staging);
  }, 4 * MINUTE_MS);

  test('every pod has a sidecar and the identity of its own service, in a namespace that enforces `restricted`', async () => {
    const labels = await kubectl(lab, ['get', 'namespace', staging.namespace, '-o', 'jsonpath={.metadata.labels}']);
    expect(labels).toContain('"pod-security.kubernetes.io/enforce":"restricted"');
    expect(pods.filter(({ containers }) => !containers.includes('istio-proxy'))).toEqual([]);
    expect(new Set(pods.map(({ serviceAccount }) => serviceAccount))).toEqual(
      new Set(callers.map(({ serviceAccount }) => serviceAccount)),
    );
    expect(pods.filter(({ labels: { app }, serviceAccount }) => app !== serviceAccount)).toEqual([]);
  });

  test('a sidecar knows the dependencies of its workload, and nothing else', async () => {
    const known = await Promise.all(
      pods.map(async (pod) => [pod.name, outboundHosts(await proxyClusters(lab, pod))] as const),
    );
    const declared = pods.map(
      ({ name, labels: { app = '' } }) => [name, dependenciesOf(staging, { name: app } as Party)] as const, // only its name is looked at
    );
    expect(declared.flatMap(([, hosts]) => hosts).length).toBeGreaterThan(20);
    expect(known).toEqual(declared);
  });

  test('what is outside of the mesh, the API server too, is out of reach', async () => {
    const outside = ['http://10.202.0.250/', 'http://kubernetes.default.svc.cluster.local:443/'].map(
      (text) => new URL(text),
    );
    const answers = await Promise.all(
      callers.map((caller) =>
        lab.send(
          podOf(caller),
          outside.map(({ hostname, port, pathname }) => ({
            host: hostname,
            port: Number(port || 80),
            path: pathname,
            timeoutMs: 5_000,
          })),
        ),
      ),
    );
    // 502 is the caller's own proxy saying that it knows no such host.
    expect(answers.flat().filter(({ status, error }) => status !== 502 && error !== 'ECONNRESET')).toEqual([]);
    expect(answers.flat()).toHaveLength(callers.length * outside.length);
  });

  describe('as declared', () => {
    test.each(callers.map((caller) => [caller.name, caller] as const))(
      '%s reaches what its edges name, and nothing else',
      async (_, caller) => {
        const cells = cellsOf(staging, caller);
        const dependencies = dependenciesOf(staging, caller);
        const answers = await sendCells(podOf(caller), cells);
        const { wrong, counts } = judge(cells, answers, ({ isDeclared, protocol, request }) => {
          if (isDeclared) return 'answered';
          // Nothing listens for a host that is no dependency; where another host shares its port, HTTP gets a status.
          if (!dependencies.includes(request.host)) return ['closed', 'unknown to the caller'];
          return protocol === 'http' ? 'forbidden by the callee' : 'closed';
        });
        expect(wrong).toEqual([]);
        expect(cells.length).toBeGreaterThan(1000);
        expect(counts.answered ?? 0).toBe(cells.filter(({ isDeclared }) => isDeclared).length);
      },
    );
  });

  describe('with the callers’ Sidecars widened to the whole mesh', () => {
    const sidecars = (egress: (own: unknown) => unknown) =>
      leaf('microservices/staging')
        .filter(({ object }) => object.kind === 'Sidecar')
        .map(({ object }) => {
          // A Sidecar of dist/ has a spec with egress.
          const spec = object['spec'] as { readonly egress: unknown };
          return { ...object, spec: { ...spec, egress: egress(spec.egress) } };
        });
    const hostsKnownTo = async (party: Party) => outboundHosts(await proxyClusters(lab, podOf(party)));
    const everyHost = [...staging.services, ...staging.stores].map(({ host }) => host);

    beforeAll(async () => {
      await apply(
        lab,
        sidecars(() => [{ hosts: ['*/*'] }]),
      );
      await Promise.all(
        callers.map((caller) =>
          eventually(
            `${caller.name} knows every host`,
            () => hostsKnownTo(caller),
            (known) => everyHost.every((host) => known.includes(host)),
          ),
        ),
      );
    }, MINUTE_MS);

    afterAll(async () => {
      await apply(
        lab,
        sidecars((own) => own),
      );
      await Promise.all(
        callers.map((caller) =>
          eventually(
            `${caller.name} knows its dependencies only`,
            () => hostsKnownTo(caller),
            (known) => known.join() === dependenciesOf(staging, caller).join(),
          ),
        ),
      );
    }, MINUTE_MS);

    /** How many requests each callee should have refused. */
    const refusals = new Map<string, number>();
    let before: Readonly<Record<string, number>> = {};

    beforeAll(async () => {
      before = await refusedSoFar();
    }, MINUTE_MS);

    const expectRefused = async (from: Pod, cells: readonly Cell[]): Promise<void> => {
      // The limiter of an exposed service counts refused requests too, so its share goes at a rate below its limit.
      const { requests: limit } = staging.environment.rateLimit;
      const isLimited = ({ callee }: Cell): boolean =>
        staging.requests.some((edge) => edge.via === 'gateway' && edge.callee.name === callee.name);
      const [limited, free] = [cells.filter(isLimited), cells.filter((cell) => !isLimited(cell))];
      const gateways = new Set(limited.map(({ callee }) => callee.name));
      // Each pod counts for itself, and a caller shares its requests among them.
      const podCount = pods.filter(({ labels }) => gateways.has(labels['app'] ?? '')).length;
      const answers = (
        await Promise.all([sendCells(from, free), sendCells(from, limited, limit * 0.75 * podCount)])
      ).flat();
      const { wrong } = judge([...free, ...limited], answers, ({ isDeclared, protocol }) => {
        if (isDeclared) return 'answered';
        return protocol === 'http' ? 'forbidden by the callee' : 'closed';
      });
      expect(wrong).toEqual([]);
      for (const { callee, isDeclared } of cells) {
        if (!isDeclared) refusals.set(callee.name, (refusals.get(callee.name) ?? 0) + 1);
      }
    };

    test.each(callers.map((caller) => [caller.name, caller] as const))(
      'all that is not declared for %s is refused by the callee itself',
      async (_, caller) => {
        const cells = cellsOf(staging, caller);
        expect(cells.filter(({ isDeclared }) => !isDeclared).length).toBeGreaterThan(1000);
        await expectRefused(podOf(caller), cells);
      },
    );

    describe('the right path with the wrong identity', () => {
      const impostors = [
        { what: 'another ServiceAccount of the namespace', namespace: staging.namespace, account: 'impostor' },
        { what: 'the ServiceAccount’s name in another namespace', namespace: 'elsewhere', account: 'api-gateway' },
        {
          what: 'the gateway’s ServiceAccount’s name in another namespace',
          namespace: 'elsewhere',
          account: 'istio-ingressgateway-service-account',
        },
      ];
      const deploymentOf = ({ namespace, account }: (typeof impostors)[number]) =>
        `impostor-${namespace}-${account}`.slice(0, 40).replace(/-$/, '');
      let strangers: readonly Pod[] = [];

      beforeAll(async () => {
        await apply(lab, [
          namespaceWith('elsewhere', {
            'istio-injection': 'enabled',
            'pod-security.kubernetes.io/enforce': 'restricted',
          }),
          ...impostors.flatMap((impostor) => [
            {
              apiVersion: 'v1',
              kind: 'ServiceAccount',
              metadata: { name: impostor.account, namespace: impostor.namespace },
            },
            clientDeployment(deploymentOf(impostor), impostor.namespace, impostor.account),
          ]),
          {
            apiVersion: 'networking.istio.io/v1',
            kind: 'Sidecar',
            metadata: { name: 'impostor', namespace: staging.namespace },
            spec: {
              workloadSelector: { labels: { app: deploymentOf(impostors[0] as (typeof impostors)[number]) } }, // the list is not empty
              egress: [{ hosts: ['*/*'] }],
            },
          },
        ]);
        for (const impostor of impostors)
          await ready(lab, impostor.namespace, [`deployment/${deploymentOf(impostor)}`]);
        strangers = [...(await runningPods(lab, staging.namespace)), ...(await runningPods(lab, 'elsewhere'))].filter(
          ({ labels }) => (labels['app'] ?? '').startsWith('impostor-'),
        );
      }, 4 * MINUTE_MS);

      afterAll(async () => {
        await kubectl(lab, [
          'delete',
          'deployment,serviceaccount,sidecar',
          '-n',
          staging.namespace,
          '-l',
          'weft-test=client',
        ]);
        await kubectl(lab, ['delete', 'sidecar', '-n', staging.namespace, 'impostor']);
        await remove(lab, 'elsewhere');
      }, 2 * MINUTE_MS);

      test.each(impostors.map((impostor) => [impostor.what, impostor] as const))('%s', async (_, impostor) => {
        const pod = strangers.find(({ labels }) => labels['app'] === deploymentOf(impostor));
        expect(pod).toBeDefined();
        if (pod === undefined) return;
        const caller: Party = {
          name: impostor.account,
          namespace: impostor.namespace,
          serviceAccount: impostor.account,
          podLabels: pod.labels,
        };
        const declared = callers
          .flatMap((someone) => cellsOf(staging, someone))
          .filter((cell) => cell.isDeclared)
          // Names of single pods are not seen in other namespaces.
          .filter(
            ({ callee, request }) =>
              impostor.namespace === staging.namespace || request.host === (callee as { host?: string }).host,
          )
          .map(({ callee, request, protocol }) => cellOf(caller, callee, request, protocol));
        expect(declared.length).toBeGreaterThan(20);
        await expectRefused(pod, declared);
      });
    });

    test('the proxies of the callees have counted each of these refusals', async () => {
      const after = await refusedSoFar();
      const counted = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
      expect(counted.length).toBe(staging.services.length + staging.stores.length);
      expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(refusals));
    });
  });

  describe('plain text', () => {
    beforeAll(async () => {
      await apply(lab, [namespaceWith('outside', {}), clientDeployment('client', 'outside', 'default')]);
      await ready(lab, 'outside', ['deployment/client']);
    }, MINUTE_MS);

    test('is refused by every port of every pod, by name and by address', async () => {
      const [client] = await runningPods(lab, 'outside');
      expect(client?.containers).toEqual(['app']);
      if (client === undefined) return;
      const requests = [...staging.services, ...staging.stores].flatMap((callee) =>
        callee.ports.flatMap(({ number, targetPort }) => [
          { host: callee.host, port: number, path: '/api/products' },
          ...podsOf(callee).map(({ ip }) => ({ host: ip, port: targetPort, path: '/api/products' })),
        ]),
      );
      expect(requests.length).toBeGreaterThan(30);
      const answers = await lab.send(client, requests);
      expect(answers.map(({ error }) => error)).toEqual(requests.map(() => 'ECONNRESET'));
    });

    test('the client that is refused can reach what takes plain text', async () => {
      // Without this, a client that reaches nothing at all would pass the test above.
      const [client] = await runningPods(lab, 'outside');
      if (client === undefined) throw new Error('no client');
      const [answer] = await lab.send(client, [
        { host: 'istio-ingressgateway.istio-system.svc.cluster.local', path: '/' },
      ]);
      expect(answer?.status).toBe(404);
    });
  });

  describe('traffic', () => {
    test('order-service v1 and v2 share the requests 90 to 10', async () => {
      const [edge] = edgesInside.filter(({ callee }) => callee.subsets.length > 1);
      if (edge === undefined) throw new Error('no edge leads to a service with two versions');
      const count = 2000;
      const answers = await lab.send(
        podOf(edge.caller),
        Array.from({ length: count }, () => requestOf(edge)),
        { concurrency: 16 },
      );
      const versions = answers.map(({ text }) => (JSON.parse(text) as { readonly version: string }).version); // of the echo application
      const share = (staging.environment.weights['order-service'].v2 ?? 0) / 100;
      // Five standard deviations: a right mesh fails this once in two million runs.
      const tolerance = 5 * Math.sqrt(count * share * (1 - share));
      const v2 = versions.filter((version) => version === 'v2').length;
      expect(versions.filter((version) => version === 'v1').length + v2).toBe(count);
      expect(Math.abs(v2 - count * share)).toBeLessThan(tolerance);
    });

    // Side by side: each waits for itself, and has a cluster of its own in its caller.
    test.concurrent.each(namedEdges)('timeout and tries of %s, when the callee is slow', async (_, edge) => {
      const { timeoutMs, tries, perTryMs } = patienceOf(edge);
      const { answer, tried } = await watched(edge, `delay=${timeoutMs / 1000 + 5}`);
      expect(answer.status).toBe(504);
      expect(tried).toBe(tries);
      const wanted = tries === 1 ? timeoutMs : Math.min(timeoutMs, tries * perTryMs);
      expect(answer.milliseconds).toBeGreaterThan(wanted - 20);
      // Between tries Envoy waits 25 ms and more, with chance in it.
      expect(answer.milliseconds).toBeLessThan(Math.min(timeoutMs, wanted + 300) + 500);
    });

    test.each(namedEdges)('tries of %s, when the callee answers 503 or 500', async (_, edge) => {
      const unavailable = await watched(edge, 'status=503');
      expect(unavailable.answer.status).toBe(503);
      expect(unavailable.tried).toBe(patienceOf(edge).tries);
      // A 500 has done its work, whatever it was.
      const broken = await watched(edge, 'status=500');
      expect(broken.answer.status).toBe(500);
      expect(broken.tried).toBe(1);
    });

    test.each(namedEdges)('the proxy of the caller holds the limits of %s', async (_, edge) => {
      const ofCallee = (await proxyClusters(lab, podOf(edge.caller))).filter(({ name }) =>
        name.endsWith(`|${edge.callee.host}`),
      );
      // One for each version, and one for no version in particular.
      expect(ofCallee).toHaveLength(edge.callee.subsets.length + 1);
      const limits = limitsOf(edge);
      for (const { circuit_breakers: breakers, outlier_detection: outlier, lb_policy: balancer, name } of ofCallee) {
        expect(breakers?.thresholds[0], name).toMatchObject(limits.thresholds);
        expect(outlier, name).toMatchObject(limits.outlier);
        // Envoy leaves its own default out of the dump.
        expect(balancer ?? 'ROUND_ROBIN', name).toBe(limits.balancer);
      }
    });

    test('a pool lets in as much as its edge says, and the rest is answered at once', async () => {
      const [edge] = edgesInside.filter(({ policy }) => policy?.connectionPool !== undefined);
      if (edge === undefined) throw new Error('no edge sets a pool');
      const { max_connections: connections, max_pending_requests: pending } = limitsOf(edge).thresholds;
      const room = connections + pending;
      // Nine of ten go to v1, whose pool must overflow; v2's is never full. They come one after the other, since a
      // request waits while its connection is made, and all come before the first is answered.
      const { timeoutMs, perTryMs } = patienceOf(edge);
      const count = Math.ceil((room + 100) / 0.85);
      const delaySeconds = Math.min(timeoutMs / 2, perTryMs) * 0.8e-3;
      const answers = await lab.send(
        podOf(edge.caller),
        Array.from({ length: count }, () => requestOf(edge, `delay=${delaySeconds}`)),
        { concurrency: count, perSecond: Math.ceil(count / (delaySeconds * 0.7)) },
      );
      const full = answers.filter(({ status, headers }) => status === 503 && headers['x-envoy-overloaded'] === 'true');
      const versions = answers
        .filter(({ status }) => status === 200)
        .map(({ text }) => (JSON.parse(text) as { readonly version: string }).version); // of the echo application
      expect(versions.length + full.length).toBe(count);
      const letIn = versions.filter((version) => version === 'v1').length;
      // Less exact where a proxy has several threads, which share a limit without waiting for each other.
      expect(letIn).toBeGreaterThan(room * 0.97);
      expect(letIn).toBeLessThan(room * 1.03);
      expect(Math.max(...full.map(({ milliseconds }) => milliseconds))).toBeLessThan(1000);
    });

    test('a pod that fails again and again is left out for a while, by the caller who saw it', async () => {
      const [edge] = edgesInside.filter(({ policy }) => policy?.outlierDetection !== undefined);
      if (edge === undefined) throw new Error('no edge sets an outlier detection');
      const {
        consecutive5xxErrors = 5,
        baseEjectionTime = '30s',
        interval = '10s',
      } = edge.policy?.outlierDetection ?? {};
      const caller = podOf(edge.caller);
      const states = async (pod: Pod) =>
        (await endpointStates(lab, pod)).filter(
          ({ cluster }) => cluster.includes('|v') && cluster.endsWith(`|${edge.callee.host}`),
        );
      expect((await states(caller)).map(({ isEjected }) => isEjected)).toEqual([false, false]);

      // Enough for each of the two pods to have had its fill, whichever got which.
      await lab.send(
        caller,
        Array.from({ length: 2 * consecutive5xxErrors + 2 }, () => requestOf(edge, 'status=500')),
        { concurrency: 1 },
      );
      const ejected = (all: readonly { readonly isEjected: boolean }[]) =>
        all.filter(({ isEjected }) => isEjected).length;
      // At most 50 % may be left out.
      await eventually(
        'one of two is left out',
        () => states(caller),
        (all) => ejected(all) === 1,
        { timeoutMs: 5_000 },
      );
      const since = Date.now();
      const answers = await lab.send(
        caller,
        Array.from({ length: 40 }, () => requestOf(edge)),
      );
      expect(new Set(answers.map(({ text }) => (JSON.parse(text) as { readonly pod: string }).pod)).size).toBe(1); // of the echo application
      // Another caller of the same service has its own experience.
      const other = staging.requests.find(
        ({ callee, caller: someone, via }) =>
          via === undefined && callee.name === edge.callee.name && someone.name !== edge.caller.name,
      );
      expect(other).toBeDefined();
      if (other !== undefined) expect(ejected(await states(podOf(other.caller)))).toBe(0);

      await eventually(
        'it is back',
        () => states(caller),
        (all) => ejected(all) === 0,
        { timeoutMs: 60_000 },
      );
      expect(Date.now() - since).toBeGreaterThan(ms(baseEjectionTime) - 3_000);
      expect(Date.now() - since).toBeLessThan(ms(baseEjectionTime) + ms(interval) + 5_000);
    });

    test('a pod of the exposed service answers as many requests as the rate says, then 429', async () => {
      const [edge] = staging.requests.filter(({ via }) => via === 'gateway');
      if (edge === undefined) throw new Error('nothing is exposed');
      const [pod] = podsOf(edge.callee);
      if (pod === undefined) throw new Error(`no pod of ${edge.callee.name}`);
      const { requests: limit, per = '1s' } = staging.environment.rateLimit;
      const host = staging.environment.host;
      const [client] = await runningPods(lab, 'outside');
      if (client === undefined) throw new Error('no client');
      const [open] = operationsOf(edge.contract).filter(
        ({ method, security }) => method === 'GET' && security === 'none',
      );
      if (open === undefined) throw new Error('nothing is open to everybody');
      const flood = Array.from({ length: 8 * limit }, () =>
        throughGateway({ host, path: examplePath(edge.contract, open) }),
      );
      const started = Date.now();
      const answers = await lab.send(client, flood, { concurrency: 32 });
      const intervals = (Date.now() - started) / ms(per) + 1;
      const [let_in, limited] = [200, 429].map((code) => answers.filter(({ status }) => status === code));
      expect((let_in?.length ?? 0) + (limited?.length ?? 0)).toBe(flood.length);
      expect(let_in?.length).toBeGreaterThanOrEqual(limit);
      expect(let_in?.length).toBeLessThanOrEqual(limit * (intervals + 1) * podsOf(edge.callee).length);
      expect(limited?.length).toBeGreaterThan(0);
      expect(limited?.[0]?.headers['retry-after']).toBe('1');
    });
  });

  test('a cluster that is only known by kubectl gives the same answers', async () => {
    const [edge] = edgesInside;
    if (edge === undefined) throw new Error('no edge');
    const cluster = kubectlCluster(lab.kubectlCommand, { runs: 'echo' });
    const [answer] = await cluster.send(podOf(edge.caller), [
      requestOf(edge),
      { host: 'api-gateway.shop.svc.cluster.local', path: '/' },
    ]);
    expect(appOf(answer as MeshAnswer)).toBe(edge.callee.name); // one answer a request
    await cluster.stop();
  });
});

describe('the shop of prod', () => {
  test('is taken by Istio’s webhooks and Pod Security as it is', async () => {
    const documents = leaf('microservices/prod');
    const { code, stderr } = await lab.kubectl(
      ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'],
      documents
        // A StatefulSet's disk cannot be changed, and the one that runs here is staging's.
        .filter(({ object }) => object.kind !== 'StatefulSet')
        .map(({ text }) => text)
        .join('\n---\n'),
    );
    expect(stderr).not.toMatch(/would violate PodSecurity/);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('the shop of dev', () => {
  const signingKey = createPrivateKey({
    key: JSON.parse(readFileSync(join(ROOT, 'environments', 'INSECURE-dev-signing-key.json'), 'utf8')) as JsonWebKey, // the pair of the key in dev.yaml
    format: 'jwk',
  });
  const { issuer, audience } = dev.environment.jwt;
  const soon = () => Math.floor(Date.now() / 1000) + 600;
  const claims = () => ({ iss: issuer, aud: audience, sub: '42', exp: soon() });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  let client: Pod;

  beforeAll(async () => {
    await remove(lab, staging.namespace);
    await deploy(lab, leaf('microservices/dev'), { namespace: dev.namespace, host: dev.environment.host });
    await look(dev);
    await apply(lab, [namespaceWith('outside', {}), clientDeployment('client', 'outside', 'default')]);
    await ready(lab, 'outside', ['deployment/client']);
    const [found] = await runningPods(lab, 'outside');
    if (found === undefined) throw new Error('no client');
    client = found;
  }, 5 * MINUTE_MS);

  test('every declared edge answers', async () => {
    const cells = callers.flatMap((caller) => cellsOf(dev, caller).filter(({ isDeclared }) => isDeclared));
    for (const caller of callers) {
      const own = cells.filter((cell) => cell.caller.name === caller.name);
      const { wrong } = judge(own, await sendCells(podOf(caller), own), () => 'answered');
      expect(wrong).toEqual([]);
    }
    expect(cells.length).toBeGreaterThan(20);
  });

  const exposed = dev.requests
    .filter(({ via }) => via === 'gateway')
    .flatMap((edge) =>
      operationsOf(edge.contract).map((operation) => ({
        edge,
        operation,
        name: `${operation.method} ${operation.path}`,
      })),
    );

  test.each(exposed.map((one) => [one.name, one] as const))('from outside, %s', async (_, { edge, operation }) => {
    const request = {
      host: dev.environment.host,
      method: operation.method,
      path: examplePath(edge.contract, operation),
    };
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const token = (changes: object, key: KeyObject = signingKey) => bearer(jwt({ ...claims(), ...changes }, key));
    const answers = await lab.send(client, [
      throughGateway(request),
      throughGateway({ ...request, headers: token({}) }),
      throughGateway({ ...request, headers: token({ exp: soon() - 7200 }) }),
      throughGateway({ ...request, headers: token({}, other) }),
      throughGateway({ ...request, headers: token({ iss: 'https://elsewhere.example' }) }),
      throughGateway({ ...request, headers: token({ aud: 'somebody else' }) }),
      { ...throughGateway(request), tls: false, port: 80 },
    ]);
    const needsUser = operation.security === 'user';
    expect(answers.map(({ status }) => status)).toEqual([needsUser ? 403 : 200, 200, 401, 401, 401, 403, 301]);
    expect(appOf(answers[1] as MeshAnswer)).toBe(edge.callee.name); // one answer a request
    expect(answers[6]?.headers['location']).toBe(`https://${request.host}${request.path}`);
  });

  test('what the gateway’s contract does not have is not found', async () => {
    const declared = new Set(
      exposed.map(({ edge, operation }) => `${operation.method} ${examplePath(edge.contract, operation)}`),
    );
    const requests = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']
      .flatMap((method) =>
        [
          ...new Set([
            ...exposed.map(({ edge, operation }) => examplePath(edge.contract, operation)),
            '/',
            '/metrics',
            '/livez',
            '/api/products/42/stock',
            '/api//products',
          ]),
        ].map((path) => ({ method, path })),
      )
      .filter(({ method, path }) => !declared.has(`${method} ${path}`));
    expect(requests.length).toBeGreaterThan(40);
    const answers = await lab.send(
      client,
      requests.map((request) =>
        throughGateway({ ...request, host: dev.environment.host, headers: bearer(jwt(claims(), signingKey)) }),
      ),
    );
    const found = answers.flatMap(({ status }, index) =>
      status === 404 ? [] : [`${requests[index]?.method} ${requests[index]?.path}: ${status}`],
    );
    expect(found).toEqual([]);
  });

  test('the gateway answers for the shop’s own name only', async () => {
    const answers = await lab.send(client, [
      throughGateway({ host: 'somebody.else.example', path: '/api/products' }),
      { ...throughGateway({ host: 'somebody.else.example', path: '/api/products' }), tls: false, port: 80 },
    ]);
    expect(answers.map(({ status, error }) => status ?? error)).toEqual(['ECONNRESET', 404]);
  });
});

const ms = (duration: string): number => {
  const value = durationMs(duration);
  if (value === undefined) throw new Error(`${duration} is no duration`);
  return value;
};

const nameOf = ({ caller, callee }: RequestEdge): string => `${caller.name} -> ${callee.name}`;

/** A request that an edge allows: a read, so that nobody has to think about what it does twice. */
const requestOf = (edge: RequestEdge, query = ''): MeshRequest => {
  const operation = edge.operations
    .map(
      (name) => (edge.contract.operations as Readonly<Record<string, ReturnType<typeof operationsOf>[number]>>)[name],
    ) // contracts are records by name
    .find((one) => one?.method === 'GET');
  if (operation === undefined) throw new Error(`${nameOf(edge)} allows no GET`);
  return { host: edge.callee.host, path: `${examplePath(edge.contract, operation)}${query && `?${query}`}` };
};

/** A request from outside, by the gateway's TLS port. */
const throughGateway = (request: MeshRequest): MeshRequest => ({
  ...request,
  tls: true,
  port: 443,
  connectTo: 'istio-ingressgateway.istio-system.svc.cluster.local',
});

/** How patient a caller is, by the promises of the kit: 10 s, and tries again only after a failure that it named,
 * or that cannot have had an effect. */
const patienceOf = ({ timeout = '10s', retries }: RequestEdge) => {
  const tries = 1 + (retries?.attempts ?? 0);
  return {
    timeoutMs: ms(timeout),
    tries,
    perTryMs: retries?.perTryTimeout ? ms(retries.perTryTimeout) : ms(timeout) / tries,
  };
};

/** The limits of an edge, with the defaults that the kit promises, as Envoy names them. */
const limitsOf = ({ policy = {}, callee }: RequestEdge) => {
  const { tcp = {}, http = {} } = policy.connectionPool ?? callee.traffic?.connectionPool ?? {};
  const outlier = policy.outlierDetection ?? callee.traffic?.outlierDetection ?? {};
  const seconds = (duration: string): string => `${ms(duration) / 1000}s`;
  return {
    thresholds: {
      max_connections: tcp.maxConnections ?? 100,
      max_pending_requests: http.http1MaxPendingRequests ?? 100,
      max_requests: http.http2MaxRequests ?? 1000,
      max_retries: http.maxRetries ?? 10,
    },
    outlier: {
      consecutive_5xx: outlier.consecutive5xxErrors ?? 5,
      interval: seconds(outlier.interval ?? '10s'),
      base_ejection_time: seconds(outlier.baseEjectionTime ?? '30s'),
      max_ejection_percent: outlier.maxEjectionPercent ?? 50,
    },
    balancer: policy.loadBalancer ?? callee.traffic?.loadBalancer ?? 'LEAST_REQUEST',
  };
};

/** Sends one request over an edge and counts what its caller's proxy made of it. */
const watched = async (
  edge: RequestEdge,
  query: string,
): Promise<{ readonly answer: MeshAnswer; readonly tried: number }> => {
  const pod = podOf(edge.caller);
  const triesSoFar = async (): Promise<number> =>
    (await endpointStates(lab, pod))
      .filter(({ cluster }) => cluster.endsWith(`|${edge.callee.host}`))
      .reduce((sum, { requests }) => sum + requests, 0);
  const before = await triesSoFar();
  const [answer] = await lab.send(pod, [requestOf(edge, query)]);
  const tried = (await triesSoFar()) - before;
  // A good answer from each pod, so that no failure of this test is counted together with another's.
  await lab.send(
    pod,
    Array.from({ length: 12 }, () => requestOf(edge)),
    { concurrency: 4 },
  );
  if (answer === undefined) throw new Error('no answer');
  return { answer, tried };
};

/** A JSON Web Token signed with ES256. */
const jwt = (payload: object, key: KeyObject): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid: 'dev-1' })}.${part(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};
