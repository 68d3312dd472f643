import { expect, test } from 'vitest';
import { podsTogether } from '../../../charts-src/check/rules/w522-pods-together.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'nothing',
    yaml: workload() + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.topologySpreadConstraints:13'],
  },
  {
    name: 'affinity to nodes only',
    yaml: workload({ pod: 'affinity: { nodeAffinity: {} }' }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.topologySpreadConstraints:13'],
  },
  {
    name: 'spread',
    yaml:
      workload({ pod: 'topologySpreadConstraints: [{ topologyKey: kubernetes.io/hostname, maxSkew: 1 }]' }) + service(),
    hits: [],
  },
  { name: 'kept apart', yaml: workload({ pod: 'affinity: { podAntiAffinity: {} }' }) + service(), hits: [] },
  { name: 'one pod', yaml: workload({ replicas: 1 }) + service(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(podsTogether, yaml)).toEqual(hits);
});
