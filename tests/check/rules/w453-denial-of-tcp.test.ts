import { expect, test } from 'vitest';
import { denialOfTcp } from '../../../charts-src/check/rules/w453-denial-of-tcp.ts';
import { judged } from '../validation/judged.ts';

const deny = (rule: object) => ({ action: 'DENY', rules: [rule] });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'paths', spec: deny({ to: [{ operation: { paths: ['/admin'] } }] }), at: ['info: spec.rules[0]'] },
  {
    name: 'who sent a token',
    spec: deny({ from: [{ source: { notRequestPrincipals: ['*'] } }] }),
    at: ['info: spec.rules[0]'],
  },
  { name: 'paths on a port', spec: deny({ to: [{ operation: { paths: ['/admin'], ports: ['8080'] } }] }), at: [] },
  { name: 'who calls', spec: deny({ from: [{ source: { notNamespaces: ['shop'] } }] }), at: [] },
  { name: 'everything', spec: deny({}), at: [] },
  { name: 'allowing paths', spec: { rules: [{ to: [{ operation: { paths: ['/a'] } }] }] }, at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(denialOfTcp, 'AuthorizationPolicy', spec)).toEqual(at);
});
