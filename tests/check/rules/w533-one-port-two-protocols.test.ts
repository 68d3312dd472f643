import { expect, test } from 'vitest';
import { onePortTwoProtocols } from '../../../charts-src/check/rules/w533-one-port-two-protocols.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'TCP and UDP',
    yaml: workload() + service() + service({ name: 'udp', ports: '{ name: udp, port: 80, protocol: UDP }' }),
    hits: ['warning Deployment shop/orders metadata.name:4'],
  },
  { name: 'both TCP', yaml: workload() + service() + service({ name: 'other' }), hits: [] },
  {
    name: 'another number',
    yaml: workload() + service() + service({ name: 'udp', ports: '{ name: udp, port: 53, protocol: UDP }' }),
    hits: [],
  },
  {
    name: 'no sidecar',
    yaml:
      namespace('istio-injection: disabled') +
      workload() +
      service() +
      service({ name: 'udp', ports: '{ name: udp, port: 80, protocol: UDP }' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(onePortTwoProtocols, yaml)).toEqual(hits);
});
