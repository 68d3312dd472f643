import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import { isSystemNamespace, listNames } from '../mesh-presence.ts';
import { ownContainers } from '../../graph/own-containers.ts';
import type { Rule } from '../rule.ts';

/** What a pod leaves open that it does not need: one line a workload, for who wants to close it. */
export const podNotHardened = {
  code: 'W273',
  name: 'pod-not-hardened',
  severity: 'info',
  summary: 'Pods keep rights that most applications do not need.',
  reads: [...WORKLOAD_KINDS, 'ServiceAccount'],
  *check(graph) {
    const tokenless = accountsWithoutToken(graph);
    for (const workload of graph.workloads) {
      if (isOwned(workload.manifest) || isOfIstio(workload.manifest) || workload.isGateway) continue;
      // What runs the cluster and the mesh is not the application's.
      if (isSystemNamespace(graph, workload.namespace)) continue;
      const missing = missingIn(workload, tokenless);
      if (missing.length === 0) continue;
      yield {
        manifest: workload.manifest,
        at: [...workload.at, 'spec', 'containers'],
        message: `the pods ${missing.map(({ what }) => what).join('; ')}`,
        fix: `add ${missing.map(({ fix }) => fix).join(', ')}`,
      };
    }
  },
} satisfies Rule;

interface Missing {
  readonly what: string;
  readonly fix: string;
}

/** Source: Pod Security Standards, restricted, and what scanners ask for beyond it */
function missingIn(workload: Workload, tokenless: ReadonlySet<string>): readonly Missing[] {
  const { pod, namespace, serviceAccount } = workload;
  const containers = ownContainers(workload).map(({ container }) => container);
  const some = (test: (container: (typeof containers)[number]) => boolean): boolean => containers.some(test);
  const secrets = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined).map(({ name = '' }) => name),
    ...envFrom.flatMap(({ secretRef }) => (secretRef === undefined ? [] : [`all of Secret ${secretRef.name ?? ''}`])),
  ]);
  const found: readonly (readonly [boolean, Missing])[] = [
    [
      some(({ securityContext }) => (securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) !== true),
      { what: 'may run as root', fix: 'runAsNonRoot: true' },
    ],
    [
      some(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false),
      { what: 'may gain privileges', fix: 'allowPrivilegeEscalation: false' },
    ],
    [
      some(
        ({ securityContext }) =>
          !(securityContext?.capabilities?.drop ?? []).some((name) => name.toUpperCase() === 'ALL'),
      ),
      { what: 'keep the default capabilities', fix: 'capabilities: { drop: [ALL] }' },
    ],
    [
      some(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true),
      { what: 'may change their own files', fix: 'readOnlyRootFilesystem: true' },
    ],
    [
      some(
        ({ securityContext }) =>
          (securityContext?.seccompProfile?.type ?? pod.securityContext?.seccompProfile?.type ?? 'Unconfined') ===
          'Unconfined',
      ),
      { what: 'may make every system call', fix: 'seccompProfile: { type: RuntimeDefault }' },
    ],
    [
      (pod.automountServiceAccountToken ?? !tokenless.has(`${namespace}/${serviceAccount}`)) === true,
      { what: 'have a token of the Kubernetes API mounted', fix: 'automountServiceAccountToken: false' },
    ],
    [
      secrets.length > 0,
      {
        what: `get secrets as environment variables (${listNames(secrets)}), which crash reports and child processes show`,
        fix: 'Secrets mounted as files',
      },
    ],
  ];
  return found.filter(([isMissing]) => isMissing).map(([, missing]) => missing);
}

/** ServiceAccounts that say that no token is mounted, as `namespace/name`. */
const accountsWithoutToken = (graph: MeshGraph): ReadonlySet<string> =>
  new Set(
    graph
      .objects('ServiceAccount', '')
      .filter(({ object }) => object['automountServiceAccountToken'] === false)
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
