import { expect, test } from 'vitest';
import { singleReplica } from '../../../charts-src/check/rules/w505-single-replica.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service, workload } from '../workload-yaml.ts';

const autoscaler = (min: number): string =>
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'shop/orders',
    `{ minReplicas: ${min}, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: orders } }`,
  );

test.each([
  {
    name: 'one pod',
    yaml: workload({ replicas: 1 }) + service(),
    hits: ['warning Deployment shop/orders spec.replicas:6'],
  },
  {
    name: 'none written, which is one',
    yaml: workload({ replicas: undefined }).replace(/ *replicas.*\n/, '') + service(),
    hits: ['warning Deployment shop/orders spec.replicas:5'],
  },
  {
    name: 'an autoscaler that goes down to one',
    yaml: workload({ replicas: undefined }) + service() + autoscaler(1),
    hits: ['warning Deployment shop/orders spec.replicas:6'],
  },
  {
    name: 'one pod, written twice',
    yaml: workload({ replicas: 1 }) + workload({ replicas: 1 }) + service(),
    hits: ['warning Deployment shop/orders spec.replicas:6', 'warning Deployment shop/orders spec.replicas:25'],
  },
  { name: 'two', yaml: workload() + service(), hits: [] },
  {
    name: 'an autoscaler that keeps two',
    yaml: workload({ replicas: undefined }) + service() + autoscaler(2),
    hits: [],
  },
  {
    name: 'a canary beside others',
    yaml: workload({ replicas: 1, labels: 'app: orders, version: v2' }) + workload({ name: 'stable' }) + service(),
    hits: [],
  },
  { name: 'a database', yaml: workload({ kind: 'StatefulSet', replicas: 1 }) + service(), hits: [] },
  { name: 'no Service', yaml: workload({ replicas: 1 }), hits: [] },
  { name: 'stopped', yaml: workload({ replicas: 0 }) + service(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(singleReplica, yaml)).toEqual(hits);
});
