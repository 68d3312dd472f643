import { expect, test } from 'vitest';
import { noYaml } from '../../../charts-src/check/rules/w400-no-yaml.ts';
import { faultsIn, SERVICE, testPassesOn } from '../reading-fault.ts';

testPassesOn(noYaml, 'syntax');

test.each([
  { says: 'a quote without its other half', text: 'a: "b\n', at: ['W400 line 1'] },
  { says: 'a tab in the indent', text: 'a:\n\tb: 1\n', at: ['W400 line 2'] },
  {
    says: 'the rest is still judged',
    text: `${SERVICE}---\na: [1\n---\n${SERVICE.replace('80 }', '80, port: 81 }')}`,
    at: ['W400 line 6', 'W402 line 11'],
  },
  { says: 'YAML', text: SERVICE, at: [] },
  { says: 'nothing', text: '', at: [] },
])('$says: $at', ({ text, at }) => {
  expect(faultsIn(text)).toEqual(at);
});
