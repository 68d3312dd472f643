import { expect, test } from 'vitest';
import { diffMeshes } from '../../charts-src/diff/diff.ts';
import { meshOf } from '../check/mesh-of.ts';
import { namespace, object, service, workload } from '../check/workload-yaml.ts';

const security = (old: string, now: string, direction: 'broader' | 'narrower'): readonly string[] =>
  diffMeshes(meshOf(old), meshOf(now))
    .security.filter((one) => one.direction === direction)
    .map(({ topic, subjects, message }) => `${topic} ${subjects.join(', ')}: ${message}`);

const orders = (parts: Parameters<typeof workload>[0] = {}): string => namespace() + service() + workload(parts);
const secure = (context: string): string => orders({ container: `securityContext: { ${context} }` });
const level = (name: string): string =>
  namespace(`istio-injection: enabled, pod-security.kubernetes.io/enforce: ${name}`) + workload();

const role = (rules: string, name = 'reader', kind = 'Role'): string => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}${kind === 'Role' ? ', namespace: shop' : ''} }
rules: [${rules}]
`;
const binding = (to: string, kind = 'RoleBinding', refers = 'Role'): string => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: reader${kind === 'RoleBinding' ? ', namespace: shop' : ''} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${refers}, name: ${to} }
subjects: [{ kind: ServiceAccount, name: orders, namespace: shop }]
`;
const GET = '{ apiGroups: [""], resources: [configmaps], verbs: [get] }';
const SECRETS = '{ apiGroups: [""], resources: [configmaps, secrets], verbs: [get, list] }';

const cors = (origin: string, credentials = false): string =>
  orders() +
  object(
    'networking.istio.io/v1',
    'VirtualService',
    'shop/orders',
    `{ hosts: [orders.example.com], gateways: [edge], http: [{ corsPolicy: { allowOrigins: [${origin}], allowCredentials: ${credentials} }, route: [{ destination: { host: orders } }] }] }`,
  );

const ingress = (host: string, path: string): string =>
  orders() +
  object(
    'networking.k8s.io/v1',
    'Ingress',
    'shop/orders',
    `{ rules: [{ host: ${host}, http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: orders, port: { number: 80 } } } }] } }] }`,
  );

const meshConfig = (mode: string): string => `${orders()}---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "outboundTrafficPolicy: { mode: ${mode} }" }
`;

