import { expect, test } from 'vitest';
import { defaultNamespace } from '../../../charts-src/check/rules/w543-default-namespace.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'two of them, told once',
    yaml: workload({ namespace: 'default' }) + workload({ namespace: 'default', name: 'stock' }),
    hits: ['warning Deployment default/orders metadata.namespace:4'],
  },
  {
    name: 'none is written: whoever applies it chooses',
    yaml: workload({ namespace: 'default' }).replace(', namespace: default', ''),
    hits: [],
  },
  { name: 'its own', yaml: workload(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(defaultNamespace, yaml)).toEqual(hits);
});
