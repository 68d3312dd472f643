import { expect, test } from 'vitest';
import { jobNeverEnds } from '../../../charts-src/check/rules/w545-job-never-ends.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object } from '../workload-yaml.ts';

test.each([
  {
    name: 'an ordinary container as proxy',
    yaml:
      namespace() +
      object(
        'batch/v1',
        'Job',
        'shop/sweep',
        '{ template: { metadata: { annotations: { sidecar.istio.io/nativeSidecar: "false" } }, spec: { containers: [{ name: app, image: shop/sweep, args: [sweep] }] } } }',
      ),
    hits: ['warning Job shop/sweep spec.template.metadata.annotations["sidecar.istio.io/nativeSidecar"]:9'],
  },
  {
    name: 'every night',
    yaml:
      namespace() +
      object(
        'batch/v1',
        'CronJob',
        'shop/sweep',
        '{ jobTemplate: { spec: { template: { metadata: { annotations: { sidecar.istio.io/nativeSidecar: "false" } } } } } }',
      ),
    hits: [
      'warning CronJob shop/sweep spec.jobTemplate.spec.template.metadata.annotations["sidecar.istio.io/nativeSidecar"]:9',
    ],
  },
  {
    name: 'a proxy that was injected by hand',
    yaml:
      namespace() +
      object(
        'batch/v1',
        'Job',
        'shop/sweep',
        '{ template: { spec: { containers: [{ name: app }, { name: istio-proxy, image: proxyv2 }] } } }',
      ),
    hits: ['warning Job shop/sweep spec.template.metadata.annotations["sidecar.istio.io/nativeSidecar"]:9'],
  },
  {
    name: 'it tells the proxy to end',
    yaml:
      namespace() +
      object(
        'batch/v1',
        'Job',
        'shop/sweep',
        '{ template: { metadata: { annotations: { sidecar.istio.io/nativeSidecar: "false" } }, spec: { containers: [{ name: app, image: shop/sweep, args: [sh, -c, sweep; curl -X POST localhost:15020/quitquitquit] }] } } }',
      ),
    hits: [],
  },
  {
    name: 'a native sidecar',
    yaml:
      namespace() + object('batch/v1', 'Job', 'shop/sweep', '{ template: { spec: { containers: [{ name: app }] } } }'),
    hits: [],
  },
  {
    name: 'no sidecar',
    yaml:
      namespace('istio-injection: disabled') +
      object(
        'batch/v1',
        'Job',
        'shop/sweep',
        '{ template: { metadata: { annotations: { sidecar.istio.io/nativeSidecar: "false" } }, spec: { containers: [{ name: app, image: shop/sweep, args: [sweep] }] } } }',
      ),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(jobNeverEnds, yaml)).toEqual(hits);
});
