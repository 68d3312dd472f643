import { expect, test } from 'vitest';
import { networkPolicyCutsOff } from '../../../charts-src/check/rules/w263-network-policy-cuts-off.ts';
import { found, wordsOf } from '../found.ts';
import { DNS, FRONT_CALLS_ORDERS, ISTIOD, networkPolicy } from '../network-mesh.ts';
import { namespace } from '../parts.ts';

const check = (policies: readonly string[], mesh = FRONT_CALLS_ORDERS): readonly string[] =>
  wordsOf(networkPolicyCutsOff, [...mesh, ...policies]).map((text) => /to (DNS|istiod)/.exec(text)?.[1] ?? text);
const egress = (...rules: readonly string[]): string => networkPolicy('front', `egress: [${rules.join(', ')}]`);
const ORDERS = '{ to: [{ podSelector: { matchLabels: { app: orders } } }], ports: [{ port: 8080 }] }';

test.each([
  {
    name: 'only the dependency',
    policies: [egress(ORDERS)],
    lacks: ['DNS', 'istiod'],
  },
  { name: 'both', policies: [egress(DNS, ISTIOD)], lacks: [] },
  {
    name: 'in two policies',
    policies: [egress(DNS), networkPolicy('more', `egress: [${ISTIOD}]`, 'matchLabels: { app: front }')],
    lacks: [],
  },
  { name: 'DNS over TCP only', policies: [egress(ISTIOD, '{ ports: [{ port: 53 }] }')], lacks: ['DNS'] },
  {
    name: 'a range of ports',
    policies: [egress('{ ports: [{ port: 1, endPort: 65535 }, { protocol: UDP, port: 1, endPort: 100 }] }')],
    lacks: [],
  },
  { name: 'everything', policies: [egress('{}')], lacks: [] },
  { name: 'to addresses', policies: [egress('{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }')], lacks: [] },
  {
    name: 'istiod in another namespace',
    policies: [egress(DNS, ISTIOD.replace('istio-system', 'istio'))],
    lacks: ['istiod'],
  },
  { name: 'what comes in only', policies: [networkPolicy('front', 'ingress: []')], lacks: [] },
  { name: 'pods that are not there', policies: [networkPolicy('none', 'egress: []')], lacks: [] },
])('$name', ({ policies, lacks }) => {
  expect(check(policies)).toEqual(lacks);
});

test('pods without a proxy need no istiod, and no DNS where they may call nobody', () => {
  const plain = [namespace('shop').replace('istio-injection: enabled', 'a: b'), ...FRONT_CALLS_ORDERS.slice(1)];
  expect(check([egress(ORDERS)], plain)).toEqual(['DNS']);
  expect(check([egress()], plain)).toEqual([]);
});

test('a policy that only denies may be one half', () => {
  const deny = networkPolicy('all', 'policyTypes: [Ingress, Egress]', '');
  expect(found(networkPolicyCutsOff, [...FRONT_CALLS_ORDERS, deny])).toEqual([
    'warning NetworkPolicy shop/all spec.egress | spec:',
    'warning NetworkPolicy shop/all spec.egress | spec:',
  ]);
});
