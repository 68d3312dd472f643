import { expect, test } from 'vitest';
import { deprecatedDelayPercent } from '../../../charts-src/check/rules/w309-deprecated-delay-percent.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

const route = (fault: string) => routes('orders', `- route: [{ destination: { host: orders } }]\n  fault: ${fault}`);
const OLD = '{ delay: { fixedDelay: 1s, percent: 50 } }';

test.each([
  {
    name: 'percent',
    fault: OLD,
    at: [`warning VirtualService shop/orders spec.http[0].fault.delay.percent | fault: ${OLD}`],
  },
  { name: 'percentage', fault: '{ delay: { fixedDelay: 1s, percentage: { value: 50 } } }', at: [] },
  { name: 'percent of nothing', fault: '{ delay: { fixedDelay: 1s, percent: 0 } }', at: [] },
])('$name', ({ fault, at }) => expect(found(deprecatedDelayPercent, [route(fault)])).toEqual(at));

test('answers to IST0002', () => expect(codesOf(deprecatedDelayPercent, [route(OLD)])).toEqual(['IST0002']));

test('says when it is not read at all', () => {
  const both = '{ delay: { fixedDelay: 1s, percent: 50, percentage: { value: 10 } } }';
  expect(wordsOf(deprecatedDelayPercent, [route(both)])[0]).toContain(
    'does not read it beside percentage -> remove percent',
  );
});
