import type { MeshGraph } from '../graph/mesh-graph.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { objectName, type Manifest } from '../manifest/manifest.ts';
import { formatPath } from '../model/schema.ts';
import type { Reference, RolloutChange } from './change.ts';
import { fieldChanges, type FieldChange, type ObjectChange } from './objects.ts';
import type { Pairings } from './pairing.ts';

/** Pods that are made anew, more or fewer pods, and pods that should restart but do not by themselves. */
export function restartChanges(
  before: MeshGraph,
  after: MeshGraph,
  changes: readonly ObjectChange[],
  { forward }: Pairings,
): readonly RolloutChange[] {
  const restarting = new Set<Workload>();
  const changed = new Set(changes.flatMap((change) => ('after' in change ? [change.after] : [])));
  const found = after.workloads.flatMap((workload): readonly RolloutChange[] => {
    const was = forward.counterpart(workload);
    if (was === undefined) return [];
    const template = changed.has(workload.manifest) ? templateChanges(was, workload) : [];
    if (template.length > 0 || workloadName(was) !== workloadName(workload)) restarting.add(workload);
    return [
      ...(workloadName(was) === workloadName(workload)
        ? templateRestart(before, workload, template)
        : [movedPods(was, workload)]),
      ...scaling(was, workload),
      ...(template.length === 0 ? injectionRestart(was, workload) : []),
    ];
  });
  const readers = new Readers(after);
  return [...found, ...changes.flatMap((change) => configChanges(change, readers, restarting))];
}

function templateRestart(before: MeshGraph, is: Workload, template: readonly FieldChange[]): readonly RolloutChange[] {
  const [first] = template;
  if (first === undefined || is.kind === 'CronJob' || is.kind === 'Job') return [];
  const subject = workloadName(is);
  const names = [...new Set(template.map(({ path }) => formatPath(path.slice(0, path[0] === 'spec' ? 4 : 3))))];
  const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  const drops =
    is.isGateway || before.servicesOf(is).length > 0 || isServed(before, is) ? dropsRequests(is) : undefined;
  return [
    {
      topic: 'restart',
      subject,
      message: `its pods are made anew: ${shown} changed`,
      by: { manifest: is.manifest, at: [...is.at, ...first.path] },
    },
    ...(drops === undefined
      ? []
      : [
          {
            topic: 'risk' as const,
            subject,
            message: `requests may be dropped while its pods are made anew: ${drops.why}`,
            by: { manifest: is.manifest, at: drops.at },
          },
        ]),
  ];
}

/** Whether some Service of the old set leads to pods of this name. */
const isServed = (before: MeshGraph, is: Workload): boolean =>
  before
    .workloadsBy(is.namespace)
    .select(is.labels)
    .some((workload) => before.servicesOf(workload).length > 0);

/** What changes in the pods themselves: anything there makes them anew. */
const templateChanges = (was: Workload, is: Workload): readonly FieldChange[] =>
  fieldChanges(valueAt(was.manifest, was.at), valueAt(is.manifest, is.at));

const valueAt = ({ object }: Manifest, path: Reference['at']): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object); // JSON of any shape

/** Why requests may be lost while pods of this workload are replaced one by one. */
function dropsRequests(workload: Workload): { readonly why: string; readonly at: Reference['at'] } | undefined {
  const { pod, spec, replicas = 2, kind, at } = workload;
  const { type, rollingUpdate } = spec.strategy ?? spec.updateStrategy ?? {};
  const strategy = spec.strategy === undefined ? 'updateStrategy' : 'strategy';
  const index = (pod.containers ?? []).findIndex(({ name }) => name !== 'istio-proxy');
  const container = pod.containers?.[index];
  if (kind === 'Pod') return { why: 'a Pod is removed before the new one is there', at: [] };
  if (type === 'Recreate')
    return { why: 'the strategy Recreate ends all pods before new ones start', at: ['spec', 'strategy'] };
  if (rollingUpdate?.maxUnavailable === '100%')
    return { why: 'maxUnavailable 100% may end all pods at once', at: ['spec', strategy] };
  if (kind === 'StatefulSet' && replicas === 1)
    return { why: 'its only pod ends before the new one starts', at: ['spec', 'replicas'] };
  if (replicas === 1 && unavailableOf(rollingUpdate?.maxUnavailable) >= 1)
    return {
      why: 'its only pod may end before the new one is ready, as maxUnavailable allows',
      at: ['spec', strategy],
    };
  if (container === undefined) return undefined;
  const here = [...at, 'spec', 'containers', index];
  if (container.readinessProbe === undefined)
    return { why: 'there is no readinessProbe, so new pods get requests before they can answer', at: here };
  if (container.lifecycle?.preStop === undefined)
    return { why: 'there is no preStop, so pods end while proxies still send to them', at: here };
  const { terminationGracePeriodSeconds: grace = 30 } = pod;
  const pause = container.lifecycle.preStop.sleep?.seconds ?? 0;
  if (grace <= pause)
    return {
      why: `its pods have ${grace} s to end, and preStop waits ${pause} s of them, so requests under way are cut off`,
      at: [...at, 'spec', 'terminationGracePeriodSeconds'],
    };
  return undefined;
}

