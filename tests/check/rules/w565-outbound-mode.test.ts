import { expect, test } from 'vitest';
import { outboundMode } from '../../../charts-src/check/rules/w565-outbound-mode.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

test.each([
  {
    name: 'an empty block',
    yaml: object('networking.istio.io/v1', 'Sidecar', 'shop/default', '{ outboundTrafficPolicy: {} }'),
    hits: ['warning Sidecar shop/default spec.outboundTrafficPolicy:5'],
  },
  {
    name: 'a mode',
    yaml: object('networking.istio.io/v1', 'Sidecar', 'shop/default', '{ outboundTrafficPolicy: { mode: ALLOW_ANY } }'),
    hits: [],
  },
  {
    name: 'no block',
    yaml: object('networking.istio.io/v1', 'Sidecar', 'shop/default', '{ egress: [{ hosts: [./*] }] }'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(outboundMode, yaml)).toEqual(hits);
});
