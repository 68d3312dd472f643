import { diffMeshes, type MeshDiff } from '../../charts-src/diff/diff.ts';
import { meshOf } from '../check/mesh-of.ts';

/** Objects of a small mesh, by a short name: two services in `shop`, guarded and routed, and a gateway. */
export const PARTS = {
  namespace: `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled, team: shop } }`,
  orders: deployment('orders', 'v1'),
  users: deployment('users', 'v1'),
  usersV2: deployment('users', 'v2'),
  ordersService: service('orders'),
  usersService: service('users'),
  strict: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec:
  mtls: { mode: STRICT }`,
  policy: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: users, namespace: shop }
spec:
  selector: { matchLabels: { app: users } }
  action: ALLOW
  rules:
    - from: [{ source: { principals: ["cluster.local/ns/shop/sa/orders"], requestPrincipals: ["https://id.example.com/*"] } }]
      to: [{ operation: { methods: [GET], paths: ["/api/users/*"], ports: ["8080"] } }]`,
  deny: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-admin, namespace: shop }
spec:
  action: DENY
  rules:
    - to: [{ operation: { paths: ["/api/users/admin*"] } }]`,
  tokens: `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: users, namespace: shop }
spec:
  selector: { matchLabels: { app: users } }
  jwtRules:
    - { issuer: "https://id.example.com", audiences: [shop] }`,
  rule: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: users, namespace: shop }
spec:
  host: users.shop.svc.cluster.local
  trafficPolicy:
    outlierDetection: { consecutive5xxErrors: 5 }
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }`,
  route: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: users, namespace: shop }
spec:
  hosts: [users.shop.svc.cluster.local]
  http:
    - name: api
      match: [{ uri: { prefix: /api } }]
      timeout: 3s
      retries: { attempts: 2, perTryTimeout: 1s, retryOn: "5xx" }
      route:
        - { destination: { host: users.shop.svc.cluster.local, subset: v1 }, weight: 90 }
        - { destination: { host: users.shop.svc.cluster.local, subset: v2 }, weight: 10 }
    - route: [{ destination: { host: users.shop.svc.cluster.local, subset: v1 } }]`,
  sidecar: `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec:
  outboundTrafficPolicy: { mode: REGISTRY_ONLY }
  egress: [{ hosts: ["./users.shop.svc.cluster.local"] }]`,
  mail: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: mail, namespace: shop }
spec:
  hosts: [mail.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{ number: 465, name: tls, protocol: TLS }]`,
  network: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: users, namespace: shop }
spec:
  podSelector: { matchLabels: { app: users } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: orders } } }]
      ports: [{ port: 8080 }]
    - from: [{ namespaceSelector: { matchLabels: { team: metrics } } }]`,
  gateway: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [shop.example.com]
      tls: { mode: MUTUAL, credentialName: shop }`,
  entry: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: public, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
    - match: [{ uri: { prefix: /orders } }]
      route: [{ destination: { host: orders.shop.svc.cluster.local } }]`,
} as const;

export type Part = keyof typeof PARTS;

function deployment(app: string, version: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app}-${version}, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${app}, version: ${version} } }
  template:
    metadata: { labels: { app: ${app}, version: ${version} } }
    spec:
      serviceAccountName: ${app}
      containers:
        - name: app
          image: example.com/${app}:1.0.0
          ports: [{ name: http, containerPort: 8080 }]
          env: [{ name: USERS_URL, value: "http://users" }]
          readinessProbe: { httpGet: { path: /readyz, port: 8080 } }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }`;
}

function service(app: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${app}, namespace: shop }
spec: { selector: { app: ${app} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }`;
}

/** The text of the mesh, with some parts in other words; null leaves one out, other names add one. */
export const meshText = (parts: Readonly<Record<string, string | null>> = {}): string =>
  Object.values({ ...PARTS, ...parts })
    .filter((text) => text !== null)
    .join('\n---\n');

/** What of a part is changed: each text is there once, and becomes another. */
export function changed(part: Part, ...replacements: readonly (readonly [old: string, now: string])[]): string {
  let text: string = PARTS[part];
  for (const [old, now] of replacements) {
    if (text.split(old).length !== 2) throw new Error(`${part} does not hold ${old} once`);
    text = text.replace(old, () => now);
  }
  return text;
}

/** What becomes of the small mesh when some parts are in other words. */
export const diffOf = (
  after: Readonly<Record<string, string | null>>,
  before: Readonly<Record<string, string | null>> = {},
): MeshDiff => diffMeshes(meshOf(meshText(before)), meshOf(meshText(after)));
