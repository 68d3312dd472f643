import { expect, test } from 'vitest';
import { metadataRefused } from '../../../charts-src/check/rules/w413-metadata-refused.ts';
import { findingsOf, judged } from '../validation/judged.ts';

const named = (metadata: unknown, kind = 'ConfigMap', apiVersion = 'v1') =>
  findingsOf(metadataRefused, { apiVersion, kind, metadata });

test.each<{ readonly name: string; readonly metadata: unknown; readonly at: readonly string[] }>([
  { name: 'a name', metadata: { name: 'orders.v1', namespace: 'shop' }, at: [] },
  { name: 'upper case', metadata: { name: 'Orders' }, at: ['metadata.name'] },
  { name: 'an underscore', metadata: { name: 'orders_v1' }, at: ['metadata.name'] },
  { name: 'a number', metadata: { name: 123 }, at: ['metadata.name'] },
  { name: 'no name', metadata: { labels: {} }, at: ['metadata.name'] },
  { name: 'a name that is made', metadata: { generateName: 'orders-' }, at: [] },
  { name: 'a wrong name that is made', metadata: { generateName: 'Orders-' }, at: ['metadata.generateName'] },
  { name: 'no metadata', metadata: undefined, at: ['metadata'] },
  { name: 'a namespace with a dot', metadata: { name: 'a', namespace: 'shop.eu' }, at: ['metadata.namespace'] },
  { name: 'a number as a label', metadata: { name: 'a', labels: { version: 2 } }, at: ['metadata.labels.version'] },
  { name: 'true as a label', metadata: { name: 'a', labels: { canary: true } }, at: ['metadata.labels.canary'] },
  { name: 'a label with a space', metadata: { name: 'a', labels: { team: 'a b' } }, at: ['metadata.labels.team'] },
  {
    name: 'a label that is too long',
    metadata: { name: 'a', labels: { team: 'x'.repeat(64) } },
    at: ['metadata.labels.team'],
  },
  { name: 'the longest label', metadata: { name: 'a', labels: { team: 'x'.repeat(63) } }, at: [] },
  { name: 'an empty label', metadata: { name: 'a', labels: { team: '' } }, at: [] },
  {
    name: 'a key without a name',
    metadata: { name: 'a', labels: { 'example.com/': 'a' } },
    at: ['metadata.labels["example.com/"]'],
  },
  { name: 'a key of two slashes', metadata: { name: 'a', labels: { 'a/b/c': 'a' } }, at: ['metadata.labels["a/b/c"]'] },
  { name: 'labels that are a list', metadata: { name: 'a', labels: ['a'] }, at: ['metadata.labels'] },
  { name: 'no labels', metadata: { name: 'a', labels: null, annotations: null }, at: [] },
  {
    name: 'a number as an annotation',
    metadata: { name: 'a', annotations: { port: 80 } },
    at: ['metadata.annotations.port'],
  },
  { name: 'any text as an annotation', metadata: { name: 'a', annotations: { 'Example.com/text': 'a b\nc' } }, at: [] },
  {
    name: 'long annotations',
    metadata: { name: 'a', annotations: { a: 'x'.repeat(262_144) } },
    at: ['metadata.annotations'],
  },
])('$name', ({ metadata, at }) => {
  expect(named(metadata)).toEqual(at);
});

test.each([
  { kind: 'Service', apiVersion: 'v1', name: '1orders', at: ['metadata.name'] },
  { kind: 'Service', apiVersion: 'v1', name: 'orders.v1', at: ['metadata.name'] },
  { kind: 'Namespace', apiVersion: 'v1', name: '1shop', at: [] },
  { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', name: 'system:Orders', at: [] },
  { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', name: 'a/b', at: ['metadata.name'] },
  { kind: 'Service', apiVersion: 'serving.knative.dev/v1', name: 'A_B', at: [] },
])('$kind $name', ({ kind, apiVersion, name, at }) => {
  expect(named({ name }, kind, apiVersion)).toEqual(at);
});

const dryRun = (value: string) => ({ annotations: { 'istio.io/dry-run': value } });
const at = ['metadata.annotations["istio.io/dry-run"]'];
test('annotations of Istio', () => {
  const policy = (spec: object, value: string) => judged(metadataRefused, 'AuthorizationPolicy', spec, dryRun(value));
  expect(policy({ rules: [{}] }, 'true')).toEqual([]);
  expect(policy({ action: 'DENY', rules: [{}] }, 'F')).toEqual([]);
  expect(policy({ rules: [{}] }, 'yes')).toEqual(at);
  expect(policy({ action: 'AUDIT', rules: [{}] }, 'true')).toEqual(at);
  expect(judged(metadataRefused, 'PeerAuthentication', {}, dryRun('true'))).toEqual(at);
  expect(judged(metadataRefused, 'Gateway', {}, { annotations: { 'internal.istio.io/parents': 'a' } })).toEqual([
    'metadata.annotations["internal.istio.io/parents"]',
  ]);
});
