import type { Lab } from '../../support/lab.ts';
import { apply, eventually, kubectl, runningPods, type Pod } from '../../support/mesh-cluster.ts';
import { ready } from '../shop-on-mesh.ts';

/** A service of the playground. */
interface PlaygroundService {
  readonly name: string;
  readonly namespace: string;
  readonly versions: readonly string[];
}

/** Services that random manifests are about. */
export const SERVICES: readonly PlaygroundService[] = [
  { name: 'alpha', namespace: 'north', versions: ['v1', 'v2'] },
  { name: 'beta', namespace: 'north', versions: ['v1'] },
  { name: 'gamma', namespace: 'south', versions: ['v1', 'v2'] },
];

/** Hosts that are no plain Service: pods without a proxy, a Service without an address, and another name of a Service. */
export const ODD_HOSTS = [
  'delta.bare.svc.cluster.local',
  'gamma-pods.south.svc.cluster.local',
  'gamma-alias.north.svc.cluster.local',
] as const;

const ODD_SERVICES = `
apiVersion: v1
kind: Service
metadata: { name: delta, namespace: bare }
spec: { selector: { app: delta }, ports: [{ name: http, port: 80, targetPort: 8080 }, { name: tcp-raw, port: 9000 }] }
---
apiVersion: v1
kind: Service
metadata: { name: gamma-pods, namespace: south }
spec: { clusterIP: None, selector: { app: gamma }, ports: [{ name: http-web, port: 7000 }] }
---
apiVersion: v1
kind: Service
metadata: { name: gamma-alias, namespace: north }
spec: { type: ExternalName, externalName: gamma.south.svc.cluster.local }
`;

/** Pods that send: with a sidecar in both namespaces, and one without. */
export const CLIENTS = ['north/client', 'south/client', 'bare/client'] as const;

/** A request from outside: it comes to the lab's ingress gateway, by a Gateway of the random manifests. */
export const GATEWAY = 'gateway:north/edge';

/** The lab's own gateway, in the files that explain reads: its chart is not among them. */
export const INGRESS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec:
  template:
    metadata:
      labels: { app: istio-ingressgateway, istio: ingressgateway }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      serviceAccountName: istio-ingressgateway-service-account
      containers: [{ name: istio-proxy, image: auto }]
---
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }]
`;

/** Where it is reached from a pod. */
export const INGRESS_HOST = 'istio-ingressgateway.istio-system.svc.cluster.local';

const namespace = (name: string, isInjected: boolean): string => `
apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels: { istio-injection: ${isInjected ? 'enabled' : 'disabled'} }
`;

const deployment = (namespaceName: string, app: string, version: string | undefined): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app}${version === undefined ? '' : `-${version}`}, namespace: ${namespaceName} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${app}${version === undefined ? '' : `, version: ${version}`} } }
  template:
    metadata:
      labels: { app: ${app}, tier: ${version === undefined ? 'front' : 'back'}${version === undefined ? '' : `, version: ${version}`} }
    spec:
      serviceAccountName: ${app}
      terminationGracePeriodSeconds: 1
      containers:
        - name: app
          image: playground/echo:1
          ports: [{ containerPort: 8080 }, { containerPort: 9000 }, { containerPort: 7000 }, { containerPort: 7100 }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${app}, namespace: ${namespaceName} }
`;

const service = ({ name, namespace: owner }: PlaygroundService): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${owner} }
spec:
  selector: { app: ${name} }
  ports:
    - { name: http, port: 80, targetPort: 8080 }
    - { name: tcp-raw, port: 9000 }
    - { name: http-web, port: 7000 }
    - { name: web, port: 7100 }
