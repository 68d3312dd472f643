import { conform } from '../../model/conform.ts';
import type { Schema } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/** A network of the mesh is made of a cluster that nobody knows. */
export const networkRegistry = {
  code: 'W575',
  name: 'network-registry',
  severity: 'warning',
  summary: 'MeshNetworks names a cluster that no Secret gives access to.',
  also: ['IST0126'],
  reads: ['ConfigMap', 'Secret'],
  *check(graph) {
    const { meshConfig } = graph;
    if (meshConfig === undefined) return;
    const known = new Set(['Kubernetes', 'External', ...clustersOf(graph.objects('Secret', ''))]);
    const networks = (conform(networksShape, meshConfig.networks['networks']) ?? {}) as Networks; // `conform` leaves these types
    for (const [network, { endpoints = [] }] of Object.entries(networks))
      for (const { fromRegistry } of endpoints) {
        if (fromRegistry === undefined || known.has(fromRegistry)) continue;
        yield {
          manifest: meshConfig.configMap,
          at: ['data', 'meshNetworks'],
          message: `network "${network}" is made of registry "${fromRegistry}", which is no cluster that a Secret among the files gives access to (known: ${[...known].join(', ')}): its endpoints belong to no network, and callers elsewhere cannot reach them`,
          fix: 'name a cluster as its Secret with the label istio/multiCluster: "true" does, or Kubernetes for this one',
        };
      }
  },
} satisfies Rule;

type Networks = Readonly<Record<string, { readonly endpoints?: readonly { readonly fromRegistry?: string }[] }>>;

const networksShape = {
  type: 'map',
  values: {
    type: 'object',
    fields: {
      endpoints: { type: 'list', items: { type: 'object', fields: { fromRegistry: 'string' } } },
    },
  },
} as const satisfies Schema;

/** A key of such a Secret is the name of a cluster. */
const clustersOf = (secrets: ReturnType<Parameters<Rule['check']>[0]['objects']>): readonly string[] =>
  secrets
    .filter(({ labels }) => labels['istio/multiCluster'] === 'true')
    .flatMap(({ object }) => [...keysOf(object['data']), ...keysOf(object['stringData'])]);

const keysOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];
