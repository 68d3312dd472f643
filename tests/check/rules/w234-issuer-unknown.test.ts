import { expect, test } from 'vitest';
import { issuerUnknown } from '../../../charts-src/check/rules/w234-issuer-unknown.ts';
import { found, wordsOf } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, requestAuthentication } from '../security-mesh.ts';

const ISSUER = 'https://id.example.com';
const tokens = requestAuthentication(`jwtRules: [{ issuer: "${ISSUER}", jwks: "{}" }]`);
const principals = (value: string): string =>
  authorizationPolicy(`rules: [{ from: [{ source: { requestPrincipals: ["${value}"] } }] }]`, 'tokens');
const check = (policy: string, ...others: readonly string[]): number =>
  found(issuerUnknown, [mesh(namespace(), deployment(), ...others, policy)]).length;

test.each([
  [principals('https://login.example.com/*'), 1],
  [principals('https://id.example.com.evil/*'), 1],
  [principals('https://id.example.com/user-1'), 0],
  [principals(`${ISSUER}/*`), 0],
  [principals('https://id.*'), 0],
  [principals('*'), 0],
  [principals('*/user-1'), 0],
  [authorizationPolicy('rules: [{ when: [{ key: "request.auth.claims[iss]", values: [other] }] }]', 'tokens'), 1],
  [authorizationPolicy(`rules: [{ when: [{ key: "request.auth.claims[iss]", values: ["${ISSUER}"] }] }]`, 'tokens'), 0],
  [authorizationPolicy('rules: [{ when: [{ key: "request.auth.claims[group]", values: [other] }] }]', 'tokens'), 0],
])('%s', (policy, hits) => {
  expect(check(policy, tokens)).toBe(hits);
});

test('nothing is said where no token is read at all, which is said elsewhere', () => {
  expect(check(principals('https://login.example.com/*'))).toBe(0);
});

test('it says which issuers there are', () => {
  const parts = [mesh(namespace(), deployment(), tokens, principals('https://login.example.com/*'))];
  expect(wordsOf(issuerUnknown, parts)).toEqual([
    '"https://login.example.com/*" is of issuer "https://login.example.com", and the RequestAuthentications of these pods read tokens of "https://id.example.com" only: nobody is let in by it -> write "https://id.example.com/*", or add the issuer to a RequestAuthentication',
  ]);
});
