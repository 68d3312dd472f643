import { expect, test } from 'vitest';
import { policyInDryRun } from '../../../charts-src/check/rules/w225-policy-in-dry-run.ts';
import { found } from '../found.ts';
import { authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'true',
    documents: [authorizationPolicy('{}', 'deny-all', 'shop', ', annotations: { istio.io/dry-run: "true" }')],
    hits: [
      'warning AuthorizationPolicy shop/deny-all metadata.annotations["istio.io/dry-run"] | metadata: { name: deny-all, namespace: shop, annotations: { istio.io/dry-run: "true" } }',
    ],
  },
  {
    name: 'false',
    documents: [authorizationPolicy('{}', 'deny-all', 'shop', ', annotations: { istio.io/dry-run: "false" }')],
    hits: [],
  },
  {
    name: 'nothing',
    documents: [authorizationPolicy()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(policyInDryRun, [mesh(...documents)])).toEqual(hits);
});
