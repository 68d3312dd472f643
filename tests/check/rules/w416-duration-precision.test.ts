import { expect, test } from 'vitest';
import { durationPrecision } from '../../../charts-src/check/rules/w416-duration-precision.ts';
import { judged } from '../validation/judged.ts';

const http = (rule: object) => ({
  hosts: ['orders'],
  http: [{ route: [{ destination: { host: 'orders' } }], ...rule }],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'microseconds', spec: http({ timeout: '1500us' }), at: ['spec.http[0].timeout'] },
  {
    name: 'half a millisecond in a retry',
    spec: http({ retries: { attempts: 1, perTryTimeout: '1.0005s' } }),
    at: ['spec.http[0].retries.perTryTimeout'],
  },
  {
    name: 'whole milliseconds',
    spec: http({ timeout: '1.5s', retries: { attempts: 1, perTryTimeout: '250ms' } }),
    at: [],
  },
  { name: 'less than a millisecond is for W411', spec: http({ timeout: '500us' }), at: [] },
  { name: 'no duration at all is for W411', spec: http({ timeout: 'soon' }), at: [] },
  {
    name: 'one that the webhook does not look at',
    spec: {
      kind: 'DestinationRule',
      host: 'orders',
      trafficPolicy: { loadBalancer: { warmupDurationSecs: '1500us' } },
    },
    at: [],
  },
])('$name', ({ spec, at }) => {
  expect(judged(durationPrecision, 'VirtualService', spec)).toEqual(at);
});
