import { join } from 'node:path';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { selfSigned } from '../support/certificate.ts';
import type { ImageRow } from '../support/lab.ts';
import { apply, kubectl, type MeshCluster } from '../support/mesh-cluster.ts';
import { readLeaf, type ManifestDocument } from '../support/manifest-folders.ts';

const ECHO = {
  command: ['{python}', '{lab}/echo.py', '{ports}'],
  wait_for_ports: true,
  env: { APP: '{app}', VERSION: '{version}', POD_NAME: '{pod}' },
} as const;
const succeed = (...paths: readonly string[]) => ({
  files: Object.fromEntries(paths.map((path) => [path, '/bin/true'])),
});

/** What the shop's images are played by: containers with ports answer requests, others (migrations, Jobs) end well. */
export const SHOP_IMAGES: readonly ImageRow[] = [
  { match: 'postgres:*', ...ECHO, ...succeed('/usr/bin/pg_isready') },
  { match: 'rabbitmq:*', ...ECHO, ...succeed('/usr/bin/rabbitmq-diagnostics', '/usr/sbin/rabbitmq-diagnostics') },
  ...['weft-shop/*', 'apache/kafka:*'].flatMap((match) => [
    { match, ...ECHO },
    { match, command: ['true'] },
  ]),
];

/** The documents of a leaf of dist/. */
export const leaf = (path: string): readonly ManifestDocument[] => readLeaf(join(ROOT, 'dist', path));

/** Secrets that pods of these documents mount. They are never in dist/, so tests bring their own. */
const mountedSecrets = (documents: readonly ManifestDocument[]): readonly string[] => [
  ...new Set(
    documents.flatMap(({ object }) =>
      [...JSON.stringify(object).matchAll(/"secretName":"([^"]+)"/g)].map(([, name]) => name ?? ''),
    ),
  ),
];

/** A Secret with a certificate that nobody else trusts, for the ingress gateway. */
const certificate = (name: string, host: string): unknown => {
  const { key, cert } = selfSigned(host);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name, namespace: 'istio-system' },
    stringData: { 'tls.key': key, 'tls.crt': cert },
  };
};

/** Applies a leaf with all that it refers to, and waits until everything in it runs. */
export const deploy = async (
  cluster: MeshCluster,
  documents: readonly ManifestDocument[],
  { namespace, host }: { readonly namespace: string; readonly host: string },
): Promise<void> => {
  const isNamespace = ({ object }: ManifestDocument): boolean => object.kind === 'Namespace';
  await apply(cluster, [
    ...documents.filter(isNamespace).map(({ object }) => object),
    ...mountedSecrets(documents).map((name) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      stringData: { 'for-tests': 'nothing' },
    })),
    certificate('shop-certificate', host),
  ]);
  // The files as they are: what a user's `kubectl apply -f` sends.
  await apply(cluster, documents.map(({ text }) => text).join('\n---\n'));
  await ready(
    cluster,
    namespace,
    documents.flatMap(({ object: { kind, metadata } }) =>
      RUNNING_KINDS.includes(kind) ? [`${kind.toLowerCase()}/${metadata.name}`] : [],
    ),
  );
};

const RUNNING_KINDS = ['Deployment', 'StatefulSet', 'Job'];
const PATIENCE = '--timeout=300s';

/** Waits until workloads run and Jobs have ended; `workloads` as kubectl names them: `deployment/orders`.
 * @throws Error with the pods and the warnings of the namespace */
export const ready = async (cluster: MeshCluster, namespace: string, workloads: readonly string[]): Promise<void> => {
  try {
    await Promise.all(
      workloads.map((workload) =>
        kubectl(cluster, [
          ...(workload.startsWith('job/') ? ['wait', '--for=condition=Complete'] : ['rollout', 'status']),
          ...[workload, '-n', namespace, PATIENCE],
        ]),
      ),
    );
  } catch (error) {
    const { stdout: pods } = await cluster.kubectl(['get', 'pods,jobs', '-n', namespace, '-o', 'wide']);
    const { stdout: events } = await cluster.kubectl([
      'get',
      'events',
      '-n',
      namespace,
      '--field-selector=type=Warning',
    ]);
    const first = error instanceof Error ? error.message : String(error);
    const hint = /failed container istio-proxy/.test(events)
      ? '\nA proxy that ends at once has often met the limit fs.inotify.max_user_instances of its machine: see its log.'
      : '';
    throw new Error(`Not everything in ${namespace} came up: ${first}\n${pods}\n${events}${hint}`, { cause: error });
  }
};

/** Takes a namespace away, without the time that pods ask for to say goodbye. */
export const remove = async (cluster: MeshCluster, namespace: string): Promise<void> => {
  await kubectl(cluster, ['delete', 'namespace', namespace, '--wait=false']);
  await kubectl(cluster, ['delete', 'pods', '--all', '-n', namespace, '--force', '--grace-period=0']);
  await kubectl(cluster, ['wait', `namespace/${namespace}`, '--for=delete', '--timeout=90s']);
};

/** A namespace with labels. */
export const namespaceWith = (name: string, labels: Readonly<Record<string, string>>): unknown => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** A pod to send requests from; it meets `restricted`. */
export const clientDeployment = (name: string, namespace: string, serviceAccountName: string): unknown => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels: { 'weft-test': 'client' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, 'weft-test': 'client' } },
      spec: {
        serviceAccountName,
        terminationGracePeriodSeconds: 1,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'app',
            image: 'weft-shop/client:1',
            ports: [{ containerPort: 8080 }],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  },
});
