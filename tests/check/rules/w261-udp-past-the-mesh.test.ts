import { expect, test } from 'vitest';
import { udpPastTheMesh } from '../../../charts-src/check/rules/w261-udp-past-the-mesh.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, service } from '../security-mesh.ts';

test.each([
  {
    name: 'UDP',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80 }, { name: voice, port: 5000, protocol: UDP }'),
    ],
    hits: [
      'info Service shop/orders spec.ports[1].protocol | ports: [{ name: http, port: 80 }, { name: voice, port: 5000, protocol: UDP }]',
    ],
  },
  {
    name: 'TCP',
    documents: [namespace(), deployment(), service()],
    hits: [],
  },
  {
    name: 'pods without a sidecar',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      deployment(),
      service('orders', '{ name: voice, port: 5000, protocol: UDP }'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(udpPastTheMesh, [mesh(...documents)])).toEqual(hits);
});
