import { expect, test } from 'vitest';
import { authorizationConditions } from '../../../charts-src/check/rules/w452-authorization-conditions.ts';
import { judged } from '../validation/judged.ts';

const when = (condition: object) => ({ rules: [{ when: [condition] }] });
const at = 'spec.rules[0].when[0]';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'no key', spec: when({ key: '', values: ['a'] }), at: [`${at}.key`] },
  { name: 'no values', spec: when({ key: 'source.namespace' }), at: [at] },
  { name: 'a key that there is not', spec: when({ key: 'source.name', values: ['a'] }), at: [`${at}.key`] },
  { name: 'a header without name', spec: when({ key: 'request.headers', values: ['a'] }), at: [`${at}.key`] },
  { name: 'a header', spec: when({ key: 'request.headers[x-user]', values: ['a'] }), at: [] },
  { name: 'a claim in a claim', spec: when({ key: 'request.auth.claims[a][b]', notValues: ['c'] }), at: [] },
  {
    name: 'a key of an older API',
    spec: when({ key: 'destination.labels[version]', values: ['v1'] }),
    at: [`${at}.key`],
  },
  { name: 'an address that is none', spec: when({ key: 'source.ip', notValues: ['a'] }), at: [`${at}.notValues[0]`] },
  {
    name: 'a port that is none',
    spec: when({ key: 'destination.port', values: ['80', 'http'] }),
    at: [`${at}.values[1]`],
  },
  { name: 'an empty value', spec: when({ key: 'connection.sni', values: [''] }), at: [`${at}.values[0]`] },
])('$name', ({ spec, at }) => {
  expect(judged(authorizationConditions, 'AuthorizationPolicy', spec)).toEqual(at);
});
