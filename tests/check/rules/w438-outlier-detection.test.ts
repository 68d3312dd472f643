import { expect, test } from 'vitest';
import { outlierDetection } from '../../../charts-src/check/rules/w438-outlier-detection.ts';
import { judged } from '../validation/judged.ts';

const detect = (outlierDetection: object) => ({ host: 'orders', trafficPolicy: { outlierDetection } });
const at = 'spec.trafficPolicy.outlierDetection';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'more than all', spec: detect({ maxEjectionPercent: 101 }), at: [`${at}.maxEjectionPercent`] },
  { name: 'less than none', spec: detect({ minHealthPercent: -1 }), at: [`${at}.minHealthPercent`] },
  {
    name: 'what Istio does not read',
    spec: detect({ consecutiveErrors: 3 }),
    at: [`warning: ${at}.consecutiveErrors`],
  },
  {
    name: 'connections that are not counted apart',
    spec: detect({ consecutiveLocalOriginFailures: 3 }),
    at: [`${at}.consecutiveLocalOriginFailures`],
  },
  {
    name: 'connections that are counted apart',
    spec: detect({ consecutiveLocalOriginFailures: 3, splitExternalLocalOriginErrors: true }),
    at: [],
  },
  { name: 'an ordinary one', spec: detect({ consecutive5xxErrors: 3, maxEjectionPercent: 50 }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(outlierDetection, 'DestinationRule', spec)).toEqual(at);
});
