import { expect, test } from 'vitest';
import { metricsOutOfReach } from '../../../charts-src/check/rules/w209-metrics-out-of-reach.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, peerAuthentication } from '../security-mesh.ts';

const SCRAPED = 'prometheus.io/scrape: "true", prometheus.io/port: "8080"';
const OFF = `${SCRAPED}, prometheus.istio.io/merge-metrics: "false"`;
const check = (annotations: string, ...others: readonly string[]): number =>
  found(metricsOutOfReach, [mesh(namespace(), deployment('orders', { annotations }), ...others)]).length;

test.each([
  { name: 'merging is off', annotations: OFF, hits: 1 },
  { name: 'merging is on', annotations: SCRAPED, hits: 0 },
  { name: 'nobody scrapes', annotations: OFF.replace('"true"', '"false"'), hits: 0 },
  { name: 'no port', annotations: OFF.replace('"8080"', '""'), hits: 0 },
  {
    name: 'a port past the proxy',
    annotations: `${OFF}, traffic.sidecar.istio.io/excludeInboundPorts: "8080"`,
    hits: 0,
  },
])('$name', ({ annotations, hits }) => {
  expect(check(annotations, peerAuthentication())).toBe(hits);
  expect(check(annotations), 'plain text is taken').toBe(0);
});

test('a port that takes plain text', () => {
  const open = peerAuthentication(
    'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: PERMISSIVE } }',
    'orders',
  );
  expect(check(OFF, peerAuthentication(), open)).toBe(0);
});
