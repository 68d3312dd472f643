import { expect, test } from 'vitest';
import { waypointUnknown } from '../../../charts-src/check/rules/w236-waypoint-unknown.ts';
import { ambientShop, apiGateway, waypoint } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, service, workload } from '../workload-yaml.ts';

const label = (path: string, line: number, severity = 'error'): readonly string[] => [
  `${severity} ${path}["istio.io/use-waypoint"]:${line}`,
];
const use = (name: string): string => `istio.io/use-waypoint: ${name}`;

test.each([
  { name: 'a slip', mesh: waypoint() + ambientShop(use('waypiont')), hits: label('Namespace shop metadata.labels', 9) },
  {
    name: 'another one is there',
    mesh: waypoint() + ambientShop(use('l7')),
    hits: label('Namespace shop metadata.labels', 9, 'warning'),
  },
  {
    name: 'made by a command',
    mesh: ambientShop(use('waypoint')),
    hits: label('Namespace shop metadata.labels', 4, 'info'),
  },
  {
    name: 'in another namespace',
    mesh: waypoint() + service({ namespace: 'core', labels: use('waypoint') }),
    hits: label('Service core/orders metadata.labels', 9),
  },
  {
    name: 'one that serves its own namespace only',
    mesh:
      waypoint() + service({ namespace: 'core', labels: `${use('waypoint')}, istio.io/use-waypoint-namespace: shop` }),
    hits: label('Service core/orders metadata.labels', 9),
  },
  {
    name: 'of pods',
    mesh: waypoint() + workload({ labels: `app: orders, ${use('waypont')}` }),
    hits: label('Deployment shop/orders spec.template.metadata.labels', 16),
  },
  { name: 'there', mesh: waypoint() + ambientShop(use('waypoint')), hits: [] },
  { name: 'none', mesh: waypoint() + ambientShop(use('none')), hits: [] },
  {
    name: 'one that serves others',
    mesh:
      waypoint('{ namespaces: { from: All } }') +
      service({ namespace: 'core', labels: `${use('waypoint')}, istio.io/use-waypoint-namespace: shop` }),
    hits: [],
  },
  { name: 'no label', mesh: apiGateway() + namespace(), hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(waypointUnknown, mesh)).toEqual(hits);
});
