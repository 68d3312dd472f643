import type { MeshGraph } from '../graph/mesh-graph.ts';
import { WORKLOAD_KINDS, type HasSidecar } from '../graph/workload.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { own } from '../model/own.ts';
import type { Path } from '../model/schema.ts';
import { istioAnnotations, type AnnotationTarget } from './istio-annotations.ts';

/** Labels and annotations in one place of a file, and the kind that they are read as. */
export interface Annotated {
  readonly manifest: Manifest;
  /** Where `annotations` and `labels` are. */
  readonly at: Path;
  /** What reads them: `Pod` for the template of a workload, else the kind of the object. */
  readonly kind: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of the pods that the object makes, for the object itself. */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Whether the injector looks at them: only for pods. */
  readonly sidecar?: HasSidecar;
}

const API_GROUPS: Readonly<Record<string, string>> = {
  Namespace: '',
  Service: '',
  Ingress: 'networking.k8s.io',
  ServiceEntry: 'networking.istio.io',
  WorkloadEntry: 'networking.istio.io',
  AuthorizationPolicy: 'security.istio.io',
};

/** Kinds of what `annotatedObjects` gives. */
export const ANNOTATED_KINDS: readonly string[] = [...Object.keys(API_GROUPS), ...WORKLOAD_KINDS];

/** Everything whose annotations Istio reads, or seems to: the workloads themselves are among them, since that is where they are put by mistake. */
export function* annotatedObjects(graph: MeshGraph): Generator<Annotated> {
  for (const manifest of graph.manifests) {
    const { kind, group, annotations, labels } = manifest;
    if (own(API_GROUPS, kind) === group) yield { manifest, at: ['metadata'], kind, annotations, labels };
  }
  for (const { manifest, at, annotations, labels, kind, sidecar } of graph.workloads) {
    if (kind === 'Pod') {
      yield { manifest, at: ['metadata'], kind, annotations, labels, sidecar };
      continue;
    }
    yield {
      manifest,
      at: ['metadata'],
      kind,
      annotations: manifest.annotations,
      labels: manifest.labels,
      podLabels: labels,
    };
    yield { manifest, at: [...at, 'metadata'], kind: 'Pod', annotations, labels, sidecar };
  }
}

/** Whether an annotation is one of Istio's, known or not. Source: Istio's annotations analyzer */
export const isIstioAnnotation = (name: string): boolean =>
  name === 'kubernetes.io/ingress.class' || (name.split('/')[0] ?? '').endsWith('istio.io');

/** What Istio knows of an annotation. */
export const knownAnnotation = (name: string) => own(istioAnnotations, name);

/** Whether what is for some kinds is read on another one. */
export const isReadOn = (targets: readonly AnnotationTarget[], kind: string): boolean =>
  targets.some((target) => target === 'Any' || target === kind);
