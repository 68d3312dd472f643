import { expect, test } from 'vitest';
import { tooLarge } from '../../../charts-src/check/rules/w403-too-large.ts';
import { faultsIn, SERVICE, testPassesOn } from '../reading-fault.ts';

testPassesOn(tooLarge, 'too-large');

const laughs = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...[...'bcdefghi'].map(
    (name, i) =>
      `${name}: &${name} [${Array(10)
        .fill(`*${'abcdefgh'[i] ?? ''}`)
        .join(', ')}]`,
  ),
].join('\n');

test.each([
  { says: 'aliases without end', text: `${SERVICE}${laughs}\n`, faults: ['W403'] },
  { says: 'nesting without end', text: '['.repeat(20_000), faults: ['W403'] },
  {
    says: 'an alias as people use it',
    text: SERVICE.replace('orders', '&name orders').replace('http', '*name'),
    faults: [],
  },
])('$says: $faults', ({ text, faults }) => {
  expect(faultsIn(text).map((found) => found.slice(0, 4))).toEqual(faults);
});
