import { expect, test } from 'vitest';
import { targetWithoutWaypoint } from '../../../charts-src/check/rules/w238-target-without-waypoint.ts';
import { ambientShop } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, service } from '../workload-yaml.ts';

const policy = (targets = 'targetRefs: [{ kind: Service, group: "", name: orders }]'): string =>
  object('security.istio.io/v1', 'AuthorizationPolicy', 'shop/orders', `{ ${targets}, action: DENY, rules: [{}] }`);
const hit = (path: string, line: number): readonly string[] => [
  `error AuthorizationPolicy shop/orders ${path}:${line}`,
];

test.each([
  { name: 'ambient without a waypoint', mesh: ambientShop() + policy(), hits: hit('spec.targetRefs[0]', 18) },
  { name: 'sidecars', mesh: namespace() + service() + policy(), hits: hit('spec.targetRefs[0]', 18) },
  {
    name: 'the old field',
    mesh: ambientShop() + policy('targetRef: { kind: Service, group: "", name: orders }'),
    hits: hit('spec.targetRef', 18),
  },
  {
    name: 'a Service that wants none',
    mesh: namespace('istio.io/use-waypoint: waypoint') + service({ labels: 'istio.io/use-waypoint: none' }) + policy(),
    hits: hit('spec.targetRefs[0]', 18),
  },
  { name: 'a waypoint of the namespace', mesh: ambientShop('istio.io/use-waypoint: waypoint') + policy(), hits: [] },
  {
    name: 'a waypoint of the Service',
    mesh: namespace() + service({ labels: 'istio.io/use-waypoint: waypoint' }) + policy(),
    hits: [],
  },
  { name: 'labels of which nothing is known', mesh: service() + policy(), hits: [] },
  {
    name: 'a Service that is not there',
    mesh: ambientShop() + policy('targetRefs: [{ kind: Service, group: "", name: users }]'),
    hits: [],
  },
  {
    name: 'another kind',
    mesh: ambientShop() + policy('targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: orders }]'),
    hits: [],
  },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(targetWithoutWaypoint, mesh)).toEqual(hits);
});
