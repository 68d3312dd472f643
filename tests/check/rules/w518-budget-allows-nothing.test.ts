import { expect, test } from 'vitest';
import { budgetAllowsNothing } from '../../../charts-src/check/rules/w518-budget-allows-nothing.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const budget = (spec: string, name = 'orders'): string =>
  object('policy/v1', 'PodDisruptionBudget', `shop/${name}`, `{ ${spec}, selector: { matchLabels: { app: orders } } }`);
const autoscaler = (spec: string): string =>
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'shop/orders',
    `{ minReplicas: 2, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: orders }${spec} }`,
  );

test.each([
  {
    name: 'as many as there are, in a workload that is written twice',
    yaml: workload() + workload() + budget('minAvailable: 2'),
    hits: ['warning PodDisruptionBudget shop/orders spec.minAvailable:43'],
  },
  {
    name: 'as many as there are',
    yaml: workload() + budget('minAvailable: 2'),
    hits: ['warning PodDisruptionBudget shop/orders spec.minAvailable:24'],
  },
  {
    name: 'all by per cent',
    yaml: workload() + budget('minAvailable: 100%'),
    hits: ['warning PodDisruptionBudget shop/orders spec.minAvailable:24'],
  },
  {
    name: 'a share that is rounded up to all',
    yaml: workload() + budget('minAvailable: 60%'),
    hits: ['warning PodDisruptionBudget shop/orders spec.minAvailable:24'],
  },
  {
    name: 'none may go',
    yaml: workload() + budget('maxUnavailable: 0'),
    hits: ['warning PodDisruptionBudget shop/orders spec.maxUnavailable:24'],
  },
  {
    name: 'a single pod',
    yaml: workload({ replicas: 1 }) + budget('minAvailable: 1'),
    hits: ['warning PodDisruptionBudget shop/orders spec.minAvailable:24'],
  },
  { name: 'one may go', yaml: workload() + budget('minAvailable: 1'), hits: [] },
  { name: 'half of them', yaml: workload() + budget('minAvailable: 50%'), hits: [] },
  {
    name: 'pods of two workloads',
    yaml: workload() + workload({ name: 'canary', replicas: 1 }) + budget('minAvailable: 2'),
    hits: [],
  },
  { name: 'an autoscaler makes room', yaml: workload() + budget('minAvailable: 2') + autoscaler(''), hits: [] },
  {
    name: 'pods of nodes, which nobody counts',
    yaml: workload({ kind: 'DaemonSet' }) + budget('minAvailable: 2'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(budgetAllowsNothing, yaml)).toEqual(hits);
});
