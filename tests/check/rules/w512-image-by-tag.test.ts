import { expect, test } from 'vitest';
import { imageByTag } from '../../../charts-src/check/rules/w512-image-by-tag.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'latest',
    yaml: workload({ image: 'shop/orders:latest' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].image:17'],
  },
  {
    name: 'no tag',
    yaml: workload({ image: 'registry.example:5000/shop/orders' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].image:17'],
  },
  {
    name: 'a tag, as everywhere here',
    yaml: workload(),
    hits: ['info Deployment shop/orders spec.template.spec.containers[0].image:17'],
  },
  {
    name: 'a tag, where most are pinned',
    yaml:
      workload() +
      workload({ name: 'stock', image: 'shop/stock:1@sha256:0123' }) +
      workload({ name: 'users', image: 'shop/stock:1@sha256:0123' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].image:17'],
  },
  {
    name: 'a tag, where as many are pinned',
    yaml: workload() + workload({ name: 'stock', image: 'shop/stock:1@sha256:0123' }),
    hits: ['info Deployment shop/orders spec.template.spec.containers[0].image:17'],
  },
  {
    name: 'an init container',
    yaml: workload({
      image: 'shop/stock:1@sha256:0123',
      pod: 'initContainers: [{ name: migrate, image: shop/orders }]',
    }),
    hits: ['warning Deployment shop/orders spec.template.spec.initContainers[0].image:14'],
  },
  {
    name: 'a job',
    yaml: object(
      'batch/v1',
      'Job',
      'shop/sweep',
      '{ template: { spec: { containers: [{ name: sweep, image: shop/sweep }] } } }',
    ),
    hits: ['warning Job shop/sweep spec.template.spec.containers[0].image:5'],
  },
  { name: 'pinned', yaml: workload({ image: 'shop/stock:1@sha256:0123' }), hits: [] },
  {
    name: 'a proxy that the injector fills in',
    yaml: object('v1', 'Pod', 'shop/edge', '{ containers: [{ name: istio-proxy, image: auto }] }'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(imageByTag, yaml)).toEqual(hits);
});
