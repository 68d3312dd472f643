import { expect, test } from 'vitest';
import { duplicateKey } from '../../../charts-src/check/rules/w402-duplicate-key.ts';
import { faultsIn, SERVICE, testPassesOn } from '../reading-fault.ts';

testPassesOn(duplicateKey, 'duplicate-key');

test.each([
  { says: 'twice', text: `${SERVICE}kind: Pod\n`, at: ['W402 line 5'] },
  { says: 'deep inside', text: SERVICE.replace('port: 80', 'port: 80, port: 81'), at: ['W402 line 4'] },
  { says: 'in another mapping', text: SERVICE.replace('port: 80 }', 'port: 80 }, { name: more, port: 81 }'), at: [] },
  { says: 'in another document', text: `${SERVICE}---\n${SERVICE.replace('orders', 'users')}`, at: [] },
])('$says: $at', ({ text, at }) => {
  expect(faultsIn(text)).toEqual(at);
});
