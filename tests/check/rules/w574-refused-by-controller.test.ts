import { expect, test } from 'vitest';
import { refusedByController } from '../../../charts-src/check/rules/w574-refused-by-controller.ts';
import { ruleHits } from '../rule-hits.ts';

const withCondition = (
  type: string,
  status: string,
  reason = 'Because',
  kind = 'AuthorizationPolicy',
  apiVersion = 'security.istio.io/v1',
): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: orders, namespace: shop }
status:
  conditions:
    - { type: ${type}, status: "${status}", reason: ${reason}, message: it is so. }
`;

test.each([
  {
    name: 'not accepted',
    yaml: withCondition('ZtunnelAccepted', 'False'),
    hits: ['warning AuthorizationPolicy shop/orders status.conditions[0].status:7'],
  },
  {
    name: 'accepted in part',
    yaml: withCondition('WaypointAccepted', 'True', 'PartiallyInvalid'),
    hits: ['warning AuthorizationPolicy shop/orders status.conditions[0].reason:7'],
  },
  {
    name: 'a Service without its waypoint',
    yaml: withCondition('istio.io/WaypointBound', 'False', 'NotReady', 'Service', 'v1'),
    hits: ['warning Service shop/orders status.conditions[0].status:7'],
  },
  { name: 'accepted', yaml: withCondition('ZtunnelAccepted', 'True'), hits: [] },
  { name: 'a condition of somebody else', yaml: withCondition('example.com/Synced', 'False'), hits: [] },
  {
    name: 'an object of somebody else',
    yaml: withCondition('Accepted', 'False', 'Because', 'Gateway', 'example.com/v1'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(refusedByController, yaml)).toEqual(hits);
});
