import { expect, test } from 'vitest';
import { portNameContradicts } from '../../../charts-src/check/rules/w539-port-name-contradicts.ts';
import { ruleHits } from '../rule-hits.ts';
import { service } from '../workload-yaml.ts';

test.each([
  { port: 'name: http, appProtocol: tcp', hits: 1 },
  { port: 'name: tcp-orders, appProtocol: http', hits: 1 },
  { port: 'name: grpc, appProtocol: tls', hits: 1 },
  { port: 'name: http, appProtocol: http', hits: 0 },
  { port: 'name: http, appProtocol: grpc', hits: 0 },
  { port: 'name: tcp, appProtocol: mysql', hits: 0 },
  { port: 'name: orders, appProtocol: tcp', hits: 0 },
  { port: 'name: http, appProtocol: example.com/own', hits: 0 },
  { port: 'name: http', hits: 0 },
])('$port', ({ port, hits }) => {
  expect(ruleHits(portNameContradicts, service({ ports: `{ ${port}, port: 80 }` }))).toEqual(
    hits === 0 ? [] : ['warning Service shop/orders spec.ports[0].appProtocol:9'],
  );
});
