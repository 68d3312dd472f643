import { expect, test } from 'vitest';
import { maxRetriesUnread } from '../../../charts-src/check/rules/w313-max-retries-unread.ts';
import { found } from '../found.ts';
import { policy } from '../shop-yaml.ts';

test.each([
  {
    name: 'both',
    spec: 'trafficPolicy:\n  retryBudget: { percent: 20 }\n  connectionPool: { http: { maxRetries: 3 } }',
    at: [
      'warning DestinationRule shop/orders spec.trafficPolicy.connectionPool.http.maxRetries | connectionPool: { http: { maxRetries: 3 } }',
    ],
  },
  {
    name: 'a subset, with the budget of the host',
    spec: 'trafficPolicy:\n  retryBudget: { percent: 20 }\nsubsets:\n  - name: v1\n    trafficPolicy: { connectionPool: { http: { maxRetries: 3 } } }',
    at: [
      'warning DestinationRule shop/orders spec.subsets[0].trafficPolicy.connectionPool.http.maxRetries | trafficPolicy: { connectionPool: { http: { maxRetries: 3 } } }',
    ],
  },
  { name: 'a number alone', spec: 'trafficPolicy: { connectionPool: { http: { maxRetries: 3 } } }', at: [] },
  { name: 'a budget alone', spec: 'trafficPolicy: { retryBudget: { percent: 20 } }', at: [] },
])('$name', ({ spec, at }) => expect(found(maxRetriesUnread, [policy('orders', spec)])).toEqual(at));