`;

/** What stays the same for all random manifests: namespaces, pods and Services. */
export const PLAYGROUND: string = [
  namespace('north', true),
  namespace('south', true),
  namespace('bare', false),
  ...CLIENTS.map((client) => deployment(client.split('/')[0] ?? '', 'client', undefined)),
  ...SERVICES.flatMap(({ name, namespace: owner, versions }) => [
    ...versions.map((version) => deployment(owner, name, version).replace(/---[\s\S]*/, '')),
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: ${owner} }\n`,
  ]),
  deployment('bare', 'delta', 'v1'),
  ...SERVICES.map(service),
  ODD_SERVICES,
].join('\n---\n');

/** Kinds that random manifests are made of, as kubectl names them. */
const KINDS =
  'virtualservices.networking.istio.io,destinationrules.networking.istio.io,sidecars.networking.istio.io,peerauthentications.security.istio.io,authorizationpolicies.security.istio.io,serviceentries.networking.istio.io,gateways.networking.istio.io,requestauthentications.security.istio.io';

/** Host whose answer tells which manifests a proxy has. */
const MARKER = 'marker.playground';

const NAMESPACES = ['north', 'south', 'bare'] as const;

/** Waits until all pods of the playground are ready. */
export async function settled(lab: Lab): Promise<void> {
  for (const name of NAMESPACES) {
    const { stdout } = await lab.kubectl(['get', 'deployments', '-n', name, '-o', 'name']);
    const workloads = stdout.trim().split('\n');
    await ready(
      lab,
      name,
      workloads.map((line) => line.replace(/^deployment\.apps\//, 'deployment/')),
    );
  }
}

/** A lab in which manifests can be tried one after the other. */
export class Playground {
  readonly lab: Lab;
  readonly pods: ReadonlyMap<string, Pod>;
  #round = 0;

  private constructor(lab: Lab, pods: ReadonlyMap<string, Pod>) {
    this.lab = lab;
    this.pods = pods;
  }

  /** Brings up its namespaces, pods and Services. */
  static async in(lab: Lab): Promise<Playground> {
    await apply(lab, PLAYGROUND);
    await settled(lab);
    const pods = new Map<string, Pod>();
    for (const name of NAMESPACES)
      for (const pod of await runningPods(lab, name))
        if (pod.labels['app'] === 'client') pods.set(`${name}/client`, pod);
    return new Playground(lab, pods);
  }

  /** A client's pod.
   * @throws Error when there is none */
  client(name: string): Pod {
    // Nobody outside has a sidecar.
    if (name === GATEWAY) return this.client('bare/client');
    const pod = this.pods.get(name);
    if (pod === undefined) throw new Error(`the playground has no client ${name}`);
    return pod;
  }

  /** Puts manifests in the place of those before, and waits until the clients' proxies have them. */
  async use(manifests: string): Promise<void> {
    this.#round += 1;
    const body = `round-${this.#round}`;
    await kubectl(this.lab, ['delete', KINDS, '-n', 'north', '--all', '--ignore-not-found', '--wait=false']);
    await kubectl(this.lab, ['delete', KINDS, '-n', 'south', '--all', '--ignore-not-found', '--wait=false']);
    await kubectl(this.lab, [
      'delete',
      'peerauthentications.security.istio.io',
      '-n',
      'istio-system',
      '--all',
      '--ignore-not-found',
    ]);
    const marker = ['north', 'south'].map(
      (owner) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: marker, namespace: ${owner} }
spec:
  hosts: [${MARKER}]
  exportTo: ['.']
  http: [{ directResponse: { status: 200, body: { string: ${body} } } }]
`,
    );
    await apply(this.lab, [manifests, ...marker].join('\n---\n'));
    await Promise.all(
      ['north/client', 'south/client'].map((name) =>
        eventually(
          `the manifests of ${body} at ${name}`,
          async () => {
            const [answer] = await this.lab.send(this.client(name), [
              { host: MARKER, connectTo: 'alpha.north.svc.cluster.local', path: '/' },
            ]);
            return answer?.text ?? '';
          },
          (text) => text === body,
          { everyMs: 150 },
        ),
      ),
    );
    // Servers get their policies in the same push; listeners of clients come a moment after their routes.
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}
