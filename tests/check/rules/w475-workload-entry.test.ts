import { expect, test } from 'vitest';
import { workloadEntry } from '../../../charts-src/check/rules/w475-workload-entry.ts';
import { judged } from '../validation/judged.ts';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an address', spec: { address: '10.0.0.1', ports: { http: 80 }, labels: { app: 'a' } }, at: [] },
  { name: 'a name', spec: { address: 'ledger.example.com' }, at: [] },
  { name: 'a socket', spec: { address: 'unix:///run/ledger.sock' }, at: [] },
  { name: 'a name that is none', spec: { address: 'ledger_1' }, at: ['spec.address'] },
  { name: 'no address', spec: { address: '' }, at: ['spec.address'] },
  { name: 'only a network', spec: { network: 'east' }, at: ['warning: spec.address'] },
  { name: 'a label that is none', spec: { address: '10.0.0.1', labels: { 'a b': 'c' } }, at: ['spec.labels["a b"]'] },
  { name: 'nothing is for W411', spec: {}, at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(workloadEntry, 'WorkloadEntry', spec)).toEqual(at);
});
