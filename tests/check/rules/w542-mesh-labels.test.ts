import { expect, test } from 'vitest';
import { meshLabels } from '../../../charts-src/check/rules/w542-mesh-labels.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'no version',
    yaml: workload({ labels: 'app: orders' }) + service(),
    hits: ['info Deployment shop/orders spec.template.metadata.labels:11'],
  },
  {
    name: 'no app',
    yaml: workload({ labels: 'run: orders, version: v1' }) + service({ selector: 'run: orders' }),
    hits: ['info Deployment shop/orders spec.template.metadata.labels:11'],
  },
  { name: 'both', yaml: workload() + service(), hits: [] },
  {
    name: 'names as Kubernetes has them',
    yaml:
      workload({ labels: 'app.kubernetes.io/name: orders, app.kubernetes.io/version: v1' }) +
      service({ selector: 'app.kubernetes.io/name: orders' }),
    hits: [],
  },
  {
    name: 'not in the mesh',
    yaml: namespace('istio-injection: disabled') + workload({ labels: 'app: orders' }) + service(),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(meshLabels, yaml)).toEqual(hits);
});
