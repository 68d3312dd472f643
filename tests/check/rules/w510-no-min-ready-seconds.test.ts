import { expect, test } from 'vitest';
import { noMinReadySeconds } from '../../../charts-src/check/rules/w510-no-min-ready-seconds.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  { name: 'none', yaml: workload() + service(), hits: ['info Deployment shop/orders spec.minReadySeconds:5'] },
  { name: 'some', yaml: workload({ spec: 'minReadySeconds: 5' }) + service(), hits: [] },
  { name: 'one pod', yaml: workload({ replicas: 1 }) + service(), hits: [] },
  { name: 'a StatefulSet waits anyway', yaml: workload({ kind: 'StatefulSet' }) + service(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(noMinReadySeconds, yaml)).toEqual(hits);
});
