import { expect, test } from 'vitest';
import { fit, type Mesh } from '../../charts-src/canary/fit.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import { DESTINATION_RULE, HOST, plan, route, virtualService, weight } from '../support/canary-mesh.ts';

const given = plan();
const own = virtualService();
const mesh: Mesh = { virtualServices: [own], destinationRule: DESTINATION_RULE, all: [own] };
const root: KubernetesObject = virtualService([{ delegate: { name: 'order-service', namespace: 'shop' } }], 'root');

test.each([
  { name: 'all is there', plan: given, mesh },
  { name: 'the root of our delegate is for the same host', plan: given, mesh: { ...mesh, all: [own, root] } },
  { name: 'nobody may list VirtualServices', plan: given, mesh: { ...mesh, all: null } },
])('fits: $name', ({ plan: one, mesh: seen }) => {
  expect(fit(one, seen).problems).toEqual([]);
});

test.each([
  {
    name: 'no VirtualService',
    plan: given,
    mesh: { ...mesh, virtualServices: [null] },
    says: /VirtualService shop\/order-service is not there/,
  },
  {
    name: 'no DestinationRule',
    plan: given,
    mesh: { ...mesh, destinationRule: null },
    says: /DestinationRule shop\/order-service is not there/,
  },
  {
    name: 'an unknown subset',
    plan: { ...given, target: { ...given.target, canary: { host: HOST, subset: 'v22' } } },
    mesh,
    says: /declares no subset "v22" \(declared: v1, v2\).*Did you mean "v2"/,
  },
  {
    name: 'a rival',
    plan: given,
    mesh: { ...mesh, all: [own, virtualService([route()], 'rival')] },
    says: /shop\/rival is for the same host/,
  },
  {
    name: 'the canary has more than the first step',
    plan: given,
    mesh: { ...mesh, virtualServices: [virtualService([route({ v1: 71, v2: 29 })])] },
    says: /has 29 % already, more than the 10 %/,
  },
  {
    name: 'both weigh nothing',
    plan: given,
    mesh: { ...mesh, virtualServices: [virtualService([route({ v1: 0, v2: 0 })])] },
    says: /neither arm gets a request/,
  },
  {
    name: 'no route of ours',
    plan: given,
    mesh: { ...mesh, virtualServices: [virtualService([{ route: [{ destination: { host: 'web' } }] }])] },
    says: /has no route that sends to subset "v1"/,
  },
  {
    name: 'a mirror of its own',
    plan: plan({ steps: [{ weight: weight(10), mirror: weight(10) }] }),
    mesh: { ...mesh, virtualServices: [virtualService([route({}, { mirror: { host: 'shadow' } })])] },
    says: /has a mirror of its own/,
  },
])('does not fit: $name', ({ plan: one, mesh: seen, says }) => {
  expect(fit(one, seen).problems.join('\n')).toMatch(says);
});

test('says when every heartbeat would be a push', () => {
  const noisy = { ...own, metadata: { ...own.metadata, annotations: { 'istio.io/rev': 'x' } } };
  expect(fit(given, { ...mesh, virtualServices: [noisy] }).warnings.join()).toMatch(/also a heartbeat/);
});

test('29 % is exactly 29 %: shares are compared by whole numbers', () => {
  const seen = { ...mesh, virtualServices: [virtualService([route({ v1: 71, v2: 29 })])] };
  expect(fit(plan({ steps: [29, 50] }), seen).problems).toEqual([]);
});
