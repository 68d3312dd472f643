import { expect, test } from 'vitest';
import { selectsNoPods } from '../../../charts-src/check/rules/w562-selects-no-pods.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const sidecar = (name: string, selector = ''): string =>
  object(
    'networking.istio.io/v1',
    'Sidecar',
    name,
    `{ ${selector === '' ? '' : `workloadSelector: { labels: { ${selector} } }, `}egress: [{ hosts: [./*] }] }`,
  );

const entry = (labels: string): string =>
  object(
    'networking.istio.io/v1',
    'ServiceEntry',
    'shop/legacy',
    `{ hosts: [legacy.shop], resolution: STATIC, workloadSelector: { labels: { ${labels} } } }`,
  );
const machine = (labels: string): string =>
  object('networking.istio.io/v1', 'WorkloadEntry', 'shop/vm', `{ address: 10.0.0.7, labels: { ${labels} } }`);

test.each([
  {
    name: 'a slip of the pen',
    yaml: workload() + sidecar('shop/one', 'app: order'),
    hits: ['warning Sidecar shop/one spec.workloadSelector.labels:24'],
  },
  {
    name: 'pods of another namespace',
    yaml: workload({ namespace: 'stock' }) + workload({ labels: 'app: stock' }) + sidecar('shop/one', 'app: orders'),
    hits: ['warning Sidecar shop/one spec.workloadSelector.labels:43'],
  },
  {
    name: 'nothing of the namespace is here',
    yaml: sidecar('shop/one', 'app: orders'),
    hits: ['info Sidecar shop/one spec.workloadSelector.labels:5'],
  },
  {
    name: 'gateways, which come with Istio',
    yaml:
      workload() +
      object(
        'networking.istio.io/v1alpha3',
        'EnvoyFilter',
        'istio-system/one',
        '{ workloadSelector: { labels: { istio: ingressgateway } } }',
      ),
    hits: ['info EnvoyFilter istio-system/one spec.workloadSelector.labels:24'],
  },
  { name: 'it selects', yaml: workload() + sidecar('shop/one', 'app: orders'), hits: [] },
  {
    name: 'from the root namespace it selects everywhere',
    yaml:
      workload() +
      object(
        'telemetry.istio.io/v1',
        'Telemetry',
        'istio-system/one',
        '{ selector: { matchLabels: { app: orders } } }',
      ),
    hits: [],
  },
  { name: 'no selector', yaml: sidecar('shop/one'), hits: [] },
  {
    name: 'a ServiceEntry whose WorkloadEntry has other labels',
    yaml: entry('app: legacy') + machine('app: legacy-vm'),
    hits: ['warning ServiceEntry shop/legacy spec.workloadSelector.labels:5'],
  },
  { name: 'a ServiceEntry of a WorkloadEntry', yaml: entry('app: legacy') + machine('app: legacy'), hits: [] },
  { name: 'a ServiceEntry of pods', yaml: entry('app: orders') + workload(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(selectsNoPods, yaml)).toEqual(hits);
});
