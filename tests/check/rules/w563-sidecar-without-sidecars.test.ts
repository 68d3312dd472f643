import { expect, test } from 'vitest';
import { sidecarWithoutSidecars } from '../../../charts-src/check/rules/w563-sidecar-without-sidecars.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, workload } from '../workload-yaml.ts';

const sidecar = (name: string, selector = ''): string =>
  object(
    'networking.istio.io/v1',
    'Sidecar',
    name,
    `{ ${selector === '' ? '' : `workloadSelector: { labels: { ${selector} } }, `}egress: [{ hosts: [./*] }] }`,
  );

test.each([
  {
    name: 'a namespace in ambient mode',
    yaml: namespace('istio.io/dataplane-mode: ambient') + sidecar('shop/one'),
    hits: ['warning Sidecar shop/one :6'],
  },
  {
    name: 'pods in ambient mode',
    yaml: namespace('istio.io/dataplane-mode: ambient') + workload() + sidecar('shop/one', 'app: orders'),
    hits: ['warning Sidecar shop/one spec.workloadSelector:28'],
  },
  {
    name: 'pods of their own in ambient mode',
    yaml: workload({ labels: 'app: orders, istio.io/dataplane-mode: ambient' }) + sidecar('shop/one', 'app: orders'),
    hits: ['warning Sidecar shop/one spec.workloadSelector:24'],
  },
  { name: 'sidecars', yaml: namespace() + workload() + sidecar('shop/one'), hits: [] },
  {
    name: 'injection wins',
    yaml: namespace('istio.io/dataplane-mode: ambient, istio-injection: enabled') + sidecar('shop/one'),
    hits: [],
  },
  {
    name: 'pods that leave ambient mode for a sidecar',
    yaml:
      namespace('istio.io/dataplane-mode: ambient, istio.io/rev: stable') +
      workload() +
      sidecar('shop/one', 'app: orders'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(sidecarWithoutSidecars, yaml)).toEqual(hits);
});
