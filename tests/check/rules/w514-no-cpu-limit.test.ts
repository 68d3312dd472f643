import { expect, test } from 'vitest';
import { noCpuLimit } from '../../../charts-src/check/rules/w514-no-cpu-limit.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'nobody has one',
    yaml: workload(),
    hits: ['info Deployment shop/orders spec.template.spec.containers[0].resources.limits.cpu:16'],
  },
  {
    name: 'most have one',
    yaml:
      workload() +
      workload({ name: 'stock', container: 'resources: { limits: { cpu: 1 } }' }) +
      workload({ name: 'users', container: 'resources: { limits: { cpu: 1 } }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].resources.limits.cpu:16'],
  },
  {
    name: 'half of them have one',
    yaml: workload() + workload({ name: 'stock', container: 'resources: { limits: { cpu: 1 } }' }),
    hits: ['info Deployment shop/orders spec.template.spec.containers[0].resources.limits.cpu:16'],
  },
  { name: 'it has one', yaml: workload({ container: 'resources: { limits: { cpu: 1 } }' }), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(noCpuLimit, yaml)).toEqual(hits);
});
