import { expect, test } from 'vitest';
import { probesMissing } from '../../../charts-src/check/rules/w506-probes-missing.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'none',
    yaml: workload() + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].readinessProbe:16'],
  },
  {
    name: 'no readiness',
    yaml:
      workload({
        container: `livenessProbe: { httpGet: { path: /livez, port: http } }\n          startupProbe: { httpGet: { path: /livez, port: http } }`,
      }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].readinessProbe:16'],
  },
  {
    name: 'no liveness',
    yaml:
      workload({
        container: `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          startupProbe: { httpGet: { path: /livez, port: http } }`,
      }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].livenessProbe:16'],
  },
  {
    name: 'no startup',
    yaml:
      workload({
        container: `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          livenessProbe: { httpGet: { path: /livez, port: http } }`,
      }) + service(),
    hits: ['info Deployment shop/orders spec.template.spec.containers[0].startupProbe:16'],
  },
  {
    name: 'all three',
    yaml:
      workload({
        container: `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          livenessProbe: { httpGet: { path: /livez, port: http } }\n          startupProbe: { httpGet: { path: /livez, port: http } }`,
      }) + service(),
    hits: [],
  },
  { name: 'no Service', yaml: workload(), hits: [] },
  {
    name: 'a helper without ports needs none',
    yaml:
      workload({
        container:
          `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          livenessProbe: { httpGet: { path: /livez, port: http } }\n          startupProbe: { httpGet: { path: /livez, port: http } }` +
          `\n        - name: helper\n          image: shop/helper:1`,
      }) + service(),
    hits: [],
  },
  {
    name: 'one finding for two containers',
    yaml:
      workload({
        container: `tty: false\n        - name: other\n          image: shop/other:1\n          ports: [{ containerPort: 9090 }]`,
      }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].readinessProbe:16'],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(probesMissing, yaml)).toEqual(hits);
});
