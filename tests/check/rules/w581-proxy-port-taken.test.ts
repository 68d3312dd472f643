import { expect, test } from 'vitest';
import { proxyPortTaken } from '../../../charts-src/check/rules/w581-proxy-port-taken.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

const at = 'error Deployment shop/orders spec.template.spec.containers[0].ports[0].containerPort';

test.each([
  {
    name: 'the port of what comes in',
    yaml: namespace() + workload({ ports: '{ containerPort: 15006 }' }),
    hits: [`${at}:22`],
  },
  { name: 'another port', yaml: namespace() + workload({ ports: '{ containerPort: 15005 }' }), hits: [] },
  {
    name: 'over UDP',
    yaml: namespace() + workload({ ports: '{ containerPort: 15006, protocol: UDP }' }),
    hits: [],
  },
  { name: 'no proxy', yaml: namespace('a: b') + workload({ ports: '{ containerPort: 15006 }' }), hits: [] },
  {
    name: 'a gateway, whose container is the proxy',
    yaml:
      namespace() + workload({ annotations: 'inject.istio.io/templates: gateway', ports: '{ containerPort: 15021 }' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(proxyPortTaken, yaml)).toEqual(hits);
});
