import { expect, test } from 'vitest';
import { autoscalerTarget } from '../../../charts-src/check/rules/w516-autoscaler-target.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const autoscaler = (spec: string): string =>
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'shop/orders',
    `{ minReplicas: 2, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: orders }${spec} }`,
  );

test.each([
  {
    name: 'a slip of the pen',
    yaml: workload({ name: 'order' }) + autoscaler(''),
    hits: ['warning HorizontalPodAutoscaler shop/orders spec.scaleTargetRef.name:24'],
  },
  {
    name: 'nothing of the namespace is here',
    yaml: autoscaler(''),
    hits: ['info HorizontalPodAutoscaler shop/orders spec.scaleTargetRef.name:5'],
  },
  {
    name: 'bounds that cannot be',
    yaml: workload() + autoscaler('').replace('maxReplicas: 9', 'maxReplicas: 1'),
    hits: ['error HorizontalPodAutoscaler shop/orders spec.maxReplicas:24'],
  },
  { name: 'it is there', yaml: workload() + autoscaler(''), hits: [] },
  { name: 'a kind that nobody reads here', yaml: autoscaler('').replace('kind: Deployment', 'kind: Kafka'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(autoscalerTarget, yaml)).toEqual(hits);
});
