import { expect, test } from 'vitest';
import { serviceAccountMissing } from '../../../charts-src/check/rules/w578-service-account-missing.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

const account = (name: string, namespace = 'shop'): string => `---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: ${namespace} }
`;
const at = 'Deployment shop/orders spec.template.spec';

test.each([
  {
    name: 'another one is there',
    yaml: workload({ pod: 'serviceAccountName: orders' }) + account('users'),
    hits: [`warning ${at}.serviceAccountName:14`],
  },
  {
    name: 'a slip of the pen',
    yaml: workload({ pod: 'serviceAccountName: orders' }) + account('order-s'),
    hits: [`error ${at}.serviceAccountName:14`],
  },
  {
    name: 'by the old field',
    yaml: workload({ pod: 'serviceAccount: orders' }) + account('users'),
    hits: [`warning ${at}.serviceAccount:14`],
  },
  { name: 'it is there', yaml: workload({ pod: 'serviceAccountName: orders' }) + account('orders'), hits: [] },
  { name: 'the default', yaml: workload() + account('orders'), hits: [] },
  {
    name: 'accounts are made apart',
    yaml: workload({ pod: 'serviceAccountName: orders' }) + account('orders', 'other'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(serviceAccountMissing, yaml)).toEqual(hits);
});
