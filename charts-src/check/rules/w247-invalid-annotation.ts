import { ANNOTATED_KINDS, annotatedObjects, isReadOn, knownAnnotation } from '../annotated-objects.ts';
import { annotationProblem } from '../annotation-values.ts';
import type { Rule } from '../rule.ts';

/** A value that Istio cannot read: the injector refuses the pod, or does as if nothing stood there. */
export const invalidAnnotation = {
  code: 'W247',
  name: 'invalid-annotation',
  severity: 'error',
  summary: 'The value of an annotation of Istio cannot be read.',
  also: ['IST0125'],
  reads: ANNOTATED_KINDS,
  *check(graph) {
    for (const { manifest, at, kind, annotations, sidecar } of annotatedObjects(graph))
      for (const [key, value] of Object.entries(annotations)) {
        const known = knownAnnotation(key);
        if (known === undefined || !isReadOn(known.targets, kind)) continue;
        const problem = annotationProblem(key, value);
        if (problem === undefined) continue;
        yield {
          manifest,
          at: [...at, 'annotations', key],
          ...(sidecar !== 'yes' && { severity: 'warning' as const }),
          message: `"${key}" is ${JSON.stringify(value)}, ${problem.why}: ${
            sidecar === 'yes'
              ? 'the injector refuses the pods, and none is made'
              : 'as soon as the pods get a sidecar, the injector refuses them'
          }`,
          fix: problem.fix,
        };
      }
  },
} satisfies Rule;