/** Pods of one that may be away; a part of one is rounded down. */
const unavailableOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function movedPods(was: Workload, is: Workload): RolloutChange {
  return {
    topic: 'restart',
    subject: workloadName(is),
    message: `was ${workloadName(was)}: apply the new one, wait until its pods are ready, then remove the old one`,
    by: { manifest: is.manifest, at: ['metadata', 'name'] },
  };
}

function scaling(was: Workload, is: Workload): readonly RolloutChange[] {
  const [old, now] = [was.replicas, is.replicas];
  if (old === now && was.maxReplicas === is.maxReplicas) return [];
  const pods = ({ replicas, maxReplicas }: Workload): string =>
    replicas === undefined
      ? 'one a node'
      : replicas === maxReplicas
        ? String(replicas)
        : `${replicas} to ${maxReplicas ?? replicas}`;
  return [
    {
      topic: now === 0 ? 'risk' : 'scale',
      subject: workloadName(is),
      message: `${pods(was)} pods become ${pods(is)}${now === 0 ? ': nobody is left to answer' : ''}`,
      by: { manifest: is.manifest, at: ['spec', 'replicas'] },
    },
  ];
}

/** Sidecars come and go with the pods, not with the label of a namespace. */
function injectionRestart(was: Workload, is: Workload): readonly RolloutChange[] {
  if ((was.sidecar === 'no') === (is.sidecar === 'no')) return [];
  return [
    {
      topic: 'order',
      subject: workloadName(is),
      message: `running pods ${is.sidecar === 'no' ? 'keep their sidecar' : 'get their sidecar only'} ${is.sidecar === 'no' ? 'until they' : 'when they'} restart: kubectl rollout restart`,
      by: { manifest: is.manifest, at: is.at },
    },
  ];
}

/** Workloads by the ConfigMaps and Secrets that they read into variables. */
class Readers {
  readonly #byKey = new Map<string, Set<Workload>>();

  constructor(graph: MeshGraph) {
    for (const workload of graph.workloads)
      for (const { env = [], envFrom = [] } of [
        ...(workload.pod.containers ?? []),
        ...(workload.pod.initContainers ?? []),
      ]) {
        for (const { valueFrom } of env) {
          this.#add('ConfigMap', workload, valueFrom?.configMapKeyRef?.name);
          this.#add('Secret', workload, valueFrom?.secretKeyRef?.name);
        }
        for (const { configMapRef, secretRef } of envFrom) {
          this.#add('ConfigMap', workload, configMapRef?.name);
          this.#add('Secret', workload, secretRef?.name);
        }
      }
  }

  #add(kind: string, workload: Workload, name: string | undefined): void {
    if (name === undefined) return;
    const key = `${kind} ${workload.namespace}/${name}`;
    this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(workload));
  }

  of({ kind, namespace, name }: Manifest): Iterable<Workload> {
    return this.#byKey.get(`${kind} ${namespace}/${name}`) ?? [];
  }
}

/** Running pods keep the variables that they started with. */
function configChanges(
  change: ObjectChange,
  readers: Readers,
  restarting: ReadonlySet<Workload>,
): readonly RolloutChange[] {
  if (change.change !== 'changed') return [];
  const { after, fields } = change;
  if (after.group !== '' || (after.kind !== 'ConfigMap' && after.kind !== 'Secret')) return [];
  const [data] = fields.filter(({ path: [root] }) => root === 'data' || root === 'stringData');
  if (data === undefined) return [];
  return [...readers.of(after)]
    .filter((workload) => !restarting.has(workload))
    .map((workload) => ({
      topic: 'risk' as const,
      subject: workloadName(workload),
      message: `reads ${objectName(after)} into variables: running pods keep the old values until they restart`,
      by: { manifest: after, at: data.path },
    }));
}
