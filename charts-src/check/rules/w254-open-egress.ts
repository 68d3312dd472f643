import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { hasMesh, listNames, meshNamespaces } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** Pods may call any address of the world: what has been taken over can fetch and send what it likes. */
export const openEgress = {
  code: 'W254',
  name: 'open-egress',
  severity: 'warning',
  summary: 'Pods may call hosts that the mesh does not know.',
  reads: ['Sidecar', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    if (!hasMesh(graph)) return;
    const fix =
      'write outboundTrafficPolicy: { mode: REGISTRY_ONLY }, and a ServiceEntry for each host outside that is called';
    for (const { manifest, spec } of graph.of('Sidecar'))
      if (spec.outboundTrafficPolicy?.mode === 'ALLOW_ANY')
        yield {
          manifest,
          at: ['spec', 'outboundTrafficPolicy', 'mode'],
          message:
            'outboundTrafficPolicy ALLOW_ANY: the pods may call every address outside of the mesh, without routes, limits and metrics by name',
          fix,
        };
    const silent = meshNamespaces(graph).flatMap((namespace) => {
      const open = namespace.workloads.filter((workload) => {
        const { outboundTrafficPolicy, sidecar } = graph.sidecars.scopeOf(workload);
        return outboundTrafficPolicy === 'ALLOW_ANY' && sidecar?.spec.outboundTrafficPolicy === undefined;
      });
      return open.length === 0 ? [] : [{ ...namespace, open }];
    });
    const [first] = silent;
    if (first === undefined) return;
    // Once for the mesh: it is one setting that is missing.
    yield {
      manifest: first.manifest,
      at: ['metadata', 'name'],
      message: `no Sidecar says otherwise, so the pods of ${listNames(silent.map(({ name }) => name))} may call every address outside of the mesh: ALLOW_ANY is what Istio does by default`,
      fix: `add a Sidecar with outboundTrafficPolicy: { mode: REGISTRY_ONLY } to ${graph.settings.rootNamespace} or to the namespaces, and a ServiceEntry for each host outside; where the mesh configuration says REGISTRY_ONLY already, nothing is missing`,
    };
  },
} satisfies Rule;
