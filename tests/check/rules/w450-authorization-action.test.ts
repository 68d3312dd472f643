import { expect, test } from 'vitest';
import { authorizationAction } from '../../../charts-src/check/rules/w450-authorization-action.ts';
import { judged } from '../validation/judged.ts';

const custom = (rule: object) => ({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [rule] });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'denying nothing', spec: { action: 'DENY' }, at: ['spec.rules'] },
  { name: 'denying by an empty list', spec: { action: 'DENY', rules: [] }, at: ['spec.rules'] },
  { name: 'denying all', spec: { action: 'DENY', rules: [{}] }, at: [] },
  { name: 'allowing nothing', spec: {}, at: [] },
  { name: 'asking nobody', spec: { action: 'CUSTOM', rules: [{}] }, at: ['spec.provider'] },
  {
    name: 'asking somebody without a name',
    spec: { action: 'CUSTOM', provider: {}, rules: [{}] },
    at: ['spec.provider'],
  },
  { name: 'asking never', spec: { action: 'CUSTOM', provider: { name: 'opa' } }, at: ['spec.rules'] },
  { name: 'asking about paths', spec: custom({ to: [{ operation: { paths: ['/a'] } }] }), at: [] },
  {
    name: 'asking about identities',
    spec: custom({
      from: [{ source: { principals: ['a'] } }],
      when: [{ key: 'request.auth.claims[a]', values: ['b'] }],
    }),
    at: ['spec.rules[0].from[0].source.principals', 'spec.rules[0].when[0].key'],
  },
  { name: 'a provider that is not asked', spec: { provider: { name: 'opa' }, rules: [{}] }, at: ['spec.provider'] },
])('$name', ({ spec, at }) => {
  expect(judged(authorizationAction, 'AuthorizationPolicy', spec)).toEqual(at);
});
