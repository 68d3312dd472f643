import { expect, test } from 'vitest';
import { corsPolicy } from '../../../charts-src/check/rules/w429-cors-policy.ts';
import { judged } from '../validation/judged.ts';

const cors = (corsPolicy: object) => ({
  hosts: ['orders'],
  http: [{ route: [{ destination: { host: 'orders' } }], corsPolicy }],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an empty origin', spec: cors({ allowOrigins: [{}] }), at: ['spec.http[0].corsPolicy.allowOrigins[0]'] },
  {
    name: 'an origin of no text',
    spec: cors({ allowOrigins: [{ exact: '' }] }),
    at: ['spec.http[0].corsPolicy.allowOrigins[0]'],
  },
  {
    name: 'an expression that is none',
    spec: cors({ allowOrigins: [{ regex: '(' }] }),
    at: ['spec.http[0].corsPolicy.allowOrigins[0].regex'],
  },
  {
    name: 'a method in lower case',
    spec: cors({ allowMethods: ['get'] }),
    at: ['spec.http[0].corsPolicy.allowMethods[0]'],
  },
  { name: 'every method', spec: cors({ allowMethods: ['*'] }), at: [] },
  {
    name: 'no header',
    spec: cors({ allowHeaders: ['x user'], exposeHeaders: [''] }),
    at: ['spec.http[0].corsPolicy.allowHeaders[0]', 'spec.http[0].corsPolicy.exposeHeaders[0]'],
  },
  { name: 'every header', spec: cors({ allowHeaders: ['*'] }), at: [] },
  { name: 'half a second', spec: cors({ maxAge: '1.5s' }), at: ['spec.http[0].corsPolicy.maxAge'] },
  { name: 'a minute and a half', spec: cors({ maxAge: '1.5m' }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(corsPolicy, 'VirtualService', spec)).toEqual(at);
});
