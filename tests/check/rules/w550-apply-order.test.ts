import { expect, test } from 'vitest';
import { applyOrder } from '../../../charts-src/check/rules/w550-apply-order.ts';
import { buildGraph } from '../../../charts-src/graph/mesh-graph.ts';
import { manifestsOf } from '../mesh-of.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service, workload } from '../workload-yaml.ts';

const route = (annotation = ''): string =>
  object(
    'networking.istio.io/v1',
    'VirtualService',
    'shop/orders',
    '{ hosts: [orders], http: [{ route: [{ destination: { host: orders, subset: v1 } }] }] }',
    `annotations: { ${annotation} }`,
  );
const rule = (annotation = ''): string =>
  object(
    'networking.istio.io/v1',
    'DestinationRule',
    'shop/orders',
    '{ host: orders, subsets: [{ name: v1, labels: { version: v1 } }] }',
    `annotations: { ${annotation} }`,
  );

test.each([
  {
    name: 'the route above the subset',
    yaml: workload() + service() + route() + rule(),
    hits: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset:33'],
  },
  {
    name: 'a wave too early',
    yaml:
      workload() + service() + rule('argocd.argoproj.io/sync-wave: "2"') + route('argocd.argoproj.io/sync-wave: "1"'),
    hits: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset:38'],
  },
  {
    name: 'the rule after all the rest, by Helm',
    yaml: workload() + service() + rule('helm.sh/hook: "post-install,post-upgrade"') + route(),
    hits: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset:38'],
  },
  {
    name: 'the pods a wave later',
    yaml: workload({ own: 'argocd.argoproj.io/sync-wave: "3"' }) + service() + rule() + route(),
    hits: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset:38'],
  },
  {
    name: 'before the sync',
    yaml: workload() + service() + rule() + route('argocd.argoproj.io/hook: PreSync'),
    hits: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset:38'],
  },
  { name: 'the rule first', yaml: workload() + service() + rule() + route(), hits: [] },
  {
    name: 'above in the file, but a wave later',
    yaml: workload() + service() + route('argocd.argoproj.io/sync-wave: "1"') + rule(),
    hits: [],
  },
  { name: 'no subset', yaml: workload() + service() + route().replace(', subset: v1', '') + rule(), hits: [] },
  {
    name: 'a subset without a share',
    yaml:
      workload() +
      service() +
      route().replace(
        '[{ destination: { host: orders, subset: v1 } }]',
        '[{ destination: { host: orders, subset: v1 }, weight: 0 }, { destination: { host: stock }, weight: 100 }]',
      ) +
      rule(),
    hits: [],
  },
  {
    name: 'other pods of the subset are there already',
    yaml:
      workload({ own: 'argocd.argoproj.io/sync-wave: "3"' }) +
      workload({ name: 'more' }) +
      service() +
      rule() +
      route(),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(applyOrder, yaml)).toEqual(hits);
});

const files = (vs: string, dr: string): readonly string[] => {
  const manifests = [
    ...manifestsOf(workload() + service(), 'shop/00-pods.yaml'),
    ...manifestsOf(route(), vs),
    ...manifestsOf(rule(), dr),
  ];
  return [...applyOrder.check(buildGraph({ manifests, problems: [] }))].map(({ message }) => message);
};

test('files that are numbered are applied in that order', () => {
  expect(files('shop/10-routes.yaml', 'shop/20-rules.yaml')).toEqual([expect.stringContaining('by name')]);
  expect(files('shop/20-routes.yaml', 'shop/10-rules.yaml')).toEqual([]);
  expect(files('shop/10-routes.yaml', 'stock/20-rules.yaml')).toEqual([]);
  expect(files('shop/a-routes.yaml', 'shop/b-rules.yaml')).toEqual([]);
});
