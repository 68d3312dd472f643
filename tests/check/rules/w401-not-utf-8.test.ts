import { expect, test } from 'vitest';
import { notUtf8 } from '../../../charts-src/check/rules/w401-not-utf-8.ts';
import { faultsIn, SERVICE, testPassesOn } from '../reading-fault.ts';

testPassesOn(notUtf8, 'encoding');

test.each([
  { says: 'bytes of a binary', text: 'ELF\u0000\u0001\u0002', at: ['W401 line 1'] },
  { says: 'letters of the whole world', text: SERVICE.replace('orders', 'orders # Grüße, 世界 🚀\n'), at: [] },
])('$says: $at', ({ text, at }) => {
  expect(faultsIn(text).slice(0, 1)).toEqual(at);
});
