import { expect, test } from 'vitest';
import { configRefused } from '../../../charts-src/check/rules/w419-config-refused.ts';
import { buildGraph } from '../../../charts-src/graph/mesh-graph.ts';
import { configCases } from '../validation/core-cases.ts';
import { findingsOf, manifestOf } from '../validation/judged.ts';

// The API server is asked about the same table in tests/apiserver/refused-by-check.test.ts.
test.each(configCases)('$name', ({ object, at }) => {
  expect(findingsOf(configRefused, object)).toEqual(at);
});

test('a secret is not repeated', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { token: 'hunter2!' } };
  expect(findingsOf(configRefused, secret)).toEqual(['data.token']);
  const [hit] = configRefused.check(buildGraph({ manifests: [manifestOf(secret)], problems: [] }));
  expect(JSON.stringify([hit?.message, hit?.fix])).not.toContain('hunter2');
});
