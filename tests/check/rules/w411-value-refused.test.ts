import { expect, test } from 'vitest';
import { valueRefused } from '../../../charts-src/check/rules/w411-value-refused.ts';
import { istioSpecs } from '../../fixtures/istio-specs.ts';
import { findingsOf, judged } from '../validation/judged.ts';
import { unknownField } from '../../../charts-src/check/rules/w410-unknown-field.ts';

test.each([
  { name: 'a wrong type', spec: { hosts: 'orders' }, at: ['spec.hosts'] },
  {
    name: 'a word that is not on the list',
    spec: { http: [{ corsPolicy: { unmatchedPreflights: 'DROP' } }] },
    at: ['spec.http[0].corsPolicy.unmatchedPreflights'],
  },
  { name: 'a duration without unit', spec: { http: [{ timeout: '30' }] }, at: ['spec.http[0].timeout'] },
  { name: 'a duration of nothing', spec: { http: [{ timeout: '0s' }] }, at: ['spec.http[0].timeout'] },
  {
    name: 'two that exclude each other',
    spec: { http: [{ match: [{ uri: { exact: '/', prefix: '/' } }] }] },
    at: ['spec.http[0].match[0].uri'],
  },
  {
    name: 'something missing',
    spec: { http: [{ route: [{ destination: { subset: 'v1' } }] }] },
    at: ['spec.http[0].route[0].destination.host'],
  },
  { name: 'null', spec: { http: null }, at: ['spec.http'] },
  { name: 'no spec', spec: undefined, at: [] },
  { name: 'an unknown field is for W410', spec: { hots: ['a'] }, at: [] },
  { name: 'an ordinary one', spec: { hosts: ['orders'], http: [{ timeout: '1h30m' }] }, at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(valueRefused, 'VirtualService', spec)).toEqual(at);
});

test('a kind that has to have a spec', () => {
  expect(judged(valueRefused, 'WorkloadEntry', undefined)).toEqual(['spec']);
});

test.each(istioSpecs.map((row) => [`${row.kind} ${row.name}`, row] as const))(
  'what the API server says: %s',
  (_, { kind, spec, valid }) => {
    const found = [...judged(valueRefused, kind, spec), ...judged(unknownField, kind, spec)];
    expect(found.length === 0).toBe(valid);
  },
);

test.each([
  { name: 'a port as a text', backend: { name: 'orders', port: '80' }, at: ['spec.rules[0].backendRefs[0].port'] },
  { name: 'null', backend: { name: 'orders', port: null }, at: ['spec.rules[0].backendRefs[0].port'] },
  { name: 'no list', backend: undefined, at: ['spec.rules[0].backendRefs'] },
  { name: 'null, where the API server has a default', backend: { name: 'orders', port: 80, weight: null }, at: [] },
])('of the Gateway API: $name', ({ backend, at }) => {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'a' },
    spec: { rules: [{ backendRefs: backend === undefined ? 'orders' : [backend] }] },
  };
  expect(findingsOf(valueRefused, route)).toEqual(at);
});
