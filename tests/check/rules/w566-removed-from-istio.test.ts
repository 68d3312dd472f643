import { expect, test } from 'vitest';
import { removedFromIstio } from '../../../charts-src/check/rules/w566-removed-from-istio.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

const config = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'extensionProviders: [{ name: old, lightstep: {} }, { name: new, opentelemetry: {} }]' }
`;

test.each([
  {
    name: 'a proxy that is ignored',
    yaml: object(
      'networking.istio.io/v1',
      'Sidecar',
      'shop/default',
      '{ outboundTrafficPolicy: { mode: ALLOW_ANY, egressProxy: { host: proxy } } }',
    ),
    hits: ['warning Sidecar shop/default spec.outboundTrafficPolicy.egressProxy:5'],
  },
  {
    name: 'an old policy',
    yaml: object('rbac.istio.io/v1alpha1', 'ServiceRole', 'shop/reader', '{ rules: [] }'),
    hits: ['warning ServiceRole shop/reader kind:3'],
  },
  {
    name: 'its definition',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'serviceroles.rbac.istio.io',
      '{ group: rbac.istio.io }',
    ),
    hits: ['warning CustomResourceDefinition serviceroles.rbac.istio.io spec.group:5'],
  },
  {
    name: 'traces to Lightstep',
    yaml:
      config +
      object('telemetry.istio.io/v1', 'Telemetry', 'shop/traces', '{ tracing: [{ providers: [{ name: old }] }] }'),
    hits: ['warning Telemetry shop/traces spec.tracing[0].providers[0].name:10'],
  },
  {
    name: 'traces to another provider',
    yaml:
      config +
      object('telemetry.istio.io/v1', 'Telemetry', 'shop/traces', '{ tracing: [{ providers: [{ name: new }] }] }'),
    hits: [],
  },
  {
    name: 'no MeshConfig among the files',
    yaml: object('telemetry.istio.io/v1', 'Telemetry', 'shop/traces', '{ tracing: [{ providers: [{ name: old }] }] }'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(removedFromIstio, yaml)).toEqual(hits);
});
