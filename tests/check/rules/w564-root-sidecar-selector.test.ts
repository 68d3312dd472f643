import { expect, test } from 'vitest';
import { rootSidecarSelector } from '../../../charts-src/check/rules/w564-root-sidecar-selector.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const sidecar = (name: string, selector = ''): string =>
  object(
    'networking.istio.io/v1',
    'Sidecar',
    name,
    `{ ${selector === '' ? '' : `workloadSelector: { labels: { ${selector} } }, `}egress: [{ hosts: [./*] }] }`,
  );

test.each([
  {
    name: 'a selector in the root namespace',
    yaml: sidecar('istio-system/default', 'app: orders'),
    hits: ['warning Sidecar istio-system/default spec.workloadSelector:5'],
  },
  {
    name: 'pods of the root namespace are meant',
    yaml: workload({ namespace: 'istio-system' }) + sidecar('istio-system/own', 'app: orders'),
    hits: [],
  },
  { name: 'no selector', yaml: sidecar('istio-system/default'), hits: [] },
  { name: 'elsewhere', yaml: sidecar('shop/default', 'app: orders'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(rootSidecarSelector, yaml)).toEqual(hits);
});
