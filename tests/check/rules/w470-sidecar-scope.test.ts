import { expect, test } from 'vitest';
import { sidecarScope } from '../../../charts-src/check/rules/w470-sidecar-scope.ts';
import { judged } from '../validation/judged.ts';

const policy = (outboundTrafficPolicy: object) => ({ outboundTrafficPolicy });
const egressProxy = { host: 'egress.shop.svc.cluster.local', port: { number: 80 } };
const at = 'spec.outboundTrafficPolicy.egressProxy';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'nothing', spec: {}, at: ['spec'] },
  { name: 'only a selector', spec: { workloadSelector: { labels: { app: 'orders' } } }, at: ['spec'] },
  { name: 'only a mode', spec: policy({ mode: 'REGISTRY_ONLY' }), at: [] },
  { name: 'a proxy for what is not let through', spec: policy({ egressProxy }), at: [at] },
  { name: 'a proxy', spec: policy({ mode: 'ALLOW_ANY', egressProxy }), at: [] },
  {
    name: 'a proxy without port',
    spec: policy({ mode: 'ALLOW_ANY', egressProxy: { host: 'egress.shop.svc.cluster.local' } }),
    at: [`${at}.port`],
  },
  {
    name: 'a proxy that is many',
    spec: policy({ mode: 'ALLOW_ANY', egressProxy: { ...egressProxy, host: '*.shop.svc.cluster.local' } }),
    at: [`${at}.host`],
  },
])('$name', ({ spec, at }) => {
  expect(judged(sidecarScope, 'Sidecar', spec)).toEqual(at);
});
