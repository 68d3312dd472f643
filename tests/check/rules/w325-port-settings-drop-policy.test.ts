import { expect, test } from 'vitest';
import { portSettingsDropPolicy } from '../../../charts-src/check/rules/w325-port-settings-drop-policy.ts';
import { found, wordsOf } from '../found.ts';
import { policy } from '../shop-yaml.ts';

const host = (port: string) =>
  policy(
    'orders',
    `trafficPolicy:\n  connectionPool: { tcp: { maxConnections: 9 } }\n  outlierDetection: {}\n  portLevelSettings:\n    - ${port}`,
  );
const AT = 'warning DestinationRule shop/orders spec.trafficPolicy.portLevelSettings[0]';

test.each([
  {
    name: 'both are dropped',
    yaml: host('{ port: { number: 80 }, loadBalancer: { simple: RANDOM } }'),
    at: [`${AT} | - { port: { number: 80 }, loadBalancer: { simple: RANDOM } }`],
  },
  {
    name: 'one is dropped',
    yaml: host('{ port: { number: 80 }, outlierDetection: {} }'),
    at: [`${AT} | - { port: { number: 80 }, outlierDetection: {} }`],
  },
  {
    name: 'a port of a subset drops those of the host',
    yaml: policy(
      'orders',
      'trafficPolicy: { outlierDetection: {} }\nsubsets:\n  - name: v1\n    trafficPolicy:\n      portLevelSettings:\n        - { port: { number: 80 }, tls: { mode: ISTIO_MUTUAL } }',
    ),
    at: [
      'warning DestinationRule shop/orders spec.subsets[0].trafficPolicy.portLevelSettings[0] | - { port: { number: 80 }, tls: { mode: ISTIO_MUTUAL } }',
    ],
  },
  {
    name: 'only how pods are picked is dropped',
    yaml: policy(
      'orders',
      'trafficPolicy:\n  loadBalancer: { simple: ROUND_ROBIN }\n  portLevelSettings:\n    - { port: { number: 443 }, tls: { mode: SIMPLE } }',
    ),
    at: [
      'info DestinationRule shop/orders spec.trafficPolicy.portLevelSettings[0] | - { port: { number: 443 }, tls: { mode: SIMPLE } }',
    ],
  },
  {
    name: 'sessions no longer stick',
    yaml: policy(
      'orders',
      'trafficPolicy:\n  loadBalancer: { consistentHash: { useSourceIp: true } }\n  portLevelSettings:\n    - { port: { number: 443 }, tls: { mode: SIMPLE } }',
    ),
    at: [
      'warning DestinationRule shop/orders spec.trafficPolicy.portLevelSettings[0] | - { port: { number: 443 }, tls: { mode: SIMPLE } }',
    ],
  },
  {
    name: 'both are repeated',
    yaml: host('{ port: { number: 80 }, connectionPool: { tcp: { maxConnections: 9 } }, outlierDetection: {} }'),
    at: [],
  },
  {
    name: 'nothing to drop',
    yaml: policy('orders', 'trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, outlierDetection: {} }] }'),
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(portSettingsDropPolicy, [yaml])).toEqual(at));

test('names what is dropped', () => {
  const [words] = wordsOf(portSettingsDropPolicy, [host('{ port: { number: 80 }, loadBalancer: { simple: RANDOM } }')]);
  expect(words).toContain('connectionPool, outlierDetection of the host do not hold for this port');
});
