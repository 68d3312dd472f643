import { ANNOTATED_KINDS, annotatedObjects, knownAnnotation } from '../annotated-objects.ts';
import type { Rule } from '../rule.ts';

/** An annotation that Istio still reads, and that something else has taken the place of. */
export const deprecatedAnnotation = {
  code: 'W248',
  name: 'deprecated-annotation',
  severity: 'info',
  summary: 'An annotation of Istio is deprecated.',
  also: ['IST0135'],
  reads: ANNOTATED_KINDS,
  *check(graph) {
    for (const { manifest, at, annotations, labels } of annotatedObjects(graph))
      for (const key of Object.keys(annotations)) {
        const instead = knownAnnotation(key)?.deprecated;
        // With the label beside it, it is there for old versions only.
        if (instead === undefined || (key === 'sidecar.istio.io/inject' && labels[key] !== undefined)) continue;
        yield {
          manifest,
          at: [...at, 'annotations', key],
          message: `"${key}" is deprecated and may go with any version of Istio`,
          fix: instead === '' ? 'remove it' : `use ${instead}`,
        };
      }
  },
} satisfies Rule;
