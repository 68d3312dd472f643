import { describe, expect, test } from 'vitest';
import { fit, type Mesh } from '../../charts-src/canary/fit.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import { ANALYSIS, DESTINATION_RULE, HOST, plan, route, virtualService, weight } from '../support/canary-mesh.ts';

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

/** The VirtualService of a gateway, for a host of its own. */
const atGateway = (destination: object, name = 'public'): KubernetesObject => {
  const object = virtualService([{ route: [{ destination }] }], name);
  return { ...object, spec: { ...object.spec, hosts: ['shop.example.com'], gateways: ['istio-system/public'] } };
};

test.each([
  {
    name: 'a gateway that sends to the host without a subset',
    mesh: { ...mesh, all: [own, atGateway({ host: HOST })] },
    says: /shop\/public, http route without a name, sends to .* without a subset: .* by their number.*Name subset "v1"/,
  },
  {
    name: 'such a route in our own VirtualService',
    mesh: { ...mesh, virtualServices: [virtualService([{ name: 'x', route: [{ destination: { host: 'order-service' } }] }, route()])], all: null }, // prettier-ignore
    says: /shop\/order-service, http route "x", sends to .* without a subset/,
  },
  {
    name: 'a gateway that sends to the canary alone',
    mesh: { ...mesh, all: [own, atGateway({ host: HOST, subset: 'v2' })] },
    says: /shop\/public, .* sends to the canary alone: that stays as it is, also after a rollback/,
  },
  {
    name: 'other namespaces are not seen',
    mesh: { ...mesh, isOneNamespace: true },
    says: /Only VirtualServices of namespace shop can be listed/,
  },
  {
    name: 'a DestinationRule where most callers do not look',
    plan: { ...given, target: { ...given.target, destinationRule: { namespace: 'platform', name: 'orders' } } },
    mesh: {
      ...mesh,
      destinationRule: {
        ...DESTINATION_RULE,
        metadata: { namespace: 'platform', name: 'orders' },
      },
    },
    says: /DestinationRule platform\/orders is not in the namespace of .*: callers of other .* Move it to shop\./,
  },
])('fits, and says: $name', ({ plan: one = given, mesh: seen, says }) => {
  const { problems, warnings } = fit(one, seen);
  expect(problems).toEqual([]);
  expect(warnings.join('\n')).toMatch(says);
});

test.each([
  { name: 'all is seen', mesh },
  { name: 'a gateway sends to another host', mesh: { ...mesh, all: [own, atGateway({ host: 'web' })] } },
  { name: 'to another version', mesh: { ...mesh, all: [own, atGateway({ host: HOST, subset: 'v0' })] } },
])('has no warning: $name', ({ mesh: seen }) => {
  expect(fit(given, seen).warnings).toEqual([]);
});

test('a gateway that sends to the stable version is refused: it would not move', () => {
  const seen = { ...mesh, all: [own, atGateway({ host: HOST, subset: 'v1' })] };
  expect(fit(given, seen).problems.join()).toMatch(
    /shop\/public sends to the same arms, but the plan does not name it/,
  );
});

const ofKind = (kind: 'tcp' | 'tls', http: readonly unknown[] = []): KubernetesObject => {
  const object = virtualService(http);
  const match = kind === 'tls' ? [{ port: 443, sniHosts: [HOST] }] : [{ port: 5432 }];
  const streams = [{ match, route: [{ destination: { host: HOST, subset: 'v1' } }] }];
  return { ...object, spec: { ...object.spec, [kind]: streams } };
};

describe.each(['tcp', 'tls'] as const)('routes of %s', (kind) => {
  const saidOf = (object: KubernetesObject, one: Plan = given) => fit(one, { ...mesh, virtualServices: [object] });

  test('alone: new connections are divided, time stands for the proxies, and built-in metrics see nothing', () => {
    const { problems, warnings } = saidOf(ofKind(kind), plan({ analysis: ANALYSIS }));
    expect(problems).toEqual([]);
    expect(warnings.join()).toMatch(
      new RegExp(`shop/order-service, ${kind} routes: weights divide new connections.*time stands for its answer`),
    );
    expect(warnings.join()).toMatch(/errors would see nothing, because Istio counts requests of HTTP/);
  });

  test('beside routes of HTTP: proxies and metrics tell of those', () => {
    const { warnings } = saidOf(ofKind(kind, [route()]), plan({ analysis: ANALYSIS }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('time stands');
  });

  test('cannot be matched by header, and have no mirrors', () => {
    const match = [{ headers: { a: { exact: 'b' } }, cookies: {}, sourceLabels: {} }];
    expect(saidOf(ofKind(kind), plan({ match })).problems.join()).toMatch(/only routes of HTTP can be matched/);
    const steps = [{ weight: weight(10), mirror: weight(5) }];
    expect(saidOf(ofKind(kind), plan({ steps })).problems.join()).toMatch(/only routes of HTTP have mirrors/);
  });
});
