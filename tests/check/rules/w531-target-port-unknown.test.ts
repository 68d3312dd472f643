import { expect, test } from 'vitest';
import { targetPortUnknown } from '../../../charts-src/check/rules/w531-target-port-unknown.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'a name that no port has',
    yaml: workload() + service({ ports: '{ name: http, port: 80, targetPort: web }' }),
    hits: ['error Service shop/orders spec.ports[0].targetPort:28'],
  },
  {
    name: 'a name that one of two has',
    yaml: workload() + workload({ name: 'old', ports: '{ containerPort: 8080 }' }) + service(),
    hits: ['warning Service shop/orders spec.ports[0].targetPort:47'],
  },
  {
    name: 'a number that is not declared',
    yaml: workload() + service({ ports: '{ name: http, port: 80, targetPort: 9090 }' }),
    hits: ['warning Service shop/orders spec.ports[0].targetPort:28'],
  },
  {
    name: 'the same number, not declared',
    yaml: workload() + service({ ports: '{ name: http, port: 80 }' }),
    hits: ['warning Service shop/orders spec.ports[0].port:28'],
  },
  {
    name: 'the pod of helm test, which bears the labels of what it tries',
    yaml:
      workload({ ports: '{ containerPort: 8080, name: web }' }) +
      '---\napiVersion: v1\nkind: Pod\nmetadata: { name: try, namespace: shop, labels: { app: orders } }\nspec: { restartPolicy: Never, containers: [{ name: wget, image: busybox:1 }] }\n' +
      service({ ports: '{ name: http, port: 80, targetPort: web }' }),
    hits: [],
  },
  { name: 'a name', yaml: workload() + service(), hits: [] },
  { name: 'a number', yaml: workload() + service({ ports: '{ name: http, port: 80, targetPort: 8080 }' }), hits: [] },
  {
    name: 'pods that declare nothing',
    yaml: workload({ ports: '' }) + service({ ports: '{ name: http, port: 80 }' }),
    hits: [],
  },
  {
    name: 'a native sidecar has the port',
    yaml:
      workload({
        pod: 'initContainers: [{ name: side, restartPolicy: Always, ports: [{ name: admin, containerPort: 9 }] }]',
      }) + service({ ports: '{ name: http, port: 80, targetPort: admin }' }),
    hits: [],
  },
  {
    name: 'a gateway, which opens what its Gateway says',
    yaml:
      workload({ annotations: 'inject.istio.io/templates: gateway' }) + service({ ports: '{ name: http, port: 80 }' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(targetPortUnknown, yaml)).toEqual(hits);
});
