import { expect, test } from 'vitest';
import { networkRegistry } from '../../../charts-src/check/rules/w575-network-registry.ts';
import { ruleHits } from '../rule-hits.ts';

const networks = (registry: string): string => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { meshNetworks: 'networks: { near: { endpoints: [{ fromRegistry: ${registry} }] } }' }
`;
const secret = `---
apiVersion: v1
kind: Secret
metadata: { name: remote, namespace: istio-system, labels: { istio/multiCluster: "true" } }
data: { west: e30= }
`;

test.each([
  {
    name: 'a cluster that nobody knows',
    yaml: networks('west'),
    hits: ['warning ConfigMap istio-system/istio data.meshNetworks:5'],
  },
  {
    name: 'another name than its Secret has',
    yaml: networks('west-2') + secret,
    hits: ['warning ConfigMap istio-system/istio data.meshNetworks:5'],
  },
  { name: 'as its Secret has it', yaml: networks('west') + secret, hits: [] },
  { name: 'this cluster', yaml: networks('Kubernetes'), hits: [] },
  { name: 'no networks', yaml: networks('west').replace('meshNetworks', 'other'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(networkRegistry, yaml)).toEqual(hits);
});
