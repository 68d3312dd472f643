import { expect, test } from 'vitest';
import { recreate } from '../../../charts-src/check/rules/w501-recreate.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'behind a Service',
    yaml: workload({ spec: 'strategy: { type: Recreate }' }) + service(),
    hits: ['warning Deployment shop/orders spec.strategy.type:7'],
  },
  {
    name: 'with a volume of its own, which may be why',
    yaml:
      workload({
        spec: 'strategy: { type: Recreate }',
        pod: 'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]',
      }) + service(),
    hits: ['info Deployment shop/orders spec.strategy.type:7'],
  },
  {
    name: 'rolling',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }' }) + service(),
    hits: [],
  },
  { name: 'no Service', yaml: workload({ spec: 'strategy: { type: Recreate }' }), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(recreate, yaml)).toEqual(hits);
});
