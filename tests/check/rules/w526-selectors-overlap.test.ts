import { expect, test } from 'vitest';
import { selectorsOverlap } from '../../../charts-src/check/rules/w526-selectors-overlap.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'the same selector',
    yaml: workload({ selector: 'app: orders' }) + workload({ name: 'canary', selector: 'app: orders' }),
    hits: ['warning Deployment shop/orders spec.selector:8'],
  },
  {
    name: 'one selector within the other',
    yaml: workload({ selector: 'app: orders' }) + workload({ name: 'canary', labels: 'app: orders, version: v2' }),
    hits: ['warning Deployment shop/orders spec.selector:8'],
  },
  {
    name: 'of two kinds',
    yaml: workload({ selector: 'app: orders' }) + workload({ kind: 'StatefulSet', name: 'store' }),
    hits: ['warning Deployment shop/orders spec.selector:8'],
  },
  {
    name: 'told apart by version',
    yaml: workload() + workload({ name: 'canary', labels: 'app: orders, version: v2' }),
    hits: [],
  },
  { name: 'two namespaces', yaml: workload() + workload({ namespace: 'stock' }), hits: [] },
  {
    name: 'a job with these labels ends',
    yaml:
      workload({ selector: 'app: orders' }) +
      object('batch/v1', 'Job', 'shop/sweep', '{ template: { metadata: { labels: { app: orders } } } }'),
    hits: [],
  },
  { name: 'one object written twice', yaml: workload() + workload(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(selectorsOverlap, yaml)).toEqual(hits);
});
