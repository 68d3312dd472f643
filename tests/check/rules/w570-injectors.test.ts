import { expect, test } from 'vitest';
import { injectors } from '../../../charts-src/check/rules/w570-injectors.ts';
import { ruleHits } from '../rule-hits.ts';
import { service } from '../workload-yaml.ts';

const injector = (name: string, namespaceLabels: string, service = 'istiod'): string => `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: ${name} }
webhooks:
  - name: sidecar-injector.istio.io
    clientConfig: { service: { name: ${service}, namespace: istio-system } }
    namespaceSelector: { matchLabels: { ${namespaceLabels} } }
`;
const istiod = service({ name: 'istiod', namespace: 'istio-system' });

test.each([
  {
    name: 'two for the same namespaces',
    yaml: injector('one', 'istio-injection: enabled') + injector('two', 'istio-injection: enabled'),
    hits: [
      'warning MutatingWebhookConfiguration one webhooks[0]:6',
      'warning MutatingWebhookConfiguration two webhooks[0]:14',
    ],
  },
  {
    name: 'one for a revision and one for whatever has the label',
    yaml: injector('one', 'istio-injection: enabled') + injector('two', 'istio.io/rev: canary'),
    hits: [
      'warning MutatingWebhookConfiguration one webhooks[0]:6',
      'warning MutatingWebhookConfiguration two webhooks[0]:14',
    ],
  },
  {
    name: 'a Service that is not there',
    yaml: istiod + injector('one', 'istio-injection: enabled', 'istiod-old'),
    hits: ['error MutatingWebhookConfiguration one webhooks[0].clientConfig.service.name:16'],
  },
  {
    name: 'one that is written twice',
    yaml: injector('one', 'istio-injection: enabled') + injector('one', 'istio-injection: enabled'),
    hits: [],
  },
  { name: 'Istio is not among the files', yaml: injector('one', 'istio-injection: enabled'), hits: [] },
  { name: 'the Service is there', yaml: istiod + injector('one', 'istio-injection: enabled'), hits: [] },
  {
    name: 'two revisions',
    yaml: injector('one', 'istio.io/rev: stable') + injector('two', 'istio.io/rev: canary'),
    hits: [],
  },
  {
    name: 'a webhook of somebody else',
    yaml:
      injector('one', 'team: a').replaceAll('.istio.io', '.example.com') +
      injector('two', 'team: a').replaceAll('.istio.io', '.example.com'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(injectors, yaml)).toEqual(hits);
});
