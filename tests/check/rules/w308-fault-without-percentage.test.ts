import { expect, test } from 'vitest';
import { faultWithoutPercentage } from '../../../charts-src/check/rules/w308-fault-without-percentage.ts';
import { found } from '../found.ts';
import { routes } from '../parts.ts';

const route = (fault: string) => routes('orders', `- route: [{ destination: { host: orders } }]\n  fault: ${fault}`);
const at = (kind: string, fault: string) =>
  `warning VirtualService shop/orders spec.http[0].fault.${kind} | fault: ${fault}`;

test.each([
  { name: 'abort', fault: '{ abort: { httpStatus: 500 } }', kinds: ['abort'] },
  { name: 'delay', fault: '{ delay: { fixedDelay: 1s } }', kinds: ['delay'] },
  { name: 'both', fault: '{ abort: { httpStatus: 500 }, delay: { fixedDelay: 1s } }', kinds: ['abort', 'delay'] },
  { name: 'an empty share', fault: '{ abort: { httpStatus: 500, percentage: {} } }', kinds: ['abort'] },
  { name: 'a share', fault: '{ abort: { httpStatus: 500, percentage: { value: 1 } } }', kinds: [] },
  { name: 'none on purpose', fault: '{ abort: { httpStatus: 500, percentage: { value: 0 } } }', kinds: [] },
  { name: 'the old field', fault: '{ delay: { fixedDelay: 1s, percent: 5 } }', kinds: [] },
])('$name', ({ fault, kinds }) =>
  expect(found(faultWithoutPercentage, [route(fault)])).toEqual(kinds.map((kind) => at(kind, fault))),
);
