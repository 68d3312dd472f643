import { createServer } from 'node:http';
import { expect } from 'vitest';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { PlanFile } from '../../charts-src/canary/plan-file.ts';
import { rbac, type RbacOptions } from '../../charts-src/canary/rbac.ts';
import { readPlan } from '../../charts-src/canary/read-plan.ts';
import { startApiServer, type ApiServer, type AuditEvent, type KubernetesObject } from './api-server.ts';

/** Namespace of all targets. */
export const NAMESPACE = 'shop';

/** Makes what all targets share: the namespace, and pods of two versions that nothing runs. */
const makeNamespace = async (server: ApiServer): Promise<void> => {
  await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  // Pods need one, and there is no controller that would make it.
  await server.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: NAMESPACE, name: 'default' } });
  await Promise.all(
    PODS.map(({ name, version }) =>
      server.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: NAMESPACE, name, labels: { app: 'orders', version } },
        spec: { containers: [{ name: 'app', image: 'none' }] },
      }),
    ),
  );
};

const PODS = ['v1', 'v1', 'v2', 'v2'].map((version, index) => ({
  name: `pod-${index}`,
  version,
  address: `10.0.0.${index + 1}`,
}));

/** The VirtualService of a target as it lies in Git, with something in it that a canary has no business with. */
export const virtualService = (name: string): KubernetesObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { namespace: NAMESPACE, name, labels: { app: 'orders' }, annotations: { team: 'orders' } },
  spec: {
    hosts: [name],
    http: [
      { match: [{ uri: { prefix: '/static' } }], route: [{ destination: { host: 'files' } }] },
      {
        name: 'all',
        retries: { attempts: 0 },
        route: [
          { destination: { host: name, subset: 'v1' }, weight: 100 },
          { destination: { host: name, subset: 'v2' }, weight: 0 },
        ],
      },
    ],
  },
});

/** Makes a target of its own: VirtualService, DestinationRule, and endpoints that are all ready. */
export const makeTarget = async (server: ApiServer, name: string): Promise<void> => {
  await server.apply(virtualService(name));
  await server.apply({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { namespace: NAMESPACE, name },
    spec: { host: name, subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })) },
  });
  await server.apply({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: NAMESPACE, name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: PODS.map(({ name: pod, address }) => ({
      addresses: [address],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', namespace: NAMESPACE, name: pod },
    })),
    ports: [{ port: 8080 }],
  });
};

/** A plan that is over in a second: time alone leads on, and hardly any of it. */
export const quickPlan = (name: string, more: Partial<PlanFile> = {}): Plan => {
  const read = readPlan({
    target: { namespace: NAMESPACE, host: name, stable: 'v1', canary: 'v2' },
    steps: [10, 30, 60],
    hold: '10ms',
    drain: '10ms',
    analysis: false,
    ...more,
  } satisfies PlanFile);
  if (read.ok) return read.plan;
  throw new Error(`not a plan: ${JSON.stringify(read.problems)}`);
};

/** Gives a service account the rights that `weft canary rbac` prints for a plan, and no others. */
export const grantPrinted = async (
  server: ApiServer,
  plan: Plan,
  account: string,
  more: Pick<RbacOptions, 'portForward'> = {},
): Promise<string> => {
  const kubeconfig = await server.kubeconfigOf({ namespace: NAMESPACE, name: account });
  const subject = { kind: 'ServiceAccount', namespace: NAMESPACE, name: account } as const;
  for (const object of rbac(plan, { subject, ...more })) await server.apply({ ...object });
  return kubeconfig;
};

/** All weights of `quickPlan` after the beginning. */
export const ALL_STEPS: readonly number[] = [10, 30, 60, 100];

/** A proxy that has whatever lies on the API server, at the moment that it is asked. */
export interface PlayedProxy {
  /** Its admin port, as it has the routes of one VirtualService. */
  envoyOf(name: string): string;
  stop(): Promise<void>;
}

