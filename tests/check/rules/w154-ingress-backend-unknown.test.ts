import { expect, test } from 'vitest';
import { ingressBackendUnknown } from '../../../charts-src/check/rules/w154-ingress-backend-unknown.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service } from '../workload-yaml.ts';

const ingress = (backend: string, namespace = 'shop'): string =>
  object(
    'networking.k8s.io/v1',
    'Ingress',
    `${namespace}/orders`,
    `{ rules: [{ http: { paths: [{ path: /, backend: { service: { ${backend} } } }] } }] }`,
  );
const at = 'error Ingress shop/orders spec.rules[0].http.paths[0].backend.service';

test.each([
  { backend: 'name: orders, port: { number: 8080 }', hits: [`${at}.port.number:14`] },
  { backend: 'name: orders, port: { name: web }', hits: [`${at}.port.name:14`] },
  { backend: 'name: order, port: { number: 80 }', hits: [`${at}.name:14`] },
  { backend: 'name: orders, port: { number: 80 }', hits: [] },
  { backend: 'name: orders, port: { name: http }', hits: [] },
  { backend: 'port: { number: 80 }', hits: [] },
])('$backend', ({ backend, hits }) => {
  expect(ruleHits(ingressBackendUnknown, service() + ingress(backend))).toEqual(hits);
});

test('the default backend, and Services of which the files know none', () => {
  const fallback = object(
    'networking.k8s.io/v1',
    'Ingress',
    'shop/all',
    '{ defaultBackend: { service: { name: none } } }',
  );
  expect(ruleHits(ingressBackendUnknown, service() + fallback)).toEqual([
    'error Ingress shop/all spec.defaultBackend.service.name:14',
  ]);
  expect(ruleHits(ingressBackendUnknown, service() + ingress('name: any', 'other'))).toEqual([]);
});
