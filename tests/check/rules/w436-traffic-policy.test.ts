import { expect, test } from 'vitest';
import { trafficPolicy } from '../../../charts-src/check/rules/w436-traffic-policy.ts';
import { judged } from '../validation/judged.ts';

const policy = (trafficPolicy: object) => ({ host: 'orders', trafficPolicy });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'nothing', spec: policy({}), at: ['spec.trafficPolicy'] },
  { name: 'nothing for ports', spec: policy({ portLevelSettings: [] }), at: ['spec.trafficPolicy'] },
  {
    name: 'nothing in a subset',
    spec: { host: 'orders', subsets: [{ name: 'v1', trafficPolicy: {} }] },
    at: ['spec.subsets[0].trafficPolicy'],
  },
  {
    name: 'tunnel and PROXY protocol',
    spec: policy({ tunnel: { targetHost: 'a.example.com', targetPort: 443 }, proxyProtocol: { version: 'V1' } }),
    at: ['spec.trafficPolicy.proxyProtocol'],
  },
  {
    name: 'a tunnel by GET',
    spec: policy({ tunnel: { protocol: 'GET', targetHost: 'a.example.com', targetPort: 443 } }),
    at: ['spec.trafficPolicy.tunnel.protocol'],
  },
  {
    name: 'a tunnel to nowhere',
    spec: policy({ tunnel: { targetHost: '*.example.com', targetPort: 0 } }),
    at: ['spec.trafficPolicy.tunnel.targetHost', 'spec.trafficPolicy.tunnel.targetPort'],
  },
  {
    name: 'a tunnel to an address',
    spec: policy({ tunnel: { protocol: 'CONNECT', targetHost: '10.0.0.1', targetPort: 443 } }),
    at: [],
  },
  {
    name: 'no port',
    spec: policy({ portLevelSettings: [{ loadBalancer: { simple: 'RANDOM' } }] }),
    at: ['spec.trafficPolicy.portLevelSettings[0].port'],
  },
  {
    name: 'a port that says nothing',
    spec: policy({ portLevelSettings: [{ port: { number: 80 } }] }),
    at: ['spec.trafficPolicy.portLevelSettings[0]'],
  },
  {
    name: 'a port',
    spec: policy({ portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: 'RANDOM' } }] }),
    at: [],
  },
  {
    name: 'an interval that is none',
    spec: policy({ retryBudget: { budgetInterval: 'soon' } }),
    at: ['spec.trafficPolicy.retryBudget.budgetInterval'],
  },
  { name: 'nothing because of a slip of the pen', spec: policy({ loadBalancr: { simple: 'RANDOM' } }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(trafficPolicy, 'DestinationRule', spec)).toEqual(at);
});
