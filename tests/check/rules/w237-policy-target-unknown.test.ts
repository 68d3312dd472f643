import { expect, test } from 'vitest';
import { policyTargetUnknown } from '../../../charts-src/check/rules/w237-policy-target-unknown.ts';
import { apiGateway } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service } from '../workload-yaml.ts';

const policy = (targets: string, namespace = 'infra', kind = 'AuthorizationPolicy'): string =>
  object('security.istio.io/v1', kind, `${namespace}/edge`, `{ ${targets} }`);
const gateway = (name: string): string => `group: gateway.networking.k8s.io, kind: Gateway, name: ${name}`;
const ofService = (name: string): string => `group: "", kind: Service, name: ${name}`;
const hit = (
  severity: string,
  line: number,
  path = 'spec.targetRefs[0].name',
  namespace = 'infra',
): readonly string[] => [`${severity} AuthorizationPolicy ${namespace}/edge ${path}:${line}`];

test.each([
  { name: 'a slip', mesh: apiGateway() + policy(`targetRefs: [{ ${gateway('egde')} }]`), hits: hit('error', 10) },
  {
    name: 'nothing like it',
    mesh: apiGateway() + policy(`targetRefs: [{ ${gateway('public')} }]`),
    hits: hit('warning', 10),
  },
  {
    name: 'the old field',
    mesh: apiGateway() + policy(`targetRef: { ${gateway('egde')} }`),
    hits: hit('error', 10, 'spec.targetRef.name'),
  },
  {
    name: 'in another namespace',
    mesh: apiGateway() + policy(`targetRefs: [{ ${gateway('edge')} }]`, 'shop'),
    hits: hit('error', 10, 'spec.targetRefs[0].name', 'shop'),
  },
  {
    name: 'a Service',
    mesh: service() + policy(`targetRefs: [{ ${ofService('order')} }]`, 'shop'),
    hits: hit('error', 14, 'spec.targetRefs[0].name', 'shop'),
  },
  {
    name: 'tokens',
    mesh: apiGateway() + policy(`targetRefs: [{ ${gateway('egde')} }]`, 'infra', 'RequestAuthentication'),
    hits: ['error RequestAuthentication infra/edge spec.targetRefs[0].name:10'],
  },
  { name: 'of other files', mesh: policy(`targetRefs: [{ ${gateway('edge')} }]`), hits: [] },
  {
    name: 'there',
    mesh:
      apiGateway() +
      service() +
      policy(`targetRefs: [{ ${gateway('edge')} }]`) +
      policy(`targetRefs: [{ ${ofService('orders')} }]`, 'shop'),
    hits: [],
  },
  {
    name: 'a class',
    mesh: apiGateway() + policy('targetRefs: [{ group: gateway.networking.k8s.io, kind: GatewayClass, name: any }]'),
    hits: [],
  },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(policyTargetUnknown, mesh)).toEqual(hits);
});
