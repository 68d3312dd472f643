import { expect, test } from 'vitest';
import { accessLogProvider } from '../../../charts-src/check/rules/w569-access-log-provider.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

const config = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'defaultProviders: { accessLogging: [envoy] }' }
`;

test.each([
  {
    name: 'no provider',
    yaml: object(
      'telemetry.istio.io/v1',
      'Telemetry',
      'shop/logs',
      '{ accessLogging: [{ filter: { expression: response.code >= 500 } }] }',
    ),
    hits: ['warning Telemetry shop/logs spec.accessLogging[0]:5'],
  },
  {
    name: 'the second entry',
    yaml: object(
      'telemetry.istio.io/v1',
      'Telemetry',
      'shop/logs',
      '{ accessLogging: [{ providers: [{ name: envoy }] }, {}] }',
    ),
    hits: ['warning Telemetry shop/logs spec.accessLogging[1]:5'],
  },
  {
    name: 'a provider',
    yaml: object(
      'telemetry.istio.io/v1',
      'Telemetry',
      'shop/logs',
      '{ accessLogging: [{ providers: [{ name: envoy }] }] }',
    ),
    hits: [],
  },
  {
    name: 'switched off',
    yaml: object('telemetry.istio.io/v1', 'Telemetry', 'shop/logs', '{ accessLogging: [{ disabled: true }] }'),
    hits: [],
  },
  {
    name: 'MeshConfig has one',
    yaml: config + object('telemetry.istio.io/v1', 'Telemetry', 'shop/logs', '{ accessLogging: [{}] }'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(accessLogProvider, yaml)).toEqual(hits);
});
