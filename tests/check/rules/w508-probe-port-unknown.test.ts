import { expect, test } from 'vitest';
import { probePortUnknown } from '../../../charts-src/check/rules/w508-probe-port-unknown.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'a name that no port has',
    yaml: workload({ container: 'livenessProbe: { httpGet: { path: /, port: admin } }' }),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].livenessProbe.httpGet.port:19'],
  },
  {
    name: 'a name, and no ports at all',
    yaml: workload({ ports: '', container: 'readinessProbe: { tcpSocket: { port: http } }' }),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].readinessProbe.tcpSocket.port:19'],
  },
  {
    name: 'a number that is not declared',
    yaml: workload({ container: 'startupProbe: { grpc: { port: 9090 } }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].startupProbe.grpc.port:19'],
  },
  {
    name: 'a name',
    yaml: workload({ container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }' }),
    hits: [],
  },
  { name: 'a number', yaml: workload({ container: 'readinessProbe: { httpGet: { port: 8080 } }' }), hits: [] },
  {
    name: 'a number, where no port is declared',
    yaml: workload({ ports: '', container: 'readinessProbe: { httpGet: { port: 8080 } }' }),
    hits: [],
  },
  { name: 'a command', yaml: workload({ container: 'readinessProbe: { exec: { command: [ok] } }' }), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(probePortUnknown, yaml)).toEqual(hits);
});
