import { expect, test } from 'vitest';
import { jwtRules } from '../../../charts-src/check/rules/w455-jwt-rules.ts';
import { jwksProblem } from '../../../charts-src/check/validation/json-web-keys.ts';
import { judged } from '../validation/judged.ts';

const rule = (more: object) => ({ jwtRules: [{ issuer: 'https://login.example.com', ...more }] });
const key = { kty: 'RSA', e: 'AQAB', n: 'AAEC' };
const keys = (...all: object[]) => rule({ jwks: JSON.stringify({ keys: all }) });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'nobody', spec: { jwtRules: [{ audiences: ['orders'] }] }, at: ['spec.jwtRules[0]'] },
  { name: 'keys from a URL', spec: { jwtRules: [{ jwksUri: 'https://login.example.com/keys' }] }, at: [] },
  { name: 'no JSON', spec: rule({ jwks: 'https://login.example.com/keys' }), at: ['spec.jwtRules[0].jwks'] },
  { name: 'no object', spec: rule({ jwks: '[]' }), at: ['spec.jwtRules[0].jwks'] },
  { name: 'keys that are no list', spec: rule({ jwks: '{"keys": {}}' }), at: ['spec.jwtRules[0].jwks'] },
  { name: 'a key without type', spec: keys({ e: 'AQAB' }), at: ['spec.jwtRules[0].jwks'] },
  { name: 'half a key', spec: keys({ kty: 'RSA', e: 'AQAB' }), at: ['spec.jwtRules[0].jwks'] },
  { name: 'a key that is no base64', spec: keys({ ...key, n: '?' }), at: ['spec.jwtRules[0].jwks'] },
  { name: 'a private key', spec: keys(key, { ...key, d: 'AAEC' }), at: ['warning: spec.jwtRules[0].jwks'] },
  {
    name: 'a secret that both sides know',
    spec: keys({ kty: 'oct', k: 'AAEC' }),
    at: ['warning: spec.jwtRules[0].jwks'],
  },
  { name: 'public keys', spec: keys(key, { kty: 'EC', crv: 'P-256', x: 'AAEC', y: 'AAEC' }), at: [] },
  { name: 'no keys yet', spec: keys(), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(jwtRules, 'RequestAuthentication', spec)).toEqual(at);
});

test.each([
  [{ keys: [{ e: 'AQAB' }] }, 'key 0 has no "kty", which says its type'],
  [{ keys: [{ kty: null }] }, 'key 0 has no type that is known ("kty": null)'],
  [{ keys: [{ kty: { a: 1 } }] }, 'key 0 has no type that is known ("kty": {"a":1})'],
])('%j: %s', (set, problem) => {
  expect(jwksProblem(JSON.stringify(set))).toBe(problem);
});
