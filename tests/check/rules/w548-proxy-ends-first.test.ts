import { expect, test } from 'vitest';
import { proxyEndsFirst } from '../../../charts-src/check/rules/w548-proxy-ends-first.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'a pause longer than the drain',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/nativeSidecar: "false"',
        container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
      }) +
      service(),
    hits: ['warning Deployment shop/orders spec.template.metadata.annotations["proxy.istio.io/config"]:16'],
  },
  {
    name: 'requests longer than the drain',
    yaml:
      namespace() +
      workload({ annotations: 'sidecar.istio.io/nativeSidecar: "false"' }) +
      service() +
      object(
        'networking.istio.io/v1',
        'VirtualService',
        'shop/orders',
        '{ hosts: [orders], http: [{ timeout: 9s, route: [{ destination: { host: orders } }] }] }',
      ),
    hits: ['warning Deployment shop/orders spec.template.metadata.annotations["proxy.istio.io/config"]:16'],
  },
  {
    name: 'a longer drain',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/nativeSidecar: "false", proxy.istio.io/config: "terminationDrainDuration: 20s"',
        container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
      }) +
      service(),
    hits: [],
  },
  {
    name: 'it waits for connections',
    yaml:
      namespace() +
      workload({
        annotations:
          'sidecar.istio.io/nativeSidecar: "false", proxy.istio.io/config: "proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: true }"',
        container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
      }) +
      service(),
    hits: [],
  },
  {
    name: 'short all over',
    yaml: namespace() + workload({ annotations: 'sidecar.istio.io/nativeSidecar: "false"' }) + service(),
    hits: [],
  },
  {
    name: 'a native sidecar',
    yaml: namespace() + workload({ container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }' }) + service(),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(proxyEndsFirst, yaml)).toEqual(hits);
});
