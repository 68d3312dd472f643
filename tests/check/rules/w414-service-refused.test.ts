import { expect, test } from 'vitest';
import { serviceRefused } from '../../../charts-src/check/rules/w414-service-refused.ts';
import { serviceCases } from '../validation/core-cases.ts';
import { findingsOf } from '../validation/judged.ts';

// The API server is asked about the same table in tests/apiserver/refused-by-check.test.ts.
test.each(serviceCases)('$name', ({ object, at }) => {
  expect(findingsOf(serviceRefused, object)).toEqual(at);
});

test('a patch that nobody applies', () => {
  const patch = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' }, spec: { type: 'NodePort' } };
  expect(findingsOf(serviceRefused, patch)).toEqual([]);
});
