import { expect, test } from 'vitest';
import { workloadRefused } from '../../../charts-src/check/rules/w415-workload-refused.ts';
import { workloadCases } from '../validation/core-cases.ts';
import { findingsOf } from '../validation/judged.ts';

// The API server is asked about the same table in tests/apiserver/refused-by-check.test.ts.
test.each(workloadCases)('$name', ({ object, at }) => {
  expect(findingsOf(workloadRefused, object)).toEqual(at);
});

test('a patch that nobody applies', () => {
  const spec = {
    replicas: 3,
    template: { spec: { containers: [{ name: 'orders', env: [{ name: 'MODE', value: 'fast' }] }] } },
  };
  const patch = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders' }, spec };
  expect(findingsOf(workloadRefused, patch)).toEqual([]);
});
