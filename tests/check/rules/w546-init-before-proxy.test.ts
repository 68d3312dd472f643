import { expect, test } from 'vitest';
import { initBeforeProxy } from '../../../charts-src/check/rules/w546-init-before-proxy.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'an ordinary container as proxy',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/nativeSidecar: "false"',
        pod: 'initContainers: [{ name: migrate, image: shop/orders, args: [migrate] }]',
      }),
    hits: ['warning Deployment shop/orders spec.template.spec.initContainers[0]:18'],
  },
  {
    name: 'a native sidecar, which starts first',
    yaml: namespace() + workload({ pod: 'initContainers: [{ name: migrate, image: shop/orders, args: [migrate] }]' }),
    hits: [],
  },
  {
    name: 'no init containers',
    yaml: namespace() + workload({ annotations: 'sidecar.istio.io/nativeSidecar: "false"' }),
    hits: [],
  },
  {
    name: 'it passes by the proxy',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/nativeSidecar: "false"',
        pod: 'initContainers: [{ name: migrate, securityContext: { runAsUser: 1337 } }]',
      }),
    hits: [],
  },
  {
    name: 'its port passes by the proxy',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/nativeSidecar: "false", traffic.sidecar.istio.io/excludeOutboundPorts: "5432"',
        pod: 'initContainers: [{ name: migrate, image: shop/orders, args: [migrate] }]',
      }),
    hits: [],
  },
  {
    name: 'no sidecar',
    yaml:
      namespace('istio-injection: disabled') +
      workload({
        annotations: 'sidecar.istio.io/nativeSidecar: "false"',
        pod: 'initContainers: [{ name: migrate, image: shop/orders, args: [migrate] }]',
      }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(initBeforeProxy, yaml)).toEqual(hits);
});
