import { expect, test } from 'vitest';
import { outlierWithoutDetector } from '../../../charts-src/check/rules/w322-outlier-without-detector.ts';
import { found } from '../found.ts';
import { policy } from '../shop-yaml.ts';

const ejects = (outlierDetection: string) =>
  policy('orders', `trafficPolicy:\n  outlierDetection: ${outlierDetection}`);

test.each([
  { name: 'nothing is counted', detection: '{ consecutive5xxErrors: 0 }', isFound: true },
  { name: 'nor that', detection: '{ consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 }', isFound: true },
  { name: 'gateway errors', detection: '{ consecutive5xxErrors: 0, consecutiveGatewayErrors: 3 }', isFound: false },
  {
    name: 'failed connections, of which Envoy counts 5 by itself',
    detection: '{ consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true }',
    isFound: false,
  },
  { name: 'the default', detection: '{ interval: 5s }', isFound: false },
])('$name', ({ detection, isFound }) =>
  expect(found(outlierWithoutDetector, [ejects(detection)])).toEqual(
    isFound
      ? [
          `warning DestinationRule shop/orders spec.trafficPolicy.outlierDetection.consecutive5xxErrors | outlierDetection: ${detection}`,
        ]
      : [],
  ),
);
