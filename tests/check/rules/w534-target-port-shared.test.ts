import { expect, test } from 'vitest';
import { targetPortShared } from '../../../charts-src/check/rules/w534-target-port-shared.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'HTTP and TCP',
    yaml: workload() + service() + service({ name: 'raw', ports: '{ name: tcp, port: 90, targetPort: http }' }),
    hits: ['warning Deployment shop/orders metadata.name:4'],
  },
  {
    name: 'both HTTP',
    yaml: workload() + service() + service({ name: 'other', ports: '{ name: http, port: 90, targetPort: http }' }),
    hits: ['info Deployment shop/orders metadata.name:4'],
  },
  { name: 'the same port in two Services', yaml: workload() + service() + service({ name: 'canary' }), hits: [] },
  {
    name: 'each its own',
    yaml: workload() + service() + service({ name: 'admin', ports: '{ name: http, port: 90 }' }),
    hits: [],
  },
  {
    name: 'no sidecar',
    yaml:
      workload({ labels: 'app: orders, sidecar.istio.io/inject: "false"' }) +
      service() +
      service({ name: 'raw', ports: '{ name: tcp, port: 90, targetPort: http }' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(targetPortShared, yaml)).toEqual(hits);
});
