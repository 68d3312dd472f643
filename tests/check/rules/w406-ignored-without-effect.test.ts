import { expect, test } from 'vitest';
import { check } from '../../../charts-src/check/check.ts';
import type { Finding } from '../../../charts-src/check/rule.ts';

const annotated = (annotation: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
  annotations:
    team: shop
    ${annotation}
`;

const found = (annotation: string): readonly Finding[] =>
  check({ 'mesh.yaml': annotated(annotation) }).findings.filter(({ code }) => code === 'W406');

test.each([
  { annotation: 'check.weftmesh/ignore.W505: ""', says: 'no reason is given' },
  { annotation: 'check.weftmesh/ignore.W505: "  "', says: 'no reason is given' },
  { annotation: 'check.weftmesh/ignore.w505: one is enough', says: '"w505" is no code' },
  { annotation: 'check.weftmesh/ignore.IST0103: one is enough', says: '"IST0103" is no code' },
  { annotation: 'check.weftmesh/ignore.: one is enough', says: '"" is no code' },
  { annotation: 'accepts.weftmesh/single-replica: ""', says: 'no reason is given' },
  { annotation: 'accepts.weftmesh/single-replicas: one is enough', says: '"single-replicas" is no trap' },
  { annotation: 'accepts.weftmesh/W505: one is enough', says: '"W505" is no trap' },
])('$annotation: $says', ({ annotation, says }) => {
  const key = annotation.split(': ')[0] ?? '';
  expect(found(annotation)).toMatchObject([
    {
      severity: 'warning',
      object: { kind: 'Deployment', name: 'orders' },
      path: `metadata.annotations[${JSON.stringify(key)}]`,
      line: 8,
      message: expect.stringContaining(says) as string,
    },
  ]);
});

test.each([
  'check.weftmesh/ignore.W505: one is enough',
  'accepts.weftmesh/single-replica: one is enough',
  'accepts.weftmeshes/single-replica: ""',
  'galley.istio.io/analyze-suppress: IST0103',
])('%s is fine', (annotation) => {
  expect(found(annotation)).toEqual([]);
});