/** Each row opens something on its way from the first to the second, and closes it on the way back. */
test.each([
  {
    name: 'a container that is privileged',
    old: secure('privileged: false'),
    now: secure('privileged: true'),
    says: 'powers Deployment shop/orders: container "app" is privileged',
  },
  {
    name: 'a capability',
    old: secure('capabilities: { drop: [ALL] }'),
    now: secure('capabilities: { drop: [ALL], add: [NET_ADMIN] }'),
    says: 'powers Deployment shop/orders: container "app" has the capabilities NET_ADMIN',
  },
  {
    name: 'a folder of the node',
    old: orders(),
    now: orders({ pod: 'volumes: [{ name: root, hostPath: { path: / } }]' }),
    says: 'powers Deployment shop/orders: volume "root" is the folder / of the node',
  },
  {
    name: 'a token for the API server',
    old: orders({ pod: 'automountServiceAccountToken: false' }),
    now: orders(),
    says: 'powers Deployment shop/orders: its pods get a token for the API server',
  },
  {
    name: 'the level of a namespace',
    old: level('restricted'),
    now: level('baseline'),
    says: 'powers Namespace shop: takes pods of the level baseline, no more restricted only',
  },
  {
    name: 'a further resource and verb of a Role',
    old: orders() + role(GET) + binding('reader'),
    now: orders() + role(SECRETS) + binding('reader'),
    says: 'rbac ServiceAccount shop/orders: may list configmaps in namespace shop (Kubernetes API)|rbac ServiceAccount shop/orders: may get, list secrets in namespace shop (Kubernetes API)',
  },
  {
    name: 'a role that Kubernetes has by itself',
    old: orders(),
    now: orders() + binding('cluster-admin', 'ClusterRoleBinding', 'ClusterRole'),
    says: 'rbac ServiceAccount shop/orders: may do what ClusterRole cluster-admin allows in every namespace (Kubernetes API)',
  },
  {
    name: 'in every namespace in place of one',
    old: orders() + role(GET, 'reader', 'ClusterRole') + binding('reader', 'RoleBinding', 'ClusterRole'),
    now: orders() + role(GET, 'reader', 'ClusterRole') + binding('reader', 'ClusterRoleBinding', 'ClusterRole'),
    says: 'rbac ServiceAccount shop/orders: may get configmaps in every namespace (Kubernetes API)',
  },
  {
    name: 'any name in place of one',
    old: orders() + role(GET.replace(' }', ', resourceNames: [a] }')) + binding('reader'),
    now: orders() + role(GET) + binding('reader'),
    says: 'rbac ServiceAccount shop/orders: may get configmaps in namespace shop (Kubernetes API)',
  },
  {
    name: 'a port that goes past the proxy',
    old: orders(),
    now: orders({ annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' }),
    says: 'injection Deployment shop/orders: port 8080 goes past its proxy: no mutual TLS and no policy of the mesh guards it',
  },
  {
    name: 'a further origin',
    old: cors('{ exact: "https://a.example.com" }'),
    now: cors('{ exact: "https://a.example.com" }, { regex: ".*" }'),
    says: 'cors VirtualService shop/orders: lets pages of every site read what orders.example.com answers',
  },
  {
    name: 'with credentials',
    old: cors('{ exact: "https://a.example.com" }'),
    now: cors('{ exact: "https://a.example.com" }', true),
    says: 'cors VirtualService shop/orders: lets pages of https://a.example.com read what orders.example.com answers, with the credentials of their visitors',
  },
  {
    name: 'a wider path of an Ingress',
    old: ingress('a.example.com', '/api'),
    now: ingress('a.example.com', '/'),
    says: 'gateway Ingress shop/orders: new from outside: a.example.com/ leads to Service shop/orders',
  },
  {
    name: 'a new Ingress',
    old: orders(),
    now: ingress('a.example.com', '/api'),
    says: 'gateway Ingress shop/orders: new from outside: a.example.com/api leads to Service shop/orders',
  },
  {
    name: 'what may leave, by MeshConfig',
    old: meshConfig('REGISTRY_ONLY'),
    now: meshConfig('ALLOW_ANY'),
    says: 'egress Deployment shop/orders: may call what its proxy does not know: outboundTrafficPolicy REGISTRY_ONLY becomes ALLOW_ANY',
  },
])('$name', ({ old, now, says }) => {
  expect(security(old, now, 'broader')).toEqual(says.split('|'));
  expect(security(now, old, 'narrower')).toHaveLength(says.split('|').length);
  expect(security(now, old, 'broader')).toEqual([]);
  expect(security(old, now, 'narrower')).toEqual([]);
});

test('a Role that nobody is bound to opens nothing', () => {
  expect(security(orders() + role(GET), orders() + role(SECRETS), 'broader')).toEqual([]);
});

test('a Service that selects another application is told of its callers', () => {
  const front = workload({
    name: 'front',
    labels: 'app: front',
    container: 'env: [{ name: A, value: "http://orders" }]',
  });
  const traffic = (old: string, now: string): readonly string[] =>
    diffMeshes(meshOf(old), meshOf(now)).traffic.map(
      ({ host, topic, before, after }) => `${host} ${topic} ${before} -> ${after}`,
    );
  const other = orders().replace('selector: { app: orders }', 'selector: { app: front }') + front;
  expect(traffic(orders() + front, other)).toEqual([
    'orders.shop.svc.cluster.local pods Deployment shop/orders -> Deployment shop/front',
  ]);
  const further = orders().replace('selector: { app: orders }', 'selector: { tier: back }');
  const both = further.replaceAll('app: orders, version: v1', 'app: orders, tier: back') + front;
  expect(traffic(orders() + front, both), 'the same pods by another label').toEqual([]);
});
