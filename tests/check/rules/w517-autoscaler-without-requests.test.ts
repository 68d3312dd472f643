import { expect, test } from 'vitest';
import { autoscalerWithoutRequests } from '../../../charts-src/check/rules/w517-autoscaler-without-requests.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const autoscaler = (spec: string): string =>
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'shop/orders',
    `{ minReplicas: 2, maxReplicas: 9, scaleTargetRef: { kind: Deployment, name: orders }${spec} }`,
  );

test.each([
  {
    name: 'no request',
    yaml:
      workload() +
      autoscaler(
        ', metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]',
      ),
    hits: ['warning HorizontalPodAutoscaler shop/orders spec.metrics[0].resource.name:24'],
  },
  {
    name: 'a request for something else',
    yaml:
      workload({ container: 'resources: { requests: { memory: 1Gi } }' }) +
      autoscaler(
        ', metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]',
      ),
    hits: ['warning HorizontalPodAutoscaler shop/orders spec.metrics[0].resource.name:24'],
  },
  {
    name: 'the old field',
    yaml: workload() + autoscaler(', targetCPUUtilizationPercentage: 80').replace('/v2', '/v1'),
    hits: ['warning HorizontalPodAutoscaler shop/orders spec.targetCPUUtilizationPercentage:24'],
  },
  {
    name: 'a request',
    yaml:
      workload({ container: 'resources: { requests: { cpu: 1 } }' }) +
      autoscaler(
        ', metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]',
      ),
    hits: [],
  },
  {
    name: 'a number instead of a share',
    yaml:
      workload() +
      autoscaler(
        ', metrics: [{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 1 } } }]',
      ),
    hits: [],
  },
  {
    name: 'one container only, which has it',
    yaml:
      workload({
        container: `resources: { requests: { cpu: 1 } }\n        - name: helper\n          image: shop/helper:1`,
      }) +
      autoscaler(
        ', metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: app, target: { type: Utilization } } }]',
      ),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(autoscalerWithoutRequests, yaml)).toEqual(hits);
});
