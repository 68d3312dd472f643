import type { Workload } from '../graph/workload.ts';
import type { Path } from '../model/schema.ts';
import { podAt } from './app-containers.ts';

/** An object of their namespace that pods cannot start without. */
export interface PodReference {
  readonly kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim';
  readonly name: string;
  /** Where the name stands. */
  readonly at: Path;
  /** The one key that is read, and where that stands; undefined where all of it is taken. */
  readonly key: { readonly name: string; readonly at: Path } | undefined;
  /** What becomes of the pods without it. */
  readonly effect: string;
}

const BY_ENV = 'the kubelet does not start the container (CreateContainerConfigError)';
const BY_VOLUME = 'the volume cannot be mounted, and the pods stay in ContainerCreating';
const BY_CLAIM = 'the scheduler finds no node for the pods, which stay Pending';

/** What pods of a workload read by name, without what they start without. Source: Kubernetes' PodSpec */
export const podReferences = (workload: Pick<Workload, 'pod' | 'at'>): readonly PodReference[] => [
  ...environmentReferences(workload),
  ...volumeReferences(workload),
];

function* environmentReferences({ pod, at }: Pick<Workload, 'pod' | 'at'>): Generator<PodReference> {
  for (const field of ['initContainers', 'containers'] as const)
    for (const [index, { env = [], envFrom = [] }] of (pod[field] ?? []).entries()) {
      const here: Path = [...podAt({ at }), field, index];
      for (const [place, { valueFrom }] of env.entries())
        for (const [ref, kind] of [
          ['configMapKeyRef', 'ConfigMap'],
          ['secretKeyRef', 'Secret'],
        ] as const)
          yield* reference(kind, [...here, 'env', place, 'valueFrom', ref], valueFrom?.[ref], BY_ENV);
      for (const [place, source] of envFrom.entries())
        for (const [ref, kind] of [
          ['configMapRef', 'ConfigMap'],
          ['secretRef', 'Secret'],
        ] as const)
          yield* reference(kind, [...here, 'envFrom', place, ref], source[ref], BY_ENV);
    }
}

function* volumeReferences({ pod, at }: Pick<Workload, 'pod' | 'at'>): Generator<PodReference> {
  for (const [index, { configMap, secret, projected, persistentVolumeClaim }] of (pod.volumes ?? []).entries()) {
    const here: Path = [...podAt({ at }), 'volumes', index];
    yield* reference('ConfigMap', [...here, 'configMap'], configMap, BY_VOLUME);
    yield* reference('Secret', [...here, 'secret'], secret, BY_VOLUME);
    for (const [place, source] of (projected?.sources ?? []).entries()) {
      yield* reference('ConfigMap', [...here, 'projected', 'sources', place, 'configMap'], source.configMap, BY_VOLUME);
      yield* reference('Secret', [...here, 'projected', 'sources', place, 'secret'], source.secret, BY_VOLUME);
    }
    const claim = persistentVolumeClaim?.claimName;
    if (claim !== undefined)
      yield {
        kind: 'PersistentVolumeClaim',
        name: claim,
        at: [...here, 'persistentVolumeClaim', 'claimName'],
        key: undefined,
        effect: BY_CLAIM,
      };
  }
}

interface Source {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly key?: string;
  readonly items?: readonly { readonly key?: string }[];
}

function* reference(
  kind: 'ConfigMap' | 'Secret',
  at: Path,
  source: Source | undefined,
  effect: string,
): Generator<PodReference> {
  if (source === undefined || source.optional === true) return;
  const field = source.secretName === undefined ? 'name' : 'secretName';
  const name = source[field] ?? '';
  if (name === '') return;
  const keys = [
    ...(source.key === undefined ? [] : [{ name: source.key, at: [...at, 'key'] }]),
    ...(source.items ?? []).flatMap(({ key }, index) =>
      key === undefined ? [] : [{ name: key, at: [...at, 'items', index, 'key'] }],
    ),
  ];
  for (const key of keys.length > 0 ? keys : [undefined]) yield { kind, name, at: [...at, field], key, effect };
}
