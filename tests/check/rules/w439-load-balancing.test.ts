import { expect, test } from 'vitest';
import { loadBalancing } from '../../../charts-src/check/rules/w439-load-balancing.ts';
import { judged } from '../validation/judged.ts';

const balance = (loadBalancer: object, more: object = {}) => ({
  host: 'orders',
  trafficPolicy: { loadBalancer, ...more },
});
const hash = (consistentHash: object) => balance({ consistentHash });
const locality = (localityLbSetting: object, more: object = {}) => balance({ localityLbSetting }, more);
const at = 'spec.trafficPolicy.loadBalancer';
const outlierDetection = { consecutive5xxErrors: 3 };

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  {
    name: 'a cookie without name',
    spec: hash({ httpCookie: { name: '' } }),
    at: [`${at}.consistentHash.httpCookie.name`],
  },
  {
    name: 'attributes of a cookie',
    spec: hash({ httpCookie: { name: 'c', attributes: [{ name: 'a' }, { name: 'a' }, { name: '' }] } }),
    at: [`${at}.consistentHash.httpCookie.attributes[1].name`, `${at}.consistentHash.httpCookie.attributes[2].name`],
  },
  {
    name: 'an age of a cookie that is none',
    spec: hash({ httpCookie: { name: 'c', ttl: 'soon' } }),
    at: [`${at}.consistentHash.httpCookie.ttl`],
  },
  {
    name: 'the old size of a ring',
    spec: hash({ useSourceIp: true, minimumRingSize: 10 }),
    at: [`warning: ${at}.consistentHash.minimumRingSize`],
  },
  {
    name: 'two sizes of a ring',
    spec: hash({ useSourceIp: true, minimumRingSize: 10, ringHash: { minimumRingSize: 10 } }),
    at: [`warning: ${at}.consistentHash.minimumRingSize`, `${at}.consistentHash.minimumRingSize`],
  },
  {
    name: 'no size of a table',
    spec: hash({ useSourceIp: true, maglev: {} }),
    at: [`${at}.consistentHash.maglev.tableSize`],
  },
  {
    name: 'a size that is no prime',
    spec: hash({ useSourceIp: true, maglev: { tableSize: 65536 } }),
    at: [`${at}.consistentHash.maglev.tableSize`],
  },
  {
    name: 'a size that is too large',
    spec: hash({ useSourceIp: true, maglev: { tableSize: 5000011 } }),
    at: [`${at}.consistentHash.maglev.tableSize`],
  },
  { name: 'a prime size', spec: hash({ useSourceIp: true, maglev: { tableSize: 65537 } }), at: [] },
  {
    name: 'shares that do not total 100',
    spec: locality({ distribute: [{ from: 'a/*', to: { 'a/*': 50, 'b/*': 40 } }] }),
    at: [`${at}.localityLbSetting.distribute[0].to`],
  },
  {
    name: 'a share that is none',
    spec: locality({ distribute: [{ from: 'a/*', to: { 'a/*': 0, 'b/*': 100 } }] }),
    at: [`${at}.localityLbSetting.distribute[0].to["a/*"]`],
  },
  {
    name: 'a place in another one',
    spec: locality({ distribute: [{ from: 'a/*', to: { 'a/*': 50, 'a/b': 50 } }] }),
    at: [`${at}.localityLbSetting.distribute[0].to["a/b"]`],
  },
  {
    name: 'places from which twice',
    spec: locality({
      distribute: [
        { from: 'a', to: { b: 100 } },
        { from: 'a/b', to: { b: 100 } },
      ],
    }),
    at: [`${at}.localityLbSetting.distribute[1].from`],
  },
  {
    name: 'a wildcard in between',
    spec: locality({ distribute: [{ from: 'a/*/c', to: { b: 100 } }] }),
    at: [`${at}.localityLbSetting.distribute[0].from`],
  },
  { name: 'shares', spec: locality({ distribute: [{ from: 'a/*', to: { 'a/*': 80, 'b/c/*': 20 } }] }), at: [] },
  {
    name: 'shares and failover',
    spec: locality({ distribute: [{ from: 'a', to: { a: 100 } }], failover: [{ from: 'a', to: 'b' }] }),
    at: [`${at}.localityLbSetting.failover`],
  },
  {
    name: 'failover that nothing starts',
    spec: locality({ failover: [{ from: 'a', to: 'b' }] }),
    at: [`warning: ${at}.localityLbSetting`],
  },
  {
    name: 'failover to itself',
    spec: locality({ failover: [{ from: 'a', to: 'a' }] }, { outlierDetection }),
    at: [`${at}.localityLbSetting.failover[0]`],
  },
  {
    name: 'failover to a zone',
    spec: locality({ failover: [{ from: 'a', to: 'b/c' }] }, { outlierDetection }),
    at: [`${at}.localityLbSetting.failover[0].to`],
  },
  {
    name: 'failover to anywhere',
    spec: locality({ failover: [{ from: 'a', to: '*' }] }, { outlierDetection }),
    at: [`${at}.localityLbSetting.failover[0].to`],
  },
  {
    name: 'failover by region and label',
    spec: locality(
      { failover: [{ from: 'a', to: 'b' }], failoverPriority: ['topology.kubernetes.io/zone'] },
      { outlierDetection },
    ),
    at: [`${at}.localityLbSetting.failoverPriority[0]`],
  },
  {
    name: 'failover',
    spec: locality({ failover: [{ from: 'a', to: 'b' }], failoverPriority: ['team'] }, { outlierDetection }),
    at: [],
  },
  {
    name: 'both settings for zones',
    spec: balance({ localityLbSetting: {}, zoneAwareLbSetting: {} }),
    at: [`${at}.zoneAwareLbSetting`],
  },
  {
    name: 'zones by label',
    spec: balance({ zoneAwareLbSetting: { failoverPriority: ['topology.istio.io/subzone'] } }, { outlierDetection }),
    at: [`${at}.zoneAwareLbSetting.failoverPriority[0]`],
  },
  {
    name: 'warming up never',
    spec: balance({ simple: 'RANDOM', warmup: { duration: '1s', aggression: 0 } }),
    at: [`${at}.warmup.aggression`],
  },
])('$name', ({ spec, at }) => {
  expect(judged(loadBalancing, 'DestinationRule', spec)).toEqual(at);
});
