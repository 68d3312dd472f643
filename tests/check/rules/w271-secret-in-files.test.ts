import { expect, test } from 'vitest';
import { secretInFiles } from '../../../charts-src/check/rules/w271-secret-in-files.ts';
import { found } from '../found.ts';
import { mesh } from '../security-mesh.ts';

/** A Secret, up to its data. */
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: database, namespace: shop }
type: Opaque
`;

test.each([
  {
    name: 'data',
    documents: [
      `apiVersion: v1\nkind: Secret\nmetadata: { name: www, namespace: shop }\ntype: kubernetes.io/tls\ndata: { password: aHVudGVyMg== }`,
    ],
    hits: ['info Secret shop/www data | data: { password: aHVudGVyMg== }'],
  },
  {
    name: 'stringData',
    documents: [`${SECRET}stringData: { password: hunter2 }`],
    hits: ['info Secret shop/database stringData | stringData: { password: hunter2 }'],
  },
  {
    name: 'empty',
    documents: [`${SECRET}data: {}`],
    hits: [],
  },
  {
    name: 'encrypted',
    documents: [`${SECRET}sops: { version: 3 }\ndata: { password: "ENC[AES,abc]" }`],
    hits: [],
  },
  {
    name: 'a token that the cluster makes',
    documents: [`${SECRET.replace('Opaque', 'kubernetes.io/service-account-token')}data: { token: YQ== }`],
    hits: [],
  },
  {
    name: 'an authority',
    documents: [`${SECRET}data: { ca.crt: YQ== }`],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(secretInFiles, [mesh(...documents)])).toEqual(hits);
});
