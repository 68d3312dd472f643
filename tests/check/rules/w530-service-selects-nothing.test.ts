import { expect, test } from 'vitest';
import { serviceSelectsNothing } from '../../../charts-src/check/rules/w530-service-selects-nothing.ts';
import { meshOf } from '../mesh-of.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'a slip of the pen',
    yaml: workload({ labels: 'app: order' }) + service(),
    hits: ['warning Service shop/orders spec.selector:26'],
  },
  {
    name: 'pods in another namespace only',
    yaml: workload({ namespace: 'stock' }) + workload({ labels: 'app: other' }) + service(),
    hits: ['warning Service shop/orders spec.selector:45'],
  },
  {
    name: 'one label too many',
    yaml: workload() + service({ selector: 'app: orders, version: v9' }),
    hits: ['warning Service shop/orders spec.selector:26'],
  },
  { name: 'nothing of the namespace is here', yaml: service(), hits: ['info Service shop/orders spec.selector:7'] },
  {
    name: 'a slip in the namespace',
    yaml: workload({ namespace: 'store' }) + service({ namespace: 'stor' }),
    hits: ['warning Service stor/orders spec.selector:26'],
  },
  {
    name: 'the same labels in quite another namespace',
    yaml: workload({ namespace: 'store' }) + service({ namespace: 'other' }),
    hits: ['info Service other/orders spec.selector:26'],
  },
  { name: 'it selects', yaml: workload() + service(), hits: [] },
  { name: 'no selector: somebody else keeps its endpoints', yaml: workload() + service({ selector: '' }), hits: [] },
  {
    name: 'an external name',
    yaml: workload() + service({ selector: 'app: none', spec: 'type: ExternalName' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(serviceSelectsNothing, yaml)).toEqual(hits);
});

test('it proposes labels by which people select', () => {
  const labels = 'helm.sh/chart: orders-1.4.0, app.kubernetes.io/name: orders, app.kubernetes.io/version: 3.2.1';
  const text = workload({ labels }) + service({ selector: 'app: none' });
  const [hit] = [...serviceSelectsNothing.check(meshOf(text))];
  expect(hit?.fix).toBe('select labels that pods have, such as app.kubernetes.io/name: orders');
});
