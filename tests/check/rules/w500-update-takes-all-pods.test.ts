import { expect, test } from 'vitest';
import { updateTakesAllPods } from '../../../charts-src/check/rules/w500-update-takes-all-pods.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service, workload } from '../workload-yaml.ts';

const autoscaler = object(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
  'shop/orders',
  '{ minReplicas: 3, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: orders } }',
);

test.each([
  {
    name: 'all of them by per cent',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 100% } }' }) + service(),
    hits: ['warning Deployment shop/orders spec.strategy.rollingUpdate.maxUnavailable:7'],
  },
  {
    name: 'all of them by number',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 2 } }' }) + service(),
    hits: ['warning Deployment shop/orders spec.strategy.rollingUpdate.maxUnavailable:7'],
  },
  {
    name: 'more than there are',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 3 } }' }) + service(),
    hits: ['warning Deployment shop/orders spec.strategy.rollingUpdate.maxUnavailable:7'],
  },
  {
    name: 'the only one',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 1 } }', replicas: 1 }) + service(),
    hits: ['warning Deployment shop/orders spec.strategy.rollingUpdate.maxUnavailable:7'],
  },
  {
    name: 'all pods of all nodes',
    yaml:
      workload({ kind: 'DaemonSet', spec: 'updateStrategy: { rollingUpdate: { maxUnavailable: 100% } }' }) + service(),
    hits: ['warning DaemonSet shop/orders spec.updateStrategy.rollingUpdate.maxUnavailable:7'],
  },
  {
    name: 'a share that is rounded down to one of two',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 99% } }' }) + service(),
    hits: [],
  },
  { name: 'the default', yaml: workload() + service(), hits: [] },
  {
    name: 'one of two',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 1 } }' }) + service(),
    hits: [],
  },
  {
    name: 'no Service, nobody waits',
    yaml: workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 100% } }' }),
    hits: [],
  },
  {
    name: 'a StatefulSet, which takes one after the other',
    yaml:
      workload({ kind: 'StatefulSet', spec: 'updateStrategy: { rollingUpdate: { maxUnavailable: 100% } }' }) +
      service(),
    hits: [],
  },
  {
    name: 'enough pods by its autoscaler',
    yaml:
      workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 1 } }', replicas: undefined }) +
      service() +
      autoscaler,
    hits: [],
  },
  {
    name: 'Istio itself',
    yaml:
      workload({ spec: 'strategy: { rollingUpdate: { maxUnavailable: 100% } }' }).replace(
        'metadata: {',
        'metadata: { labels: { istio: pilot },',
      ) + service(),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(updateTakesAllPods, yaml)).toEqual(hits);
});
