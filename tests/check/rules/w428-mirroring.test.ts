import { expect, test } from 'vitest';
import { mirroring } from '../../../charts-src/check/rules/w428-mirroring.ts';
import { judged } from '../validation/judged.ts';

const rule = (one: object) => ({
  hosts: ['orders'],
  http: [{ route: [{ destination: { host: 'orders' } }], mirror: { host: 'next' }, ...one }],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  {
    name: 'more than all',
    spec: rule({ mirrorPercentage: { value: 100.5 } }),
    at: ['spec.http[0].mirrorPercentage.value'],
  },
  {
    name: 'less than none',
    spec: rule({ mirrorPercentage: { value: -1 } }),
    at: ['spec.http[0].mirrorPercentage.value'],
  },
  { name: 'the old way', spec: rule({ mirrorPercent: 10 }), at: ['warning: spec.http[0].mirrorPercent'] },
  {
    name: 'too much in the old way',
    spec: rule({ mirrorPercent: 101 }),
    at: ['spec.http[0].mirrorPercent', 'warning: spec.http[0].mirrorPercent'],
  },
  {
    name: 'one of several mirrors',
    spec: {
      hosts: ['orders'],
      http: [
        {
          route: [{ destination: { host: 'orders' } }],
          mirrors: [{ destination: { host: 'a' }, percentage: { value: 200 } }],
        },
      ],
    },
    at: ['spec.http[0].mirrors[0].percentage.value'],
  },
  { name: 'a share', spec: rule({ mirrorPercentage: { value: 0.5 } }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(mirroring, 'VirtualService', spec)).toEqual(at);
});
