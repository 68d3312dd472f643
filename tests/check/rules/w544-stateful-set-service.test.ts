import { expect, test } from 'vitest';
import { statefulSetService } from '../../../charts-src/check/rules/w544-stateful-set-service.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'no name',
    yaml: workload({ kind: 'StatefulSet' }) + service({ spec: 'clusterIP: None' }),
    hits: ['warning StatefulSet shop/orders spec.serviceName:5'],
  },
  {
    name: 'no such Service',
    yaml: workload({ kind: 'StatefulSet', spec: 'serviceName: order' }) + service({ spec: 'clusterIP: None' }),
    hits: ['warning StatefulSet shop/orders spec.serviceName:7'],
  },
  {
    name: 'a Service of others',
    yaml:
      workload({ kind: 'StatefulSet', spec: 'serviceName: orders' }) +
      service({ spec: 'clusterIP: None', selector: 'app: other' }),
    hits: ['warning StatefulSet shop/orders spec.serviceName:7'],
  },
  {
    name: 'a Service with an address of its own',
    yaml: workload({ kind: 'StatefulSet', spec: 'serviceName: orders' }) + service(),
    hits: ['info StatefulSet shop/orders spec.serviceName:7'],
  },
  {
    name: 'a headless one',
    yaml: workload({ kind: 'StatefulSet', spec: 'serviceName: orders' }) + service({ spec: 'clusterIP: None' }),
    hits: [],
  },
  {
    name: 'Services are not among the files',
    yaml: workload({ kind: 'StatefulSet', spec: 'serviceName: orders' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(statefulSetService, yaml)).toEqual(hits);
});
