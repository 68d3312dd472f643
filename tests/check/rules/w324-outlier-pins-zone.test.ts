import { expect, test } from 'vitest';
import { outlierPinsZone } from '../../../charts-src/check/rules/w324-outlier-pins-zone.ts';
import { found } from '../found.ts';
import { service } from '../parts.ts';
import { deployment, policy } from '../shop-yaml.ts';

const ZONE = 'topology.kubernetes.io/zone';
const SPREAD = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway' }] };
const APART = {
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: ZONE }] } },
};
const NODES = {
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ],
};
const orders = (pod: object) => [service('orders'), deployment('orders', { pod })];
const ejects = (loadBalancer = '') =>
  policy(
    'orders',
    `trafficPolicy:\n  outlierDetection: {}${loadBalancer === '' ? '' : `\n  loadBalancer: ${loadBalancer}`}`,
  );
const AT = 'DestinationRule shop/orders spec.trafficPolicy.outlierDetection | outlierDetection: {}';

test.each([
  { name: 'pods spread over zones', yaml: [...orders(SPREAD), ejects()], at: [`warning ${AT}`] },
  { name: 'pods kept apart by zone', yaml: [...orders(APART), ejects('{ simple: RANDOM }')], at: [`warning ${AT}`] },
  { name: 'pods spread over nodes', yaml: [...orders(NODES), ejects()], at: [`info ${AT}`] },
  { name: 'pods that are not among the files', yaml: [ejects()], at: [`info ${AT}`] },
  { name: 'an even share', yaml: [...orders(SPREAD), ejects('{ localityLbSetting: { enabled: false } }')], at: [] },
  { name: 'meant', yaml: [...orders(SPREAD), ejects('{ localityLbSetting: { enabled: true } }')], at: [] },
  {
    name: 'a subset has the balancer of the host',
    yaml: [
      ...orders(SPREAD),
      policy(
        'orders',
        'trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: false } } }\nsubsets: [{ name: v1, trafficPolicy: { outlierDetection: {} } }]',
      ),
    ],
    at: [],
  },
  {
    name: 'nothing is ejected',
    yaml: [...orders(SPREAD), policy('orders', 'trafficPolicy: { loadBalancer: { simple: RANDOM } }')],
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(outlierPinsZone, yaml)).toEqual(at));
