import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A namespace whose requests nobody can look at afterwards. */
export const noTelemetry = {
  code: 'W610',
  name: 'no-telemetry',
  severity: 'info',
  summary: 'Nothing says what is logged and traced of the requests of a namespace.',
  reads: ['Namespace', 'Telemetry', 'Service', 'Deployment', 'StatefulSet'],
  *check(graph: MeshGraph) {
    const told = new Set(graph.of('Telemetry').map(({ namespace }) => namespace));
    if (told.has(graph.settings.rootNamespace)) return;
    const busy = new Set(serving(graph).flatMap(({ sidecar, namespace }) => (sidecar === 'yes' ? [namespace] : [])));
    for (const { name, manifest } of graph.namespaces.values()) {
      if (manifest === undefined || !busy.has(name) || told.has(name)) continue;
      yield {
        manifest,
        at: [],
        message: `no Telemetry is for namespace "${name}" or for the mesh: without one, and without a word in MeshConfig, no access log is written and no trace is taken`,
        fix: 'add a Telemetry named "default" with accessLogging and tracing to the namespace',
      };
    }
  },
} satisfies Rule;
