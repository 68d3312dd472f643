import { expect, test } from 'vitest';
import { objectTwice } from '../../../charts-src/check/rules/w552-object-twice.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: sweep- }\n';

test.each([
  { name: 'in one file', yaml: service() + service(), hits: ['warning Service shop/orders metadata.name:13'] },
  { name: 'in two namespaces', yaml: service() + service({ namespace: 'stock' }), hits: [] },
  { name: 'of two kinds', yaml: service() + workload(), hits: [] },
  { name: 'names that the API server makes', yaml: `${job}---\n${job}`, hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(objectTwice, yaml)).toEqual(hits);
});
