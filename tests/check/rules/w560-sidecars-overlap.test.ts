import { expect, test } from 'vitest';
import { sidecarsOverlap } from '../../../charts-src/check/rules/w560-sidecars-overlap.ts';
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
    name: 'two for a namespace',
    yaml: sidecar('shop/one') + sidecar('shop/two'),
    hits: ['warning Sidecar shop/one :2', 'warning Sidecar shop/two :7'],
  },
  {
    name: 'two for the same pods',
    yaml: workload() + sidecar('shop/one', 'app: orders') + sidecar('shop/two', 'version: v1'),
    hits: ['warning Sidecar shop/one spec.workloadSelector:24', 'warning Sidecar shop/two spec.workloadSelector:29'],
  },
  {
    name: 'one for all and one for some',
    yaml: workload() + sidecar('shop/one') + sidecar('shop/two', 'app: orders'),
    hits: [],
  },
  { name: 'one that is written twice', yaml: sidecar('shop/one') + sidecar('shop/one'), hits: [] },
  {
    name: 'one for some pods that is written twice',
    yaml: workload() + sidecar('shop/one', 'app: orders') + sidecar('shop/one', 'version: v1'),
    hits: [],
  },
  { name: 'two namespaces', yaml: sidecar('shop/one') + sidecar('stock/one'), hits: [] },
  {
    name: 'pods that no two share',
    yaml: workload() + sidecar('shop/one', 'app: orders') + sidecar('shop/two', 'app: stock'),
    hits: [],
  },
  {
    name: 'none matters in ambient mode',
    yaml: namespace('istio.io/dataplane-mode: ambient') + sidecar('shop/one') + sidecar('shop/two'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(sidecarsOverlap, yaml)).toEqual(hits);
});
