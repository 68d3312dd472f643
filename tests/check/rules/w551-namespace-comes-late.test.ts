import { expect, test } from 'vitest';
import { namespaceComesLate } from '../../../charts-src/check/rules/w551-namespace-comes-late.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

test.each([
  { name: 'at the end', yaml: workload() + namespace(), hits: ['warning Namespace shop :21'] },
  { name: 'at the top', yaml: namespace() + workload(), hits: [] },
  { name: 'of others', yaml: workload() + namespace('team: a', 'stock'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(namespaceComesLate, yaml)).toEqual(hits);
});
