import { canonicalJson } from '../../charts-src/canary/canonical-json.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type {
  Cluster,
  KubernetesObject,
  Permission,
  Reference,
  SubsetCapacity,
  SubsetQuery,
  WatchEvent,
  Workload,
} from '../../charts-src/canary/ports/cluster.ts';
import type { ObjectName, PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';

/** A version of an object, and when it came to be there: what a watch and a proxy see. */
export interface Version {
  readonly type: 'changed' | 'deleted';
  readonly object: KubernetesObject;
  readonly atMs: number;
  /** Who wrote it. */
  readonly by: string;
}

/** A write that an API server would have in its audit log. */
export interface AuditEntry {
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
  readonly atMs: number;
  /** Whose call it was. */
  readonly by: string;
  /** Undefined: it worked. */
  readonly failure: PortFailure['type'] | undefined;
}

/** Pods of the in-memory cluster. */
export interface PodsOfSubset {
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  ready: number;
  pods: number;
  terminating: number;
}

/** A cluster in memory: it keeps resourceVersions, conflicts and watches as an API server does, and nothing else. */
export interface InMemoryCluster {
  /** The cluster as one client sees it. @param by name of the client in the audit log */
  as(by: string): Cluster;
  readonly audit: readonly AuditEntry[];
  /** All versions that one VirtualService ever had, oldest first. */
  history(reference: Reference): readonly Version[];
  /** What lies there now. */
  get(kind: string, reference: Reference): KubernetesObject | undefined;
  /** Makes or replaces an object without asking for its resourceVersion, as `kubectl replace --force` does. */
  put(object: KubernetesObject, by?: string): KubernetesObject;
  remove(kind: string, reference: Reference): void;
  readonly pods: PodsOfSubset[];
  readonly replicas: Map<string, number>;
  autoscaler: ObjectName | undefined;
  /** Rights that nobody has. */
  readonly forbidden: ((permission: Permission) => boolean)[];
  /** Ends all watches, as a server does from time to time. */
  interruptWatches(): void;
  /** Called when replicas are written. */
  onScale: ((workload: Workload, replicas: number) => void) | undefined;
}

interface Stored {
  readonly object: KubernetesObject;
  readonly versions: Version[];
}

/** Names of the resources as audit logs and messages have them. */
const RESOURCE: Readonly<Record<string, string>> = {
  VirtualService: 'virtualservices.networking.istio.io',
  DestinationRule: 'destinationrules.networking.istio.io',
};

/** @param nowMs the clock by which versions are dated */
export function inMemoryCluster(nowMs: () => number): InMemoryCluster {
  const objects = new Map<string, Stored>();
  const past = new Map<string, Version[]>();
  const watchers = new Set<Watcher>();
  const audit: AuditEntry[] = [];
  const pods: PodsOfSubset[] = [];
  const replicas = new Map<string, number>();
  const forbidden: ((permission: Permission) => boolean)[] = [];
  let version = 1_000;
  let uids = 0;

  const keyOf = (kind: string, { namespace, name }: Reference): string => `${kind} ${namespace}/${name}`;

  const store = (key: string, object: KubernetesObject, type: Version['type'], by: string): KubernetesObject => {
    const versions = past.get(key) ?? [];
    past.set(key, versions);
    const stored = copyOf(object);
    versions.push({ type, object: stored, atMs: nowMs(), by });
    if (type === 'changed') objects.set(key, { object: stored, versions });
    else objects.delete(key);
    for (const watcher of watchers) if (watcher.key === key) watcher.tell({ type, object: copyOf(stored) });
    return copyOf(stored);
  };

  const create = (object: KubernetesObject, by: string): KubernetesObject => {
    version += 1;
    uids += 1;
    return store(
      keyOf(object.kind, object.metadata),
      {
        ...object,
        metadata: {
          ...tidied(object.metadata),
          uid: `00000000-0000-4000-8000-${String(uids).padStart(12, '0')}`,
          resourceVersion: String(version),
          generation: 1,
          creationTimestamp: '2026-01-01T00:00:00Z',
        },
      },
      'changed',
      by,
    );
  };

  const replace = (stored: KubernetesObject, object: KubernetesObject, by: string): KubernetesObject => {
    const { uid, generation, creationTimestamp, resourceVersion } = stored.metadata;
    const isSpecSame = canonicalJson(stored.spec) === canonicalJson(object.spec);
    const next = {
      ...object,
      metadata: {
        ...tidied(object.metadata),
        ...(uid !== undefined && { uid }),
        creationTimestamp,
        generation: Number(generation) + (isSpecSame ? 0 : 1),
        resourceVersion: resourceVersion ?? '',
      },
    };
    // A write that changes nothing makes no version, and no event.
    if (canonicalJson(next) === canonicalJson(stored)) return copyOf(stored);
    version += 1;
    return store(
      keyOf(object.kind, object.metadata),
      { ...next, metadata: { ...next.metadata, resourceVersion: String(version) } },
      'changed',
      by,
    );
  };

  const isForbidden = (permission: Permission): boolean => forbidden.some((rule) => rule(permission));

  const as = (by: string): Cluster => {
    /** One call: rights first, then whatever it does, then a line in the audit log. */
    const call = async <T>(permission: Permission, execute: () => Result<T>): Promise<Result<T>> => {
      // Every call takes a turn of the event loop, as one over a network does.
      await Promise.resolve();
      const { verb, resource, namespace, name = '' } = permission;
      const result: Result<T> = isForbidden(permission)
        ? {
            ok: false,
            failure: {
              type: 'forbidden',
              retryable: false,
              verb,
              resource,
              message: `${verb} ${resource} ${namespace}/${name}: forbidden`,
            },
          }
        : execute();
      const failure = result.ok ? undefined : result.failure.type;
      audit.push({ verb, resource, name, atMs: nowMs(), by, failure });
      return result;
    };

    const read = (kind: string, reference: Reference): Promise<Result<KubernetesObject>> =>
      call({ verb: 'get', resource: RESOURCE[kind] ?? kind, ...reference }, () => {
        const stored = objects.get(keyOf(kind, reference));
        return stored === undefined ? notFound(kind, reference) : { ok: true, value: copyOf(stored.object) };
      });

    const write = (object: KubernetesObject, isDry: boolean): Promise<Result<KubernetesObject>> => {
      const { namespace, name, resourceVersion, uid } = object.metadata;
      const resource = RESOURCE[object.kind] ?? object.kind;
      return call({ verb: 'update', resource, namespace, name }, () => {
        const stored = objects.get(keyOf(object.kind, object.metadata))?.object;
        if (stored === undefined) return notFound(object.kind, object.metadata);
        const conflict = failed({
          type: 'conflict',
          retryable: true,
          message: `${resource} ${namespace}/${name}: the object has been modified`,
        });
        // Another object of the same name is a conflict whatever its version, as in a real API server.
        if (uid !== undefined && uid !== stored.metadata.uid) return conflict;
        if (resourceVersion === undefined || resourceVersion === '')
          return failed({
            type: 'rejected',
            retryable: false,
            message: `${resource} ${namespace}/${name}: metadata.resourceVersion must be specified for an update`,
          });
        if (resourceVersion !== stored.metadata.resourceVersion) return conflict;
        return { ok: true, value: isDry ? copyOf(object) : replace(stored, object, by) };
      });
    };

    return {
      virtualService: (reference) => read('VirtualService', reference),
      destinationRule: (reference) => read('DestinationRule', reference),
      replaceVirtualService: (object) => write(object, false),
      dryRunVirtualService: (object) => write(object, true),
      watchVirtualService: (reference, from, signal) => {
        const resource = RESOURCE['VirtualService'] ?? '';
        audit.push({ verb: 'watch', resource, name: reference.name, atMs: nowMs(), by, failure: undefined });
        return watched(watchers, keyOf('VirtualService', reference), past, from.resourceVersion, signal);
      },
      virtualServices: (namespace) =>
        call({ verb: 'list', resource: RESOURCE['VirtualService'] ?? '', namespace: namespace ?? '' }, () => ({
          ok: true,
          value: [...objects.values()]
            .map(({ object }) => object)
            .filter(
              ({ kind, metadata }) =>
                kind === 'VirtualService' && (namespace ?? metadata.namespace) === metadata.namespace,
            )
            .map(copyOf),
        })),
      capacity: async (subsets) => {
        const namespace = subsets[0]?.service.namespace ?? '';
        const slices = await call({ verb: 'list', resource: 'endpointslices.discovery.k8s.io', namespace }, () => ({
          ok: true,
          value: undefined,
        }));
        if (!slices.ok) return slices;
        return call({ verb: 'list', resource: 'pods', namespace }, () => ({
          ok: true,
          value: subsets.map((subset) => capacityOf(pods, subset)),
        }));
      },
      replicas: (workload) =>
        call({ verb: 'get', resource: scaleOf(workload), ...workload }, () => {
          const found = replicas.get(workload.name);
          return found === undefined ? notFound(workload.kind, workload) : { ok: true, value: found };
        }),
      autoscaler: ({ namespace }) =>
        call({ verb: 'list', resource: 'horizontalpodautoscalers.autoscaling', namespace }, () => ({
          ok: true,
          value: cluster.autoscaler,
        })),
      scale: (workload, wanted) =>
        call({ verb: 'patch', resource: scaleOf(workload), ...workload }, () => {
          if (!replicas.has(workload.name)) return notFound(workload.kind, workload);
          replicas.set(workload.name, wanted);
          cluster.onScale?.(workload, wanted);
          return { ok: true, value: undefined };
        }),
      missing: async (permissions) => ({ ok: true, value: permissions.filter(isForbidden) }),
    };
  };

  const cluster: InMemoryCluster = {
    as,
    audit,
    history: (reference) => past.get(keyOf('VirtualService', reference)) ?? [],
    get: (kind, reference) => {
      const stored = objects.get(keyOf(kind, reference));
      return stored === undefined ? undefined : copyOf(stored.object);
    },
    put: (object, by = 'somebody else') => {
      const stored = objects.get(keyOf(object.kind, object.metadata));
      return stored === undefined ? create(object, by) : replace(stored.object, object, by);
    },
    remove: (kind, reference) => {
      const key = keyOf(kind, reference);
      const stored = objects.get(key);
      if (stored === undefined) return;
      version += 1;
      const metadata = { ...stored.object.metadata, resourceVersion: String(version) };
      store(key, { ...stored.object, metadata }, 'deleted', 'somebody else');
    },
    pods,
    replicas,
    autoscaler: undefined,
    forbidden,
    interruptWatches: () => {
      for (const watcher of watchers) watcher.interrupt();
    },
    onScale: undefined,
  };
  return cluster;
}

/** Names in order, as an API server has them; nothing is shared with whoever gets it. */
const copyOf = (object: KubernetesObject): KubernetesObject => JSON.parse(canonicalJson(object)) as KubernetesObject; // JSON of one

/** Maps without entries are left out by an API server. */
function tidied({ annotations, labels, ...metadata }: KubernetesObject['metadata']): KubernetesObject['metadata'] {
  return {
    ...metadata,
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
  };
}

const failed = (failure: PortFailure): { readonly ok: false; readonly failure: PortFailure } => ({
  ok: false,
  failure,
});

const notFound = (
  kind: string,
  { namespace, name }: Reference,
): { readonly ok: false; readonly failure: PortFailure } =>
  failed({
    type: 'not-found',
    retryable: false,
    object: { kind, namespace, name },
    message: `${kind} ${namespace}/${name} is not there`,
  });

const scaleOf = ({ kind }: Workload): string => `${kind.toLowerCase()}s.apps/scale`;

function capacityOf(pods: readonly PodsOfSubset[], { service, labels }: SubsetQuery): SubsetCapacity {
  const ours = pods.filter(
    (one) =>
      one.service === service.name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  );
  const sum = (count: (one: PodsOfSubset) => number): number => ours.reduce((total, one) => total + count(one), 0);
  return {
    readyEndpoints: sum(({ ready }) => ready),
    pods: sum(({ pods: count }) => count),
    terminatingPods: sum(({ terminating }) => terminating),
  };
}

/** A client that waits for changes of one object. */
interface Watcher {
  readonly key: string;
  readonly tell: (event: WatchEvent) => void;
  readonly interrupt: () => void;
}

const INTERRUPTED: WatchEvent = {
  type: 'interrupted',
  failure: { type: 'unreachable', retryable: true, uncertain: false, message: 'the watch broke' },
};

async function* watched(
  watchers: Set<Watcher>,
  key: string,
  past: ReadonlyMap<string, readonly Version[]>,
  from: string,
  signal: Cancellation,
): AsyncGenerator<WatchEvent, void, undefined> {
  const isLater = ({ object }: Version): boolean => Number(object.metadata.resourceVersion) > Number(from);
  const queue: WatchEvent[] = (past.get(key) ?? [])
    .filter(isLater)
    .map(({ type, object }) => ({ type, object: copyOf(object) }));
  let wake = (): void => undefined;
  const tell = (event: WatchEvent): void => {
    queue.push(event);
    wake();
  };
  const watcher: Watcher = { key, tell, interrupt: () => tell(INTERRUPTED) };
  const abort = (): void => wake();
  watchers.add(watcher);
  signal.addEventListener('abort', abort);
  try {
    while (!signal.aborted) {
      const event = queue.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield event;
      if (event.type === 'interrupted') return;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    watchers.delete(watcher);
  }
}
