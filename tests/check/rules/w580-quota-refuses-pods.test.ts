import { expect, test } from 'vitest';
import { quotaRefusesPods } from '../../../charts-src/check/rules/w580-quota-refuses-pods.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const quota = (hard: string, more = ''): string =>
  object('v1', 'ResourceQuota', 'shop/all', `{ hard: { ${hard} }${more} }`);
const says = (resources: string): string => workload({ container: `resources: { ${resources} }` });
const PODS = ['error Deployment shop/orders spec.template.spec.containers:15'];

test.each([
  { name: 'a limit that is not said', yaml: workload() + quota('limits.memory: 1Gi'), hits: PODS },
  { name: 'one that is said', yaml: says('limits: { memory: 1Mi }') + quota('limits.memory: 1Gi'), hits: [] },
  {
    name: 'a limit that stands for the request',
    yaml: says('limits: { memory: 1Mi }') + quota('memory: 1Gi'),
    hits: [],
  },
  {
    name: 'a request that stands for no limit',
    yaml: says('requests: { memory: 1Mi }') + quota('limits.memory: 1Gi'),
    hits: PODS,
  },
  {
    name: 'a LimitRange fills it in',
    yaml:
      workload() +
      quota('limits.memory: 1Gi') +
      object('v1', 'LimitRange', 'shop/all', '{ limits: [{ type: Container, default: { memory: 1Mi } }] }'),
    hits: [],
  },
  { name: 'for some pods only', yaml: workload() + quota('limits.memory: 1Gi', ', scopes: [BestEffort]'), hits: [] },
  {
    name: 'another namespace',
    yaml: workload({ namespace: 'other' }) + quota('limits.memory: 1Gi, pods: 1'),
    hits: [],
  },
  {
    name: 'more pods than allowed',
    yaml: workload({ replicas: 3 }) + quota('pods: 2'),
    hits: ['error ResourceQuota shop/all spec.hard.pods:24'],
  },
  { name: 'as many as allowed', yaml: workload() + quota('pods: "2"'), hits: [] },
  { name: 'what pods have nothing to do with', yaml: workload() + quota('services: 1'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(quotaRefusesPods, yaml)).toEqual(hits);
});