/** Plays the admin port of an Envoy: there is no mesh beside this API server. */
const playProxy = async (server: ApiServer): Promise<PlayedProxy> => {
  const listener = createServer((request, response) => {
    const name = request.url?.split('/')[1] ?? '';
    if (request.url?.startsWith(`/${name}/config_dump`) !== true) return void response.writeHead(404).end();
    void server
      .read(virtualService(name))
      .then((object) => response.end(JSON.stringify(dumpOf(object))))
      .catch(() => response.end('{}'));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    envoyOf: (name) => `http://127.0.0.1:${port}/${name}`,
    stop: () => {
      listener.closeAllConnections();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
};

/** A real API server with what all targets share, and a proxy that is played: there is no mesh beside it. */
export interface TargetServer {
  readonly server: ApiServer;
  readonly proxy: PlayedProxy;
  stop(): Promise<void>;
}

/** Starts both. */
export const startTargetServer = async (): Promise<TargetServer> => {
  const server = await startApiServer({ audit: true });
  await makeNamespace(server);
  const proxy = await playProxy(server);
  return {
    server,
    proxy,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
};

interface Route {
  readonly name?: string;
  readonly route: readonly {
    readonly destination: { readonly host: string; readonly subset?: string };
    readonly weight?: number;
  }[];
}

const routesOf = (object: KubernetesObject): readonly Route[] =>
  (object['spec'] as { readonly http: readonly Route[] }).http; // the targets of these tests have routes of HTTP

const dumpOf = (object: KubernetesObject): object => ({
  configs: [
    {
      route_config: {
        name: '80',
        virtual_hosts: [
          {
            routes: routesOf(object).map(({ name, route }) => ({
              name,
              route: {
                weighted_clusters: {
                  clusters: route.map(({ destination: { host, subset = '' }, weight }) => ({
                    name: `outbound|80|${subset}|${host}.${NAMESPACE}.svc.cluster.local`,
                    weight,
                  })),
                },
              },
            })),
          },
        ],
      },
    },
  ],
});

/** Per cent that the canary has in a VirtualService. */
export const canaryWeight = (object: KubernetesObject): number => {
  const route = routesOf(object).find(({ route: [first] }) => first?.destination.subset !== undefined)?.route ?? [];
  return route.find(({ destination }) => destination.subset === 'v2')?.weight ?? (route.length === 1 ? 100 : 0);
};

/** Calls that were answered for one target, oldest first. */
export const callsFor = (events: readonly AuditEvent[], name: string): readonly AuditEvent[] =>
  events.filter(
    ({ objectRef, requestURI }) => objectRef?.name === name || requestURI.includes(encodeURIComponent(name)),
  );

/** Changes of a VirtualService that the server has made. */
export const writesOf = (events: readonly AuditEvent[], name: string): readonly AuditEvent[] =>
  events.filter(
    ({ verb, objectRef, responseStatus }) =>
      ['update', 'patch'].includes(verb) &&
      objectRef?.resource === 'virtualservices' &&
      objectRef.name === name &&
      responseStatus?.code === 200,
  );

/** Weights of the canary, one after the other, as the audit log saw them change. */
export const weightsOf = (events: readonly AuditEvent[], name: string): readonly number[] =>
  writesOf(events, name)
    .map(({ responseObject }) => (responseObject === undefined ? 0 : canaryWeight(responseObject)))
    .filter((weight, index, all) => weight !== all[index - 1]);

/** A target with a plan for it, and a kubeconfig with the printed rights. */
export interface PreparedTarget {
  readonly name: string;
  readonly plan: Plan;
  readonly kubeconfig: string;
  readonly envoy: string;
}

/** Makes a target of its own, and somebody who may move its weights. */
export const prepareTarget = async (
  server: ApiServer,
  proxy: PlayedProxy,
  name: string,
  more: Partial<PlanFile> = {},
): Promise<PreparedTarget> => {
  await makeTarget(server, name);
  const plan = quickPlan(name, more);
  return { name, plan, kubeconfig: await grantPrinted(server, plan, name), envoy: proxy.envoyOf(name) };
};

/** What a test compares of a VirtualService: all but what a server notes down by itself. */
export const stateOf = async (server: ApiServer, name: string) => {
  const { spec, metadata } = await server.read(virtualService(name));
  return { labels: metadata['labels'], annotations: metadata['annotations'] as Readonly<Record<string, string>>, spec }; // a map of texts
};

/** The state of a target whose run promoted: the object of Git, all requests at the canary, and how it went. */
export const promotedState = (name: string) => {
  const { spec, metadata } = virtualService(name);
  const [files, all] = (spec as { readonly http: readonly [unknown, Route] }).http; // see virtualService
  const weights = [0, 100];
  return {
    labels: metadata['labels'],
    annotations: expect.objectContaining({
      ...(metadata['annotations'] as object), // see virtualService
      'canary.weftmesh/phase': 'Promoted',
    }) as unknown,
    spec: {
      ...(spec as object),
      http: [
        files,
        { ...all, route: all.route.map((destination, index) => ({ ...destination, weight: weights[index] })) },
      ],
    },
  };
};
