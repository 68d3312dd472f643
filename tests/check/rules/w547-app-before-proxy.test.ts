import { expect, test } from 'vitest';
import { appBeforeProxy } from '../../../charts-src/check/rules/w547-app-before-proxy.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

const config = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'defaultConfig: { holdApplicationUntilProxyStarts: true }' }
`;

test.each([
  {
    name: 'nothing waits',
    yaml: namespace() + workload({ annotations: 'sidecar.istio.io/nativeSidecar: "false"' }),
    hits: ['warning Deployment shop/orders spec.template.metadata.annotations["proxy.istio.io/config"]:16'],
  },
  {
    name: 'it waits',
    yaml:
      namespace() +
      workload({
        annotations:
          'sidecar.istio.io/nativeSidecar: "false", proxy.istio.io/config: "holdApplicationUntilProxyStarts: true"',
      }),
    hits: [],
  },
  {
    name: 'everybody waits',
    yaml: namespace() + workload({ annotations: 'sidecar.istio.io/nativeSidecar: "false"' }) + config,
    hits: [],
  },
  { name: 'a native sidecar', yaml: namespace() + workload(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(appBeforeProxy, yaml)).toEqual(hits);
});
