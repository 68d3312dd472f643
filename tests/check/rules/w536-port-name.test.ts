import { expect, test } from 'vitest';
import { portName } from '../../../charts-src/check/rules/w536-port-name.ts';
import { ruleHits } from '../rule-hits.ts';
import { service } from '../workload-yaml.ts';

test.each([
  {
    name: 'no name',
    yaml: service({ ports: '{ port: 80 }' }),
    hits: ['info Service shop/orders spec.ports[0].name:9'],
  },
  {
    name: 'a name without a protocol',
    yaml: service({ ports: '{ name: web-http, port: 80 }' }),
    hits: ['info Service shop/orders spec.ports[0].name:9'],
  },
  {
    name: 'an appProtocol that nobody knows',
    yaml: service({ ports: '{ name: http, port: 80, appProtocol: soap }' }),
    hits: ['info Service shop/orders spec.ports[0].appProtocol:9'],
  },
  { name: 'a name', yaml: service(), hits: [] },
  { name: 'an appProtocol', yaml: service({ ports: '{ name: web, port: 80, appProtocol: http2 }' }), hits: [] },
  { name: 'a port that Istio knows by its number', yaml: service({ ports: '{ name: sql, port: 3306 }' }), hits: [] },
  { name: 'UDP', yaml: service({ ports: '{ name: dns, port: 9953, protocol: UDP }' }), hits: [] },
  {
    name: 'a Service that Istio made',
    yaml: service({ ports: '{ port: 80 }', labels: 'gateway.istio.io/managed: istio.io-gateway-controller' }),
    hits: [],
  },
  { name: 'Istio itself', yaml: service({ ports: '{ port: 80 }', labels: 'istio: pilot' }), hits: [] },
  { name: 'Kubernetes itself', yaml: service({ namespace: 'kube-system', ports: '{ port: 80 }' }), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(portName, yaml)).toEqual(hits);
});
