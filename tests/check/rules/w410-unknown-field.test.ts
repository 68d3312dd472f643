import { expect, test } from 'vitest';
import { unknownField } from '../../../charts-src/check/rules/w410-unknown-field.ts';
import { buildGraph } from '../../../charts-src/graph/mesh-graph.ts';
import { findingsOf, istioObject, judged, manifestOf } from '../validation/judged.ts';

const route = [{ destination: { host: 'orders' } }];

test.each([
  { name: 'a slip of the pen', spec: { hosts: ['a'], http: [{ route, retires: {} }] }, at: ['spec.http[0].retires'] },
  {
    name: 'a field on a wrong level',
    spec: { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' }, subset: 'v1' }] }] },
    at: ['spec.http[0].route[0].subset'],
  },
  { name: 'several', spec: { host: ['a'], http: [{ route, timout: '1s' }] }, at: ['spec.host', 'spec.http[0].timout'] },
  {
    name: 'free names',
    spec: { hosts: ['a'], http: [{ route, headers: { request: { set: { any: 'a' } } } }] },
    at: [],
  },
  { name: 'a wrong value is for W411', spec: { hosts: 'a', http: [{ route }] }, at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(unknownField, 'VirtualService', spec)).toEqual(at);
});

test.each([
  { name: 'a field of the object', more: { sepc: {} }, at: ['sepc'] },
  { name: 'a field of the spec beside it', more: { hosts: ['a'] }, at: ['hosts'] },
  { name: 'a status', more: { status: { observedGeneration: 1 } }, at: [] },
])('$name', ({ more, at }) => {
  expect(findingsOf(unknownField, { ...istioObject('VirtualService', { http: [{ route }] }), ...more })).toEqual(at);
});

test('a kind of somebody else', () => {
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'a' },
    spec: { x: 1 },
  };
  expect(findingsOf(unknownField, gateway)).toEqual([]);
});

test.each([
  { spec: { hosts: ['a'], http: [{ route, retires: {} }] }, fix: 'did you mean "retries"?' },
  {
    spec: { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' }, subset: 'v1' }] }] },
    fix: 'move it into "destination"',
  },
])('says $fix', ({ spec, fix }) => {
  const graph = buildGraph({ manifests: [manifestOf(istioObject('VirtualService', spec))], problems: [] });
  expect([...unknownField.check(graph)].map((hit) => hit.fix)).toEqual([fix]);
});

test('says where a field of the spec belongs', () => {
  const object = { ...istioObject('VirtualService', {}), hosts: ['a'] };
  const graph = buildGraph({ manifests: [manifestOf(object)], problems: [] });
  expect([...unknownField.check(graph)].map((hit) => hit.fix)).toEqual(['move it into "spec"']);
});
