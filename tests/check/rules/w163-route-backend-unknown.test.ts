import { expect, test } from 'vitest';
import { routeBackendUnknown } from '../../../charts-src/check/rules/w163-route-backend-unknown.ts';
import { httpRoute } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { service } from '../workload-yaml.ts';

const to = (backend: string): string => httpRoute({ rules: `{ backendRefs: [{ ${backend} }] }` });
const hit = (field: string, severity = 'error'): readonly string[] => [
  `${severity} HTTPRoute shop/orders spec.rules[0].backendRefs[0].${field}:17`,
];

test.each([
  { name: 'a slip', mesh: service() + to('name: order, port: 80'), hits: hit('name') },
  { name: 'nothing like it', mesh: service() + to('name: billing, port: 80'), hits: hit('name', 'warning') },
  { name: 'the port of the pods', mesh: service() + to('name: orders, port: 8080'), hits: hit('port') },
  { name: 'no port', mesh: service() + to('name: orders'), hits: hit('port') },
  { name: 'a hostname', mesh: service() + to('name: orders.shop.svc.cluster.local, port: 80'), hits: hit('name') },
  {
    name: 'in another namespace',
    mesh: service({ name: 'users' }) + to('name: orders, port: 80') + service({ namespace: 'core' }),
    hits: hit('name'),
  },
  {
    name: 'a mirror',
    mesh:
      service() +
      httpRoute({
        rules:
          '{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: shadow, port: 80 } } }], backendRefs: [{ name: orders, port: 80 }] }',
      }),
    hits: ['warning HTTPRoute shop/orders spec.rules[0].filters[0].requestMirror.backendRef.name:17'],
  },
  { name: 'another kind', mesh: service() + to('kind: GcsBucket, name: orders, port: 80'), hits: hit('kind') },
  { name: 'there', mesh: service() + to('name: orders, port: 80'), hits: [] },
  { name: 'of a namespace in other files', mesh: service() + to('name: any, namespace: core, port: 80'), hits: [] },
  {
    name: 'no Service',
    mesh: service() + to('group: inference.networking.k8s.io, kind: InferencePool, name: llm'),
    hits: [],
  },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(routeBackendUnknown, mesh)).toEqual(hits);
});
