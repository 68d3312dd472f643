import { objectName, type Manifest } from '../../manifest/manifest.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { closest } from '../../model/closest.ts';
import { isOwned } from '../long-running.ts';
import { listNames } from '../mesh-presence.ts';
import { podReferences, type PodReference } from '../pod-references.ts';
import type { Hit, Rule } from '../rule.ts';
import { secretNames } from '../secret-names.ts';
import { fieldsOf } from '../../manifest/raw.ts';

/** Pods read a ConfigMap, a Secret or a claim that is not there, or a key that it does not have: they do not start. */
export const podReferenceMissing = {
  code: 'W577',
  name: 'pod-reference-missing',
  severity: 'error',
  summary: 'Pods read a ConfigMap, a Secret, a key or a claim that is not there.',
  reads: [
    'ConfigMap',
    'Secret',
    'PersistentVolumeClaim',
    'ExternalSecret',
    'SealedSecret',
    'Certificate',
    ...WORKLOAD_KINDS,
  ],
  *check(graph) {
    const store = new Store(graph);
    for (const workload of graph.workloads) {
      if (isOwned(workload.manifest)) continue;
      const told = new Set<string>();
      for (const reference of podReferences(workload)) {
        const found = store.missing(workload, reference);
        if (found === undefined || told.has(found.message)) continue;
        told.add(found.message);
        yield { manifest: workload.manifest, ...found };
      }
    }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: PodReference['at'] };

/** ConfigMaps, Secrets and claims of the files, and what other objects make of them. */
class Store {
  /** By kind and namespace, then by name; undefined: somebody makes it, with keys that the files do not say. */
  readonly #byPlace = new Map<string, Map<string, Manifest | undefined>>();
  readonly #read = new Set<string>();

  constructor(graph: MeshGraph) {
    for (const [namespace, names] of secretNames(graph)) for (const name of names) this.#put('Secret', namespace, name);
    for (const kind of ['ConfigMap', 'Secret', 'PersistentVolumeClaim'] as const)
      for (const manifest of graph.objects(kind, '')) this.#put(kind, manifest.namespace, manifest.name, manifest);
    for (const workload of graph.workloads)
      for (const { kind, name } of podReferences(workload)) this.#read.add(`${kind} ${workload.namespace}/${name}`);
  }

  #put(kind: PodReference['kind'], namespace: string, name: string, manifest?: Manifest): void {
    const place = `${kind} ${namespace}`;
    const names = this.#byPlace.get(place) ?? new Map<string, Manifest | undefined>();
    this.#byPlace.set(place, names);
    names.set(name, manifest);
  }

  missing({ namespace }: Workload, reference: PodReference): Found | undefined {
    const { kind, name } = reference;
    const here = this.#byPlace.get(`${kind} ${namespace}`);
    if (here?.has(name)) return missingKey(here.get(name), reference);
    if (CLUSTER_MADE.has(name)) return undefined;
    const meant = this.#meant(kind, namespace, name);
    const elsewhere = [...this.#byPlace].find(([place, names]) => place.startsWith(`${kind} `) && names.has(name))?.[0];
    // Secrets are mostly made apart from the files; so is everything where the files hold nothing of the kind.
    if (meant === undefined && elsewhere === undefined && (kind === 'Secret' || here === undefined)) return undefined;
    const where =
      elsewhere === undefined
        ? ''
        : `; one of this name is in namespace "${elsewhere.slice(kind.length + 1)}", and pods read their own namespace only`;
    return {
      at: reference.at,
      severity: 'warning',
      message: `${kind} "${name}" is not among the files of namespace "${namespace}"${where}: unless somebody else makes it, ${reference.effect}`,
      fix:
        elsewhere !== undefined
          ? `put ${kind} "${name}" into namespace "${namespace}"`
          : meant === undefined
            ? `name a ${kind} that is there: ${listNames([...(here?.keys() ?? [])])}`
            : `did you mean "${meant}"`,
    };
  }

  /** One of nearly that name, or the only one that no pod reads: what was renamed leaves one behind. */
  #meant(kind: PodReference['kind'], namespace: string, name: string): string | undefined {
    const unread = [...(this.#byPlace.get(`${kind} ${namespace}`)?.keys() ?? [])].filter(
      (each) => !this.#read.has(`${kind} ${namespace}/${each}`),
    );
    return closest(name, unread) ?? (unread.length === 1 && kind === 'ConfigMap' ? unread[0] : undefined);
  }
}

/** ConfigMaps that Kubernetes and Istio put into every namespace. */
const CLUSTER_MADE = new Set(['kube-root-ca.crt', 'istio-ca-root-cert', 'istio-ca-crl']);

function missingKey(manifest: Manifest | undefined, { key, effect }: PodReference): Found | undefined {
  if (manifest === undefined || key === undefined) return undefined;
  const keys = ['data', 'stringData', 'binaryData'].flatMap((field) => Object.keys(fieldsOf(manifest.object[field])));
  // An empty one is filled by somebody else, such as a controller that injects certificates.
  if (keys.length === 0 || keys.includes(key.name)) return undefined;
  const meant = closest(key.name, keys);
  return {
    at: key.at,
    message: `${objectName(manifest)} has no key "${key.name}" (keys: ${listNames(keys)}): ${effect}`,
    fix: meant === undefined ? `add the key, or read one that is there` : `did you mean "${meant}"`,
  };
}
