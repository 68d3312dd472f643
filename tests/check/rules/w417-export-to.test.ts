import { expect, test } from 'vitest';
import { exportTo } from '../../../charts-src/check/rules/w417-export-to.ts';
import { judged } from '../validation/judged.ts';

const to = (...exportTo: string[]) => ({
  hosts: ['orders'],
  exportTo,
  http: [{ route: [{ destination: { host: 'orders' } }] }],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'its own namespace by both names', spec: to('.', 'shop'), at: ['spec.exportTo[1]'] },
  { name: 'a namespace twice', spec: to('other', 'other'), at: ['spec.exportTo[1]'] },
  { name: 'all and one', spec: to('*', 'other'), at: ['spec.exportTo[0]'] },
  { name: 'nobody', spec: to('~'), at: ['spec.exportTo[0]'] },
  { name: 'no namespace', spec: to('a_b'), at: ['spec.exportTo[0]'] },
  { name: 'own and another one', spec: to('.', 'other'), at: [] },
  { name: 'all', spec: to('*'), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(exportTo, 'VirtualService', spec)).toEqual(at);
});
