import { expect, test } from 'vitest';
import { serviceSelectsSeveralApps } from '../../../charts-src/check/rules/w532-service-selects-several-apps.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'two programs',
    yaml:
      workload({ labels: 'app: orders, tier: back' }) +
      workload({ name: 'stock', labels: 'app: stock, tier: back' }) +
      service({ selector: 'tier: back' }),
    hits: ['warning Service shop/orders spec.selector:45'],
  },
  {
    name: 'a job with the labels of the program',
    yaml:
      workload() +
      object('batch/v1', 'Job', 'shop/sweep', '{ template: { metadata: { labels: { app: orders } } } }') +
      service(),
    hits: ['warning Service shop/orders spec.selector:31'],
  },
  {
    name: 'two components of one program',
    yaml:
      workload({ labels: 'app: orders, app.kubernetes.io/component: api' }) +
      workload({ name: 'db', labels: 'app: orders, app.kubernetes.io/component: db' }) +
      service(),
    hits: ['warning Service shop/orders spec.selector:45'],
  },
  {
    name: 'two versions of one program',
    yaml: workload() + workload({ name: 'canary', labels: 'app: orders, version: v2' }) + service(),
    hits: [],
  },
  {
    name: 'pods without such labels',
    yaml:
      workload({ labels: 'tier: back' }) +
      workload({ name: 'stock', labels: 'tier: back, part: b' }) +
      service({ selector: 'tier: back' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(serviceSelectsSeveralApps, yaml)).toEqual(hits);
});
