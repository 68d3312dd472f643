import { expect, test } from 'vitest';
import { imageAuto } from '../../../charts-src/check/rules/w572-image-auto.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object } from '../workload-yaml.ts';

const webhook = `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: injector }
webhooks: [{ name: sidecar-injector.istio.io, namespaceSelector: { matchLabels: { team: edge } } }]
`;

test.each([
  {
    name: 'nothing fills it in',
    yaml:
      namespace('team: edge') +
      object(
        'apps/v1',
        'Deployment',
        'shop/edge',
        '{ template: { metadata: { labels: { istio: edge } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
    hits: ['error Deployment shop/edge spec.template.spec.containers[0].image:9'],
  },
  {
    name: 'the namespace is not among the files',
    yaml: object(
      'apps/v1',
      'Deployment',
      'shop/edge',
      '{ template: { metadata: { labels: { istio: edge } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
    ),
    hits: ['info Deployment shop/edge spec.template.spec.containers[0].image:5'],
  },
  {
    name: 'a Pod',
    yaml:
      namespace('team: edge') +
      object('v1', 'Pod', 'shop/edge', '{ containers: [{ name: istio-proxy, image: auto }] }'),
    hits: ['error Pod shop/edge spec.containers[0].image:9'],
  },
  {
    name: 'the namespace has it',
    yaml:
      namespace() +
      object(
        'apps/v1',
        'Deployment',
        'shop/edge',
        '{ template: { metadata: { labels: { istio: edge } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
    hits: [],
  },
  {
    name: 'the pods have it',
    yaml:
      namespace('team: edge') +
      object(
        'apps/v1',
        'Deployment',
        'shop/edge',
        '{ template: { metadata: { labels: { istio: edge, sidecar.istio.io/inject: "true" } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
    hits: [],
  },
  {
    name: 'the webhook of the files takes it',
    yaml:
      namespace('team: edge') +
      webhook +
      object(
        'apps/v1',
        'Deployment',
        'shop/edge',
        '{ template: { metadata: { labels: { istio: edge } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
    hits: [],
  },
  {
    name: 'the webhook is among the files, and the namespace that it asks about is not',
    yaml:
      webhook +
      object(
        'apps/v1',
        'Deployment',
        'shop/edge',
        '{ template: { metadata: { labels: { istio: edge } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
    hits: ['info Deployment shop/edge spec.template.spec.containers[0].image:10'],
  },
  {
    name: 'no webhook of the files takes these pods, whatever their namespace says',
    yaml:
      webhook.replace(
        'matchLabels: { team: edge } }',
        'matchLabels: { team: edge } }, objectSelector: { matchLabels: { tier: front } }',
      ) +
      object(
        'apps/v1',
        'Deployment',
        'shop/edge',
        '{ template: { metadata: { labels: { istio: edge } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
    hits: ['error Deployment shop/edge spec.template.spec.containers[0].image:10'],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(imageAuto, yaml)).toEqual(hits);
});
