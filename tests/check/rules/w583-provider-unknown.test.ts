import { expect, test } from 'vitest';
import { providerUnknown } from '../../../charts-src/check/rules/w583-provider-unknown.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

const CONFIG = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
      - { name: login, envoyExtAuthzHttp: { service: login.shop, port: 80 } }
      - { name: otel, opentelemetry: { service: otel.obs, port: 4317 } }
`;
const custom = (name: string): string =>
  object(
    'security.istio.io/v1',
    'AuthorizationPolicy',
    'shop/a',
    `{ action: CUSTOM, provider: { name: ${name} }, rules: [{}] }`,
  );
const telemetry = (spec: string): string => object('telemetry.istio.io/v1', 'Telemetry', 'shop/a', `{ ${spec} }`);

test.each([
  { yaml: custom('logins'), hits: ['error AuthorizationPolicy shop/a spec.provider.name:14'] },
  { yaml: custom('Login'), hits: ['error AuthorizationPolicy shop/a spec.provider.name:14'] },
  { yaml: custom('login'), hits: [] },
  {
    yaml: telemetry('tracing: [{ providers: [{ name: jaeger }] }]'),
    hits: ['warning Telemetry shop/a spec.tracing[0].providers[0].name:14'],
  },
  {
    yaml: telemetry('metrics: [{ providers: [{ name: prom }] }]'),
    hits: ['warning Telemetry shop/a spec.metrics[0].providers[0].name:14'],
  },
  {
    yaml: telemetry('tracing: [{ providers: [{ name: OTEL }] }], accessLogging: [{ providers: [{ name: envoy }] }]'),
    hits: [],
  },
])('$yaml', ({ yaml, hits }) => {
  expect(ruleHits(providerUnknown, CONFIG + yaml)).toEqual(hits);
  expect(ruleHits(providerUnknown, yaml), 'without MeshConfig nobody knows').toEqual([]);
});
