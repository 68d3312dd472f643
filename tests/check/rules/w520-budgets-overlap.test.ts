import { expect, test } from 'vitest';
import { budgetsOverlap } from '../../../charts-src/check/rules/w520-budgets-overlap.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const budget = (spec: string, name = 'orders'): string =>
  object('policy/v1', 'PodDisruptionBudget', `shop/${name}`, `{ ${spec}, selector: { matchLabels: { app: orders } } }`);

test.each([
  {
    name: 'twice the same',
    yaml: workload() + budget('maxUnavailable: 1') + budget('minAvailable: 1', 'second'),
    hits: ['warning PodDisruptionBudget shop/second spec.selector:29'],
  },
  {
    name: 'one inside the other',
    yaml:
      workload() +
      object('policy/v1', 'PodDisruptionBudget', 'shop/all', '{ selector: {} }') +
      budget('minAvailable: 1'),
    hits: ['warning PodDisruptionBudget shop/orders spec.selector:29'],
  },
  {
    name: 'one that is written twice',
    yaml: workload() + budget('maxUnavailable: 1') + budget('minAvailable: 1'),
    hits: [],
  },
  { name: 'one each', yaml: workload() + budget('maxUnavailable: 1'), hits: [] },
  {
    name: 'two namespaces',
    yaml:
      workload() +
      budget('maxUnavailable: 1') +
      workload({ namespace: 'stock' }) +
      budget('maxUnavailable: 1').replace('namespace: shop', 'namespace: stock'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(budgetsOverlap, yaml)).toEqual(hits);
});
