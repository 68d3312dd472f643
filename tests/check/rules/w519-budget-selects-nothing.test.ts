import { expect, test } from 'vitest';
import { budgetSelectsNothing } from '../../../charts-src/check/rules/w519-budget-selects-nothing.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const budget = (spec: string, name = 'orders'): string =>
  object('policy/v1', 'PodDisruptionBudget', `shop/${name}`, `{ ${spec}, selector: { matchLabels: { app: orders } } }`);

test.each([
  {
    name: 'a slip of the pen',
    yaml: workload({ labels: 'app: order' }) + budget('maxUnavailable: 1'),
    hits: ['warning PodDisruptionBudget shop/orders spec.selector:24'],
  },
  {
    name: 'another namespace',
    yaml: workload({ namespace: 'stock' }) + workload({ labels: 'app: stock' }) + budget('maxUnavailable: 1'),
    hits: ['warning PodDisruptionBudget shop/orders spec.selector:43'],
  },
  {
    name: 'no selector at all',
    yaml: workload() + object('policy/v1', 'PodDisruptionBudget', 'shop/orders', '{ maxUnavailable: 1 }'),
    hits: ['warning PodDisruptionBudget shop/orders spec.selector:24'],
  },
  {
    name: 'nothing of the namespace is here',
    yaml: budget('maxUnavailable: 1'),
    hits: ['info PodDisruptionBudget shop/orders spec.selector:5'],
  },
  {
    name: 'a selector by expression',
    yaml:
      workload() +
      object(
        'policy/v1',
        'PodDisruptionBudget',
        'shop/orders',
        '{ selector: { matchExpressions: [{ key: app, operator: In, values: [orders, stock] }] } }',
      ),
    hits: [],
  },
  {
    name: 'an empty selector, which is all',
    yaml: workload() + object('policy/v1', 'PodDisruptionBudget', 'shop/orders', '{ selector: {} }'),
    hits: [],
  },
  { name: 'it selects', yaml: workload() + budget('maxUnavailable: 1'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(budgetSelectsNothing, yaml)).toEqual(hits);
});
