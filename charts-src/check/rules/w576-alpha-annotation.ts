import { istioAnnotations } from '../istio-annotations.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Hit, Rule } from '../rule.ts';
import type { Labels } from '../../graph/labels.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Path } from '../../model/schema.ts';

/** An annotation that Istio may change or drop in any version. */
export const alphaAnnotation = {
  code: 'W576',
  name: 'alpha-annotation',
  severity: 'info',
  summary: 'An annotation that Istio calls alpha, so any version may change it.',
  also: ['IST0136'],
  reads: ['Namespace', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Pod'],
  *check(graph) {
    for (const kind of ['Namespace', 'Service'])
      for (const manifest of graph.objects(kind, ''))
        yield* alphas(manifest, manifest.annotations, ['metadata', 'annotations'], []);
    yield* onWorkloads(graph);
  },
} satisfies Rule;

function* onWorkloads({ workloads }: MeshGraph): Iterable<Hit> {
  for (const { manifest, annotations, at, pod } of workloads) {
    if (isOwned(manifest) || isOfIstio(manifest)) continue;
    // A pod that a cluster printed without istio-init has them from istio-cni, not from its author.
    const byCni = (pod.initContainers ?? []).some(({ name }) => name === 'istio-validation') ? SET_BY_CNI : [];
    if (at.length > 0) yield* alphas(manifest, manifest.annotations, ['metadata', 'annotations'], byCni);
    yield* alphas(manifest, annotations, [...at, 'metadata', 'annotations'], byCni);
  }
}

function* alphas(manifest: Manifest, annotations: Labels, at: Path, ignored: readonly string[]): Iterable<Hit> {
  for (const name of Object.keys(annotations))
    if (isAlpha(name) && !ignored.includes(name))
      yield {
        manifest,
        at: [...at, name],
        message: `Istio calls the annotation ${name} alpha: the next version may read it in another way, or not at all`,
        fix: 'keep it if it is needed, and look it up in the release notes before each upgrade',
      };
}

const SET_BY_CNI = [
  'sidecar.istio.io/interceptionMode',
  'traffic.sidecar.istio.io/includeInboundPorts',
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'traffic.sidecar.istio.io/includeOutboundIPRanges',
];

/**
 * What Istio calls stable, or deprecated for another reason than being alpha, and what everybody uses to say which
 * version of it is meant. Of all others it says alpha.
 * Source: istio.io/api annotation, 1.31
 */
const NOT_ALPHA = new Set([
  'ambient.istio.io/redirection',
  'galley.istio.io/analyze-suppress',
  'inject.istio.io/templates',
  'istio.io/autoRegistrationGroup',
  'istio.io/connectedAt',
  'istio.io/disconnectedAt',
  'istio.io/workloadController',
  'kubernetes.io/ingress.class',
  'proxy.istio.io/config',
  'sidecar.istio.io/inject',
  'traffic.istio.io/nodeSelector',
]);

const isAlpha = (name: string): boolean =>
  Object.hasOwn(istioAnnotations, name) && !istioAnnotations[name]?.isWritten && !NOT_ALPHA.has(name);
