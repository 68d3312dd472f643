import { expect, test } from 'vitest';
import { routeRetries } from '../../../charts-src/check/rules/w424-route-retries.ts';
import { judged } from '../validation/judged.ts';

const retries = (policy: object) => ({
  hosts: ['orders'],
  http: [{ route: [{ destination: { host: 'orders' } }], retries: policy }],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'a timeout without attempts', spec: retries({ perTryTimeout: '1s' }), at: ['spec.http[0].retries'] },
  { name: 'conditions with no attempts', spec: retries({ attempts: 0, retryOn: '5xx' }), at: ['spec.http[0].retries'] },
  {
    name: 'other zones without attempts',
    spec: retries({ retryRemoteLocalities: false }),
    at: ['spec.http[0].retries'],
  },
  { name: 'fewer than none', spec: retries({ attempts: -1 }), at: ['spec.http[0].retries.attempts'] },
  { name: 'a space', spec: retries({ attempts: 2, retryOn: '5xx, reset' }), at: ['spec.http[0].retries.retryOn'] },
  {
    name: 'a slip of the pen',
    spec: retries({ attempts: 2, retryOn: 'gateway-eror' }),
    at: ['spec.http[0].retries.retryOn'],
  },
  { name: 'a comma at the end', spec: retries({ attempts: 2, retryOn: '5xx,' }), at: ['spec.http[0].retries.retryOn'] },
  {
    name: 'a status that there is not',
    spec: retries({ attempts: 2, retryOn: '599' }),
    at: ['spec.http[0].retries.retryOn'],
  },
  {
    name: 'conditions and statuses',
    spec: retries({ attempts: 2, perTryTimeout: '1s', retryOn: '5xx,reset,503,unavailable' }),
    at: [],
  },
  { name: 'switched off', spec: retries({ attempts: 0 }), at: [] },
  { name: 'nothing but a backoff', spec: retries({ backoff: '1s' }), at: [] },
  { name: 'nothing', spec: retries({}), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(routeRetries, 'VirtualService', spec)).toEqual(at);
});
