import { expect, test } from 'vitest';
import { alphaAnnotation } from '../../../charts-src/check/rules/w576-alpha-annotation.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'on pods',
    yaml: workload({ annotations: 'sidecar.istio.io/logLevel: debug' }),
    hits: ['info Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/logLevel"]:12'],
  },
  {
    name: 'on the workload',
    yaml: workload({ own: 'sidecar.istio.io/logLevel: debug' }),
    hits: ['info Deployment shop/orders metadata.annotations["sidecar.istio.io/logLevel"]:4'],
  },
  {
    name: 'on a Service',
    yaml: service().replace('labels:', 'annotations: { networking.istio.io/exportTo: shop }, labels:'),
    hits: ['info Service shop/orders metadata.annotations["networking.istio.io/exportTo"]:4'],
  },
  { name: 'one that is stable', yaml: workload({ annotations: 'proxy.istio.io/config: "{}"' }), hits: [] },
  { name: 'one of somebody else', yaml: workload({ annotations: 'example.com/logLevel: debug' }), hits: [] },
  {
    name: 'from istio-cni',
    yaml: workload({
      annotations: 'sidecar.istio.io/interceptionMode: REDIRECT',
      pod: 'initContainers: [{ name: istio-validation }]',
    }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(alphaAnnotation, yaml)).toEqual(hits);
});
