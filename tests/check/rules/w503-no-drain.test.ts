import { expect, test } from 'vitest';
import { noDrain } from '../../../charts-src/check/rules/w503-no-drain.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'no hook',
    yaml: workload() + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].lifecycle.preStop:16'],
  },
  {
    name: 'a DaemonSet',
    yaml: workload({ kind: 'DaemonSet' }) + service(),
    hits: ['warning DaemonSet shop/orders spec.template.spec.containers[0].lifecycle.preStop:16'],
  },
  {
    name: 'only postStart',
    yaml: workload({ container: 'lifecycle: { postStart: { exec: { command: [warm] } } }' }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].lifecycle.preStop:19'],
  },
  {
    name: 'a StatefulSet that answers requests',
    yaml: workload({ kind: 'StatefulSet' }) + service(),
    hits: ['warning StatefulSet shop/orders spec.template.spec.containers[0].lifecycle.preStop:16'],
  },
  {
    name: 'a sleep',
    yaml: workload({ container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }' }) + service(),
    hits: [],
  },
  {
    name: 'a command',
    yaml: workload({ container: 'lifecycle: { preStop: { exec: { command: [sh, -c, sleep 10] } } }' }) + service(),
    hits: [],
  },
  {
    name: 'a database, whose clients hold on to one pod',
    yaml: workload({ kind: 'StatefulSet' }) + service({ ports: '{ name: tcp-sql, port: 5432 }' }),
    hits: [],
  },
  { name: 'no Service', yaml: workload(), hits: [] },
  {
    name: 'a gateway, whose proxy drains by itself',
    yaml: workload({ annotations: 'inject.istio.io/templates: gateway' }) + service(),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(noDrain, yaml)).toEqual(hits);
});
