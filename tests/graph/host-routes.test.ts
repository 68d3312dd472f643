import { describe, expect, test } from 'vitest';
import { hostRoutesOf } from '../../charts-src/graph/host-routes.ts';
import { meshOf } from '../check/mesh-of.ts';
import { object, routes } from '../check/parts.ts';

const rulesFor = (yaml: readonly string[], labels: Readonly<Record<string, string>> = {}, namespace = 'shop') =>
  hostRoutesOf(meshOf(yaml.join('\n')))
    .rulesFor({ namespace, labels }, { host: 'orders.shop.svc.cluster.local' })
    .map(({ http }) => http.name);

const to = (name: string, match = '') =>
  `- name: ${name}\n  route: [{ destination: { host: orders } }]${match === '' ? '' : `\n  match: ${match}`}`;

describe('rules that a caller can meet', () => {
  test.each([
    { name: 'all of them', http: [to('api', '[{ uri: { prefix: /api } }]'), to('rest')], rules: ['api', 'rest'] },
    { name: 'none after one that takes all', http: [to('all'), to('rest')], rules: ['all'] },
    { name: 'prefix / takes all', http: [to('all', '[{ uri: { prefix: / } }]'), to('rest')], rules: ['all'] },
    {
      name: 'its own, and none after it',
      http: [to('web', '[{ sourceLabels: { app: web }, sourceNamespace: shop }]'), to('rest')],
      rules: ['web'],
    },
    {
      name: 'not those of others',
      http: [to('batch', '[{ sourceLabels: { app: batch } }]'), to('rest')],
      rules: ['rest'],
    },
    {
      name: 'not those of other namespaces',
      http: [to('other', '[{ sourceNamespace: other }]'), to('rest')],
      rules: ['rest'],
    },
    { name: 'not those of gateways', http: [to('edge', '[{ gateways: [edge] }]'), to('rest')], rules: ['rest'] },
  ])('$name', ({ http, rules }) =>
    expect(rulesFor([routes('orders', http.join('\n'))], { app: 'web' })).toEqual(rules),
  );

  test('of the first VirtualService that names the host, an exact name before a wildcard', () => {
    const wildcard = object(
      'VirtualService',
      'all',
      `hosts: ["*.shop.svc.cluster.local"]\nhttp:\n  ${to('wide').replaceAll('\n', '\n  ')}`,
    );
    expect(rulesFor([wildcard, routes('orders', to('exact'))])).toEqual(['exact']);
    expect(rulesFor([wildcard])).toEqual(['wide']);
  });

  test('none of a VirtualService that is not exported to the caller, or is for a gateway only', () => {
    expect(rulesFor([routes('orders', to('own'), { exportTo: '["."]' })], {}, 'other')).toEqual([]);
    expect(rulesFor([routes('orders', to('edge'), { gateways: '[edge]' })])).toEqual([]);
  });
});
