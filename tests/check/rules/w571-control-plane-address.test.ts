import { expect, test } from 'vitest';
import { controlPlaneAddress } from '../../../charts-src/check/rules/w571-control-plane-address.ts';
import { ruleHits } from '../rule-hits.ts';

const webhook = (name: string, clientConfig: string, kind = 'Mutating'): string => `---
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: { name: ${name} }
webhooks: [{ name: rev.istio.io, clientConfig: { ${clientConfig} } }]
`;

test.each([
  {
    name: 'nothing',
    yaml: webhook('istio-sidecar-injector', 'url:'),
    hits: ['error MutatingWebhookConfiguration istio-sidecar-injector webhooks[0].clientConfig.url:5'],
  },
  {
    name: 'plain text',
    yaml: webhook('istio-sidecar-injector', 'url: "http://istiod.example.com"'),
    hits: ['error MutatingWebhookConfiguration istio-sidecar-injector webhooks[0].clientConfig.url:5'],
  },
  {
    name: 'no host',
    yaml: webhook('istio-sidecar-injector', 'url: "https:///inject"'),
    hits: ['error MutatingWebhookConfiguration istio-sidecar-injector webhooks[0].clientConfig.url:5'],
  },
  {
    name: 'of the validator',
    yaml: webhook('istio-validator-edge', 'caBundle: x', 'Validating'),
    hits: ['error ValidatingWebhookConfiguration istio-validator-edge webhooks[0].clientConfig.url:5'],
  },
  {
    name: 'an address',
    yaml: webhook('istio-sidecar-injector', 'url: "https://192.0.2.7:15017/inject"'),
    hits: ['info MutatingWebhookConfiguration istio-sidecar-injector webhooks[0].clientConfig.url:5'],
  },
  {
    name: 'an address of version 6',
    yaml: webhook('istio-sidecar-injector', 'url: "https://[2001:db8::7]:15017/inject"'),
    hits: ['info MutatingWebhookConfiguration istio-sidecar-injector webhooks[0].clientConfig.url:5'],
  },
  {
    name: 'a host',
    yaml: webhook('istio-sidecar-injector', 'url: "https://istiod.example.com:15017/inject"'),
    hits: [],
  },
  {
    name: 'a Service',
    yaml: webhook('istio-sidecar-injector', 'service: { name: istiod, namespace: istio-system }'),
    hits: [],
  },
  { name: 'of somebody else', yaml: webhook('policy-engine', 'url:'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(controlPlaneAddress, yaml)).toEqual(hits);
});
