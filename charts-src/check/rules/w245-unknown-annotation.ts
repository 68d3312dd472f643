import { closest } from '../../model/closest.ts';
import { ANNOTATED_KINDS, annotatedObjects, isIstioAnnotation, knownAnnotation } from '../annotated-objects.ts';
import { istioAnnotations, istioLabels } from '../istio-annotations.ts';
import type { Rule } from '../rule.ts';

/** An annotation that looks like Istio's and that Istio does not know: it does nothing. */
export const unknownAnnotation = {
  code: 'W245',
  name: 'unknown-annotation',
  severity: 'warning',
  summary: 'An annotation has a name of Istio, but Istio does not know it.',
  also: ['IST0108'],
  reads: ANNOTATED_KINDS,
  *check(graph) {
    const names = Object.keys(istioAnnotations);
    for (const { manifest, at, annotations } of annotatedObjects(graph))
      for (const key of Object.keys(annotations)) {
        if (!isIstioAnnotation(key) || knownAnnotation(key) !== undefined) continue;
        const isLabel =
          Object.hasOwn(istioLabels, key) ||
          key.startsWith('topology.istio.io/') ||
          key.startsWith('service.istio.io/');
        // Operators and installers keep notes of their own under these names.
        if (/^(?:install|operator|internal|meshconfig|kiali)\.?.*istio\.io\//.test(key)) continue;
        const meant = isLabel ? undefined : closest(key, names);
        yield {
          manifest,
          at: [...at, 'annotations', key],
          message: isLabel
            ? `"${key}" is a label of Istio, not an annotation: here nothing reads it`
            : `Istio knows no annotation "${key}": nothing reads it`,
          fix: isLabel
            ? `write it under labels`
            : meant === undefined
              ? 'remove it, or see the list of annotations of Istio'
              : `did you mean "${meant}"`,
        };
      }
  },
} satisfies Rule;
