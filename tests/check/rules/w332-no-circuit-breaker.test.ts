import { expect, test } from 'vitest';
import { noCircuitBreaker } from '../../../charts-src/check/rules/w332-no-circuit-breaker.ts';
import { found } from '../found.ts';
import { namespace, object, routes, service } from '../parts.ts';
import { deployment, policy, postgres } from '../shop-yaml.ts';

const ORDERS = [service('orders'), deployment('orders')];
const AT = ['info Service shop/orders  | ---'];
const AT_KIND = (lines: readonly string[]) => lines.map((line) => line.replace(/ \| .*$/, ''));

test.each([
  { name: 'a service of the mesh', yaml: [namespace('shop'), ...ORDERS], isFound: true },
  {
    name: 'a policy that protects nothing',
    yaml: [namespace('shop'), ...ORDERS, policy('orders', 'trafficPolicy: { loadBalancer: { simple: RANDOM } }')],
    isFound: true,
  },
  {
    name: 'a namespace that is not among the files, with rules for the service',
    yaml: [...ORDERS, routes('orders', '- route: [{ destination: { host: orders } }]')],
    isFound: true,
  },
  { name: 'nothing says that it is in the mesh', yaml: ORDERS, isFound: false },
  {
    name: 'limits',
    yaml: [
      namespace('shop'),
      ...ORDERS,
      policy('orders', 'trafficPolicy: { connectionPool: { tcp: { maxConnections: 9 } } }'),
    ],
    isFound: false,
  },
  {
    name: 'pods that fail are left out, in a subset',
    yaml: [
      namespace('shop'),
      ...ORDERS,
      policy('orders', 'subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { outlierDetection: {} } }]'),
    ],
    isFound: false,
  },
  {
    name: 'a policy for all hosts of the namespace',
    yaml: [
      namespace('shop'),
      ...ORDERS,
      object('DestinationRule', 'all', 'host: "*.shop.svc.cluster.local"\ntrafficPolicy: { outlierDetection: {} }'),
    ],
    isFound: false,
  },
  { name: 'a database', yaml: [namespace('shop'), postgres('orders-db')], isFound: false },
  { name: 'a Service without pods', yaml: [namespace('shop'), service('orders')], isFound: false },
])('$name', ({ yaml, isFound }) => expect(AT_KIND(found(noCircuitBreaker, yaml))).toEqual(isFound ? AT_KIND(AT) : []));
