import { expect, test } from 'vitest';
import { notAnObject } from '../../../charts-src/check/rules/w404-not-an-object.ts';
import { faultsIn, SERVICE, testPassesOn } from '../reading-fault.ts';

testPassesOn(notAnObject, 'not-an-object');

test.each([
  { says: 'no kind', text: SERVICE.replace('kind: Service\n', ''), at: ['W404 line 1'] },
  { says: 'no apiVersion', text: `${SERVICE}---\nkind: Pod\nmetadata: { name: a }\nspec: {}\n`, at: ['W404 line 6'] },
  { says: 'an object', text: SERVICE, at: [] },
  { says: 'an empty document', text: `---\n# nothing\n---\n${SERVICE}`, at: [] },
])('$says: $at', ({ text, at }) => {
  expect(faultsIn(text)).toEqual(at);
});
