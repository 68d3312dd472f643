import { expect, test } from 'vitest';
import { retriesSwitchedOff } from '../../../charts-src/check/rules/w303-retries-switched-off.ts';
import { found } from '../found.ts';
import { routes } from '../parts.ts';

const route = (retries: string) =>
  routes('orders', `- route: [{ destination: { host: orders } }]\n  retries: ${retries}`);

const AT = 'warning VirtualService shop/orders spec.http[0].retries';

test.each([
  { name: 'empty', yaml: route('{}'), at: [`${AT} | retries: {}`] },
  { name: 'only backoff', yaml: route('{ backoff: 1s }'), at: [`${AT} | retries: { backoff: 1s }`] },
  {
    name: 'only which pods',
    yaml: route('{ retryIgnorePreviousHosts: false }'),
    at: [`${AT} | retries: { retryIgnorePreviousHosts: false }`],
  },
  { name: 'off on purpose', yaml: route('{ attempts: 0 }'), at: [] },
  { name: 'off on purpose, with a rest', yaml: route('{ attempts: 0, backoff: 1s }'), at: [] },
  { name: 'on', yaml: route('{ attempts: 1 }'), at: [] },
  { name: 'what the API refuses anyway', yaml: route('{ retryOn: 5xx }'), at: [] },
])('$name', ({ yaml, at }) => expect(found(retriesSwitchedOff, [yaml])).toEqual(at));
