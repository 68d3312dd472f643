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
    kind: 'BackendTLSPolicy',
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

const ofGatewayApi = (kind: string, spec: object): object => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name: 'a' },
  spec,
});

test.each([
  { name: 'hosts of a route', object: ofGatewayApi('HTTPRoute', { hosts: ['a'] }), at: ['spec.hosts'] },
  {
    name: 'a backend of a rule',
    object: ofGatewayApi('HTTPRoute', { rules: [{ backendRef: { name: 'a' }, matches: [{ paths: {} }] }] }),
    at: ['spec.rules[0].backendRef', 'spec.rules[0].matches[0].paths'],
  },
  { name: 'a class', object: ofGatewayApi('Gateway', { gatewayClass: 'istio' }), at: ['spec.gatewayClass'] },
  { name: 'beside the spec', object: { ...ofGatewayApi('HTTPRoute', {}), rules: [] }, at: ['rules'] },
  {
    name: 'all that a rule has',
    object: ofGatewayApi('HTTPRoute', {
      rules: [
        { name: 'a', matches: [], filters: [], backendRefs: [], timeouts: {}, retry: {}, sessionPersistence: {} },
      ],
    }),
    at: [],
  },
])('of the Gateway API: $name', ({ object, at }) => {
  expect(findingsOf(unknownField, object)).toEqual(at);
});
