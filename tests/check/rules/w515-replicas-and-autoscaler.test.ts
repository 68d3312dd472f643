import { expect, test } from 'vitest';
import { replicasAndAutoscaler } from '../../../charts-src/check/rules/w515-replicas-and-autoscaler.ts';
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
  { name: 'both', yaml: workload() + autoscaler(''), hits: ['warning Deployment shop/orders spec.replicas:6'] },
  { name: 'the autoscaler alone', yaml: workload().replace(/ *replicas.*\n/, '') + autoscaler(''), hits: [] },
  { name: 'switched off', yaml: workload({ replicas: 0 }) + autoscaler(''), hits: [] },
  { name: 'one of another namespace', yaml: workload({ namespace: 'stock' }) + autoscaler(''), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(replicasAndAutoscaler, yaml)).toEqual(hits);
});
