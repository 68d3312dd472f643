import { expect, test } from 'vitest';
import { readyIsAlive } from '../../../charts-src/check/rules/w507-ready-is-alive.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'the same question',
    yaml:
      workload({
        container: `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          livenessProbe: { httpGet: { path: /readyz, port: http } }`,
      }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].livenessProbe:20'],
  },
  {
    name: 'the same TCP port',
    yaml:
      workload({
        container: `readinessProbe: { tcpSocket: { port: 8080 } }\n          livenessProbe: { tcpSocket: { port: 8080 } }`,
      }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].livenessProbe:20'],
  },
  {
    name: 'the same command',
    yaml:
      workload({
        container: `readinessProbe: { exec: { command: [ok] } }\n          livenessProbe: { exec: { command: [ok] }, periodSeconds: 5 }`,
      }) + service(),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].livenessProbe:20'],
  },
  {
    name: 'another path',
    yaml:
      workload({
        container: `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          livenessProbe: { httpGet: { path: /livez, port: http } }`,
      }) + service(),
    hits: [],
  },
  {
    name: 'more patient',
    yaml:
      workload({
        container: `readinessProbe: { httpGet: { path: /readyz, port: http } }\n          livenessProbe: { httpGet: { path: /readyz, port: http }, failureThreshold: 10 }`,
      }) + service(),
    hits: [],
  },
  {
    name: 'another service of gRPC',
    yaml:
      workload({
        container: `readinessProbe: { grpc: { port: 9000, service: ready } }\n          livenessProbe: { grpc: { port: 9000, service: alive } }`,
      }) + service(),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(readyIsAlive, yaml)).toEqual(hits);
});
