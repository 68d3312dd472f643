import { expect, test } from 'vitest';
import { injectedFault } from '../../../charts-src/check/rules/w307-injected-fault.ts';
import { found } from '../found.ts';
import { routes } from '../parts.ts';

const route = (...fields: readonly string[]) =>
  routes('orders', ['- route: [{ destination: { host: orders } }]', ...fields.map((field) => `  ${field}`)].join('\n'));

const ABORT = 'fault: { abort: { httpStatus: 503, percentage: { value: 10 } } }';
const AT = `VirtualService shop/orders spec.http[0].fault | ${ABORT}`;

test.each([
  { name: 'for everybody', yaml: route(ABORT), at: [`warning ${AT}`] },
  { name: 'for a path', yaml: route(ABORT, 'match: [{ uri: { prefix: /api } }]'), at: [`warning ${AT}`] },
  {
    name: 'for testers, who send a header',
    yaml: route(ABORT, 'match: [{ headers: { x-test: { exact: "1" } } }]'),
    at: [`info ${AT}`],
  },
  {
    name: 'for testers and for everybody',
    yaml: route(ABORT, 'match: [{ headers: { x-test: { exact: "1" } } }, { uri: { prefix: /api } }]'),
    at: [`warning ${AT}`],
  },
  {
    name: 'without any destination',
    yaml: routes('orders', `- directResponse: { status: 200 }\n  ${ABORT}`),
    at: [`warning ${AT}`],
  },
  { name: 'together with a timeout it is W306', yaml: route(ABORT, 'timeout: 2s'), at: [] },
  { name: 'for nobody', yaml: route('fault: { abort: { httpStatus: 503 } }'), at: [] },
  { name: 'none', yaml: route('timeout: 2s'), at: [] },
])('$name', ({ yaml, at }) => expect(found(injectedFault, [yaml])).toEqual(at));
