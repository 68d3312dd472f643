import { expect, test } from 'vitest';
import { noBudget } from '../../../charts-src/check/rules/w521-no-budget.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service, workload } from '../workload-yaml.ts';

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
  { name: 'two pods', yaml: workload() + service(), hits: ['warning Deployment shop/orders :2'] },
  {
    name: 'an autoscaler that keeps two',
    yaml: workload({ replicas: undefined }) + service() + autoscaler(''),
    hits: ['warning Deployment shop/orders :2'],
  },
  { name: 'one pod, which is another question', yaml: workload({ replicas: 1 }) + service(), hits: [] },
  { name: 'a budget', yaml: workload() + service() + budget('maxUnavailable: 1'), hits: [] },
  { name: 'no Service', yaml: workload(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(noBudget, yaml)).toEqual(hits);
});
