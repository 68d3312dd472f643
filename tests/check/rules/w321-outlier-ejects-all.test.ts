import { expect, test } from 'vitest';
import { outlierEjectsAll } from '../../../charts-src/check/rules/w321-outlier-ejects-all.ts';
import { found } from '../found.ts';
import { service } from '../parts.ts';
import { deployment, policy } from '../shop-yaml.ts';

const ejects = (outlierDetection: string) =>
  policy('orders', `trafficPolicy:\n  outlierDetection: ${outlierDetection}`);
const orders = (replicas: number) => [service('orders'), deployment('orders', { replicas })];
const AT = 'DestinationRule shop/orders spec.trafficPolicy.outlierDetection.maxEjectionPercent';

test.each([
  {
    name: 'all of three',
    yaml: [...orders(3), ejects('{ maxEjectionPercent: 100 }')],
    at: [`warning ${AT} | outlierDetection: { maxEjectionPercent: 100 }`],
  },
  {
    name: 'all, however many',
    yaml: [ejects('{ maxEjectionPercent: 100 }')],
    at: [`warning ${AT} | outlierDetection: { maxEjectionPercent: 100 }`],
  },
  {
    name: 'all of many',
    yaml: [...orders(10), ejects('{ maxEjectionPercent: 100 }')],
    at: [`info ${AT} | outlierDetection: { maxEjectionPercent: 100 }`],
  },
  { name: 'with panic mode', yaml: [ejects('{ maxEjectionPercent: 100, minHealthPercent: 20 }')], at: [] },
  { name: 'not all', yaml: [...orders(3), ejects('{ maxEjectionPercent: 99 }')], at: [] },
  { name: 'none at all (W322)', yaml: [ejects('{ maxEjectionPercent: 100, consecutive5xxErrors: 0 }')], at: [] },
])('$name', ({ yaml, at }) => expect(found(outlierEjectsAll, yaml)).toEqual(at));
