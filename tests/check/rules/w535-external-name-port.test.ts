import { expect, test } from 'vitest';
import { externalNamePort } from '../../../charts-src/check/rules/w535-external-name-port.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service } from '../workload-yaml.ts';

test.each([
  {
    name: 'named tcp',
    yaml: object(
      'v1',
      'Service',
      'shop/bank',
      '{ type: ExternalName, externalName: bank.example.com, ports: [{ name: tcp, port: 443 }] }',
    ),
    hits: ['warning Service shop/bank spec.ports[0].name:5'],
  },
  {
    name: 'no name',
    yaml: object(
      'v1',
      'Service',
      'shop/bank',
      '{ type: ExternalName, externalName: bank.example.com, ports: [{ port: 443 }] }',
    ),
    hits: ['warning Service shop/bank spec.ports[0].name:5'],
  },
  {
    name: 'a name without a protocol',
    yaml: object(
      'v1',
      'Service',
      'shop/bank',
      '{ type: ExternalName, externalName: bank.example.com, ports: [{ name: bank, port: 443 }] }',
    ),
    hits: ['warning Service shop/bank spec.ports[0].name:5'],
  },
  {
    name: 'https',
    yaml: object(
      'v1',
      'Service',
      'shop/bank',
      '{ type: ExternalName, externalName: bank.example.com, ports: [{ name: https, port: 443 }] }',
    ),
    hits: [],
  },
  {
    name: 'no ports',
    yaml: object('v1', 'Service', 'shop/bank', '{ type: ExternalName, externalName: bank.example.com }'),
    hits: [],
  },
  { name: 'an ordinary Service', yaml: service({ ports: '{ name: tcp, port: 80 }' }), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(externalNamePort, yaml)).toEqual(hits);
});
