import { own } from '../../model/own.ts';
import {
  ANNOTATED_KINDS,
  annotatedObjects,
  isIstioAnnotation,
  isReadOn,
  knownAnnotation,
} from '../annotated-objects.ts';
import { istioLabels, type AnnotationTarget } from '../istio-annotations.ts';
import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** An annotation or a label of Istio on an object where nothing reads it, such as on a Deployment instead of its pods. */
export const misplacedAnnotation = {
  code: 'W246',
  name: 'misplaced-annotation',
  severity: 'warning',
  summary: 'An annotation or label of Istio stands where nothing reads it.',
  also: ['IST0107'],
  reads: ANNOTATED_KINDS,
  *check(graph) {
    for (const { manifest, at, kind, annotations, labels, podLabels } of annotatedObjects(graph)) {
      for (const key of Object.keys(annotations)) {
        const known = knownAnnotation(key);
        if (
          key === 'istio-injection' ||
          (isIstioAnnotation(key) &&
            known !== undefined &&
            known.isWritten === undefined &&
            !isReadOn(known.targets, kind))
        )
          yield {
            manifest,
            at: [...at, 'annotations', key],
            message:
              key === 'istio-injection'
                ? `"${key}" is an annotation here, and Istio reads it as a label of namespaces only: it does nothing`
                : `"${key}" is read on ${listNames(known?.targets ?? [])}, not on a ${kind}: it does nothing`,
            fix:
              key === 'istio-injection'
                ? 'write it under labels of the Namespace'
                : whereTo(known?.targets ?? [], kind, 'annotations'),
          };
      }
      for (const key of Object.keys(labels)) {
        const targets = own(istioLabels, key);
        if (targets === undefined || isReadOn(targets, kind)) continue;
        // What is kept out of ambient where nothing would be in it: Istio's own charts say so on all that they make.
        if (key === 'istio.io/dataplane-mode' && labels[key] === 'none') continue;
        // The same label on the pods themselves does what was meant; here it is for people who look for workloads.
        if (own(podLabels ?? {}, key) !== undefined) continue;
        yield {
          manifest,
          at: [...at, 'labels', key],
          also: [],
          message: `label "${key}" is read on ${listNames(targets)}, not on a ${kind}: it does nothing`,
          fix: whereTo(targets, kind, 'labels'),
        };
      }
    }
  },
} satisfies Rule;

const MAKES_PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Rollout']);

const whereTo = (targets: readonly AnnotationTarget[], kind: string, field: string): string =>
  targets.includes('Pod') && MAKES_PODS.has(kind)
    ? `move it to spec.${kind === 'CronJob' ? 'jobTemplate.spec.' : ''}template.metadata.${field}`
    : `move it to ${listNames(targets)}, or remove it`;
