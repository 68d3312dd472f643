import { expect, test } from 'vitest';
import { resourcesMissing } from '../../../charts-src/check/rules/w511-resources-missing.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'nothing',
    yaml: workload(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].resources:16'],
  },
  {
    name: 'no memory limit',
    yaml: workload({ container: 'resources: { requests: { cpu: 1, memory: 1Gi } }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].resources:19'],
  },
  {
    name: 'no requests',
    yaml: workload({ container: 'resources: { limits: { memory: 1Gi } }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].resources:19'],
  },
  {
    name: 'one finding for two containers',
    yaml: workload({ container: `tty: false\n        - name: other\n          image: shop/other:1` }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].resources:16'],
  },
  {
    name: 'limits are requests too',
    yaml: workload({ container: 'resources: { limits: { cpu: 1, memory: 1Gi } }' }),
    hits: [],
  },
  {
    name: 'no CPU limit, which is another question',
    yaml: workload({ container: 'resources: { requests: { cpu: 1, memory: 1Gi }, limits: { memory: 1Gi } }' }),
    hits: [],
  },
  {
    name: 'a gateway, whose proxy has them from Istio',
    yaml: workload({ annotations: 'inject.istio.io/templates: gateway' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(resourcesMissing, yaml)).toEqual(hits);
});
