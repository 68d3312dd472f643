import { expect, test } from 'vitest';
import { isConsequence } from '../../charts-src/check/consequence.ts';

const object = { spec: { http: [{ rout: [], timeout: 30 }], hosts: ['a'] } };

test.each([
  { says: 'the very field', at: ['spec', 'http', 0, 'timeout'], broken: ['spec', 'http', 0, 'timeout'], follows: true },
  { says: 'in it', at: ['spec', 'http', 0, 'rout', 2], broken: ['spec', 'http', 0, 'rout'], follows: true },
  { says: 'the object around it', at: ['spec', 'http', 0], broken: ['spec', 'http', 0, 'timeout'], follows: true },
  { says: 'missing beside it', at: ['spec', 'http', 0, 'route'], broken: ['spec', 'http', 0, 'rout'], follows: true },
  {
    says: 'missing deeper beside it',
    at: ['spec', 'http', 0, 'route', 0],
    broken: ['spec', 'http', 0, 'rout'],
    follows: true,
  },
  { says: 'missing in the whole object', at: ['metadata', 'name'], broken: ['sepc'], follows: true },
  { says: 'there beside it', at: ['spec', 'http', 0, 'rout'], broken: ['spec', 'http', 0, 'timeout'], follows: false },
  { says: 'two levels around', at: ['spec'], broken: ['spec', 'http', 0, 'timeout'], follows: false },
  { says: 'the object as a whole', at: [], broken: ['sepc'], follows: false },
  { says: 'missing elsewhere', at: ['spec', 'gateways'], broken: ['spec', 'http', 0, 'rout'], follows: false },
  { says: 'another item', at: ['spec', 'hosts', 0], broken: ['spec', 'http', 0], follows: false },
])('$says: $follows', ({ at, broken, follows }) => {
  expect(isConsequence({ object }, at, [broken])).toBe(follows);
});
