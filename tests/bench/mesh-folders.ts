import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a large mesh is written. */
export interface LargeMesh {
  /** Each has five objects: Deployment, Service, VirtualService, DestinationRule, AuthorizationPolicy. */
  readonly services: number;
  /** @default 20 */
  readonly perNamespace?: number;
  /** Tag of every image, and what every limit and timeout follows from: two of them make every object differ.
   * @default 1 */
  readonly revision?: number;
  /** Whether each namespace has a Sidecar that names what its callers need.
   * @default false */
  readonly hasSidecars?: boolean;
}

/** Writes the manifests of a large mesh, a file a service, and says how many objects there are. */
export function writeLargeMesh(folder: string, mesh: LargeMesh): number {
  mkdirSync(folder, { recursive: true });
  let objects = 0;
  for (const { name, documents } of largeMesh(mesh)) {
    objects += documents.length;
    writeFileSync(join(folder, `${name}.k8s.yaml`), documents.join('---\n'));
  }
  return objects;
}

/** The files of a large mesh, without their extension. */
export function largeMesh({ services, perNamespace = 20, revision = 1, hasSidecars = false }: LargeMesh) {
  const namespaceOf = (index: number): string => `team-${Math.floor(index / perNamespace)}`;
  const nameOf = (index: number): string => `service-${index}`;
  const hostOf = (index: number): string => `${nameOf(index)}.${namespaceOf(index)}.svc.cluster.local`;
  /** Each calls a neighbour and two that are further away: a graph with cycles, as real ones have. */
  const calledBy = (index: number): readonly number[] =>
    [...new Set([index + 1, index * 2 + 1, index * 3 + 7].map((other) => other % services))].filter(
      (other) => other !== index,
    );
  const callers = new Map<number, number[]>();
  for (let index = 0; index < services; index++)
    for (const other of calledBy(index)) callers.set(other, [...(callers.get(other) ?? []), index]);
  const files: { readonly name: string; readonly documents: readonly string[] }[] = [];
  for (let index = 0; index < services; index++) {
    const [name, namespace, host] = [nameOf(index), namespaceOf(index), hostOf(index)];
    const env = calledBy(index)
      .map((other) => `            - { name: SERVICE_${other}_URL, value: "http://${hostOf(other)}" }\n`)
      .join('');
    const principals = (callers.get(index) ?? [])
      .map((other) => `"cluster.local/ns/${namespaceOf(other)}/sa/${nameOf(other)}"`)
      .join(', ');
    files.push({
      name,
      documents: [
        `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-v1, namespace: ${namespace} }
spec:
  replicas: ${1 + revision}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, version: v1, sidecar.istio.io/inject: "true" } }
    spec:
      serviceAccountName: ${name}
      containers:
        - name: app
          image: example.com/${name}:1.${revision}.0
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /readyz, port: 8080 } }
          env:
${env}`,
        `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace}, labels: { revision: "${revision}" } }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`,
        `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  hosts: [${host}]
  http:
    - name: api
      match: [{ uri: { prefix: /api } }]
      route: [{ destination: { host: ${host}, subset: v1 } }]
      timeout: ${revision}s
      retries: { attempts: 2, perTryTimeout: 500ms, retryOn: "5xx" }
    - route: [{ destination: { host: ${host}, subset: v1 } }]
`,
        `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  host: ${host}
  trafficPolicy:
    connectionPool: { tcp: { maxConnections: ${100 * revision} } }
    outlierDetection: { consecutive5xxErrors: 5 }
  subsets: [{ name: v1, labels: { version: v1 } }]
`,
        `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  rules:
    - from: [{ source: { principals: [${principals}] } }]
      to: [{ operation: { methods: [GET], paths: ["/api/v${revision}/*"] } }]
`,
      ],
    });
  }
  if (hasSidecars)
    for (let start = 0; start < services; start += perNamespace) {
      const members = Array.from({ length: Math.min(perNamespace, services - start) }, (_, at) => start + at);
      const hosts = new Set(
        members.flatMap((index) => calledBy(index).map((other) => `${namespaceOf(other)}/${hostOf(other)}`)),
      );
      files.push({
        name: `sidecar-${namespaceOf(start)}`,
        documents: [
          `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: ${namespaceOf(start)} }
spec: { egress: [{ hosts: [${[...hosts].sort().join(', ')}] }] }
`,
        ],
      });
    }
  return files;
}
