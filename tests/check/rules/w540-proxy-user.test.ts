import { expect, test } from 'vitest';
import { proxyUser } from '../../../charts-src/check/rules/w540-proxy-user.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'the pod',
    yaml: workload({ pod: 'securityContext: { runAsUser: 1337 }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.securityContext.runAsUser:14'],
  },
  {
    name: 'a container',
    yaml: workload({ container: 'securityContext: { runAsUser: 1337 }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.containers[0].securityContext.runAsUser:19'],
  },
  { name: 'another user', yaml: workload({ pod: 'securityContext: { runAsUser: 1000 }' }), hits: [] },
  {
    name: 'an init container, which has to pass by',
    yaml: workload({ pod: 'initContainers: [{ name: migrate, securityContext: { runAsUser: 1337 } }]' }),
    hits: [],
  },
  {
    name: 'no sidecar',
    yaml: namespace('istio-injection: disabled') + workload({ pod: 'securityContext: { runAsUser: 1337 }' }),
    hits: [],
  },
  {
    name: 'the proxy itself',
    yaml: object(
      'v1',
      'Pod',
      'shop/app',
      '{ containers: [{ name: istio-proxy, image: proxy, securityContext: { runAsUser: 1337 } }] }',
    ),
    hits: [],
  },
  {
    name: 'a gateway',
    yaml: workload({ annotations: 'inject.istio.io/templates: gateway', pod: 'securityContext: { runAsUser: 1337 }' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(proxyUser, yaml)).toEqual(hits);
});
