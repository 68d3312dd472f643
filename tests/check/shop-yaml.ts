import { object, service } from './parts.ts';

/** Any object, as one line of YAML. */
export const document = (value: object): string => `---\n${JSON.stringify(value)}`;

/** Options of {@link deployment}. */
export interface DeploymentYaml {
  readonly kind?: string;
  readonly replicas?: number;
  readonly app?: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly image?: string;
  /** A text, or what `valueFrom` holds. */
  readonly env?: Readonly<Record<string, string | object>>;
  /** Further fields of the only container. */
  readonly container?: object;
  /** Further fields of the pods. */
  readonly pod?: object;
  /** Further fields of the spec. */
  readonly spec?: object;
}

/** Pods in namespace `shop` with the labels `app` and `version`, and one container on port 8080. */
export const deployment = (
  name: string,
  {
    kind = 'Deployment',
    replicas = 2,
    app = name,
    version = 'v1',
    namespace = 'shop',
    image = `example.com/${name}:1.0.0`,
    env = {},
    container = {},
    pod = {},
    spec = {},
  }: DeploymentYaml = {},
): string =>
  document({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app, version } },
      template: {
        metadata: { labels: { app, version } },
        spec: {
          serviceAccountName: name,
          containers: [
            {
              name: 'app',
              image,
              ports: [{ containerPort: 8080 }],
              env: Object.entries(env).map(([variable, value]) =>
                typeof value === 'string' ? { name: variable, value } : { name: variable, valueFrom: value },
              ),
              ...container,
            },
          ],
          ...pod,
        },
      },
      ...spec,
    },
  });

/** A service with the addresses of those that it calls in its environment. */
export const caller = (name: string, ...callees: readonly string[]): string =>
  [
    service(name),
    deployment(name, {
      env: Object.fromEntries(callees.map((callee) => [`${callee.toUpperCase()}_URL`, `http://${callee}`])),
    }),
  ].join('\n');

/** A DestinationRule of a host of the same name. */
export const policy = (host: string, spec: string): string => object('DestinationRule', host, `host: ${host}\n${spec}`);

/** A PostgreSQL with its Service, in namespace `shop`. */
export const postgres = (name: string, options: DeploymentYaml = {}): string =>
  [
    service(name, { ports: '[{ name: tcp-postgres, port: 5432 }]' }),
    deployment(name, {
      kind: 'StatefulSet',
      replicas: 1,
      image: 'postgres:15.18',
      container: { ports: [{ containerPort: 5432 }] },
      spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
      ...options,
    }),
  ].join('\n');
