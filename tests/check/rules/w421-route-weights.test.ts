import { expect, test } from 'vitest';
import { routeWeights } from '../../../charts-src/check/rules/w421-route-weights.ts';
import { judged } from '../validation/judged.ts';

const split = (...weights: (number | undefined)[]) => ({
  hosts: ['orders'],
  http: [
    { route: weights.map((weight) => ({ destination: { host: 'orders' }, ...(weight !== undefined && { weight }) })) },
  ],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'two without weight', spec: split(undefined, undefined), at: ['spec.http[0].route'] },
  { name: 'two of none', spec: split(0, 0), at: ['spec.http[0].route'] },
  { name: 'less than none', spec: split(110, -10), at: ['spec.http[0].route[1].weight'] },
  { name: 'one without weight', spec: split(undefined), at: [] },
  { name: 'one with none', spec: split(0), at: [] },
  { name: 'shares that do not total 100', spec: split(7, 2), at: [] },
  { name: 'all to one of two', spec: split(1, 0), at: [] },
  {
    name: 'connections',
    spec: { hosts: ['orders'], tcp: [{ route: [{ destination: { host: 'a' } }, { destination: { host: 'b' } }] }] },
    at: ['spec.tcp[0].route'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(routeWeights, 'VirtualService', spec)).toEqual(at);
});
