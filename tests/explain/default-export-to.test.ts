import { expect, test } from 'vitest';
import type { MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import { meshOf } from '../check/mesh-of.ts';
import { explained } from '../live/explain/compare.ts';
import { PLAYGROUND } from '../live/explain/playground.ts';

// Each answer is one that the lab gave, with these lines in the MeshConfig of its istiod.

const MESH = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: alpha, namespace: north }
spec: { hosts: [alpha], http: [{ name: ours, route: [{ destination: { host: alpha, subset: v1 } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: alpha, namespace: north }
spec: { host: alpha, subsets: [{ name: v1, labels: { version: v1 } }] }
`;

type Client = 'north/client' | 'south/client';

const askAlpha = (graph: MeshGraph, from: Client) =>
  explained(graph, { from, method: 'GET', url: 'http://alpha.north.svc.cluster.local/', headers: {} });

/** The rule that a request to alpha meets, and the status that a proxy answers with. */
const OURS = ['ours', null] as const;
const WITHOUT_SUBSET = ['ours', 503] as const;
const DEFAULT = ['default', null] as const;
const UNKNOWN = [undefined, null] as const;

test.each([
  { config: '', north: OURS, south: OURS },
  { config: "defaultVirtualServiceExportTo: ['.']", north: OURS, south: DEFAULT },
  { config: "defaultVirtualServiceExportTo: ['~']", north: DEFAULT, south: DEFAULT },
  { config: "defaultVirtualServiceExportTo: ['.', '~']", north: DEFAULT, south: DEFAULT },
  { config: 'defaultVirtualServiceExportTo: [south]', north: DEFAULT, south: OURS },
  { config: "defaultVirtualServiceExportTo: [south, '*']", north: OURS, south: OURS },
  { config: "defaultDestinationRuleExportTo: ['.']", north: OURS, south: WITHOUT_SUBSET },
  { config: "defaultDestinationRuleExportTo: ['.', '*']", north: OURS, south: WITHOUT_SUBSET },
  { config: "defaultDestinationRuleExportTo: ['~']", north: OURS, south: OURS },
  { config: 'defaultDestinationRuleExportTo: [south]', north: OURS, south: OURS },
  { config: "defaultServiceExportTo: ['.']", north: OURS, south: WITHOUT_SUBSET },
  { config: "defaultServiceExportTo: ['~']", north: UNKNOWN, south: UNKNOWN },
  { config: 'defaultServiceExportTo: [south]', north: UNKNOWN, south: OURS },
])('what $config means', ({ config, north, south }) => {
  const meshConfig = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: config },
  };
  const graph = meshOf([PLAYGROUND, MESH, JSON.stringify(meshConfig)].join('\n---\n'));
  const met = (from: Client) => {
    const { route, status } = askAlpha(graph, from);
    return [route?.name ?? undefined, status];
  };
  expect([met('north/client'), met('south/client')]).toEqual([north, south]);
});

test('what an object says itself stands above the default of the mesh', () => {
  const text = MESH.replace('hosts: [alpha]', "exportTo: ['*'], hosts: [alpha]");
  const graph = meshOf([PLAYGROUND, text].join('\n---\n'), { defaultVirtualServiceExportTo: ['.'] });
  expect(askAlpha(graph, 'south/client').route?.name).toBe('ours');
});
