import { expect, test } from 'vitest';
import { defaultServiceAccount } from '../../../charts-src/check/rules/w541-default-service-account.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'none named',
    yaml: namespace() + workload(),
    hits: ['warning Deployment shop/orders spec.template.spec.serviceAccountName:17'],
  },
  {
    name: 'default named',
    yaml: namespace() + workload({ pod: 'serviceAccountName: default' }),
    hits: ['warning Deployment shop/orders spec.template.spec.serviceAccountName:18'],
  },
  {
    name: 'who knows whether it is in the mesh',
    yaml: workload(),
    hits: ['info Deployment shop/orders spec.template.spec.serviceAccountName:13'],
  },
  { name: 'its own', yaml: namespace() + workload({ pod: 'serviceAccountName: orders' }), hits: [] },
  { name: 'by the old name of the field', yaml: namespace() + workload({ pod: 'serviceAccount: orders' }), hits: [] },
  { name: 'not in the mesh', yaml: namespace('istio-injection: disabled') + workload(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(defaultServiceAccount, yaml)).toEqual(hits);
});
