import { workloadName } from '../../graph/workload.ts';
import type { Rule } from '../rule.ts';

/** A patch is for gateways and its filter selects pods of services, or the other way round: no proxy takes it. */
export const envoyFilterContext = {
  code: 'W584',
  name: 'envoy-filter-context',
  severity: 'warning',
  summary: 'A patch of an EnvoyFilter is for another kind of proxy than the pods that it selects.',
  reads: ['EnvoyFilter', 'Deployment', 'Pod'],
  *check(graph) {
    for (const { manifest, namespace, spec } of graph.of('EnvoyFilter')) {
      const selector = spec.workloadSelector?.labels ?? {};
      // Without a selector it is for all proxies of a namespace, of which the files may hold a part.
      if (Object.keys(selector).length === 0) continue;
      const isMeshWide = namespace === graph.settings.rootNamespace;
      const pods = graph.workloadsBy(isMeshWide ? undefined : namespace).select(selector);
      const [some] = pods;
      if (some === undefined) continue;
      for (const [index, { match }] of (spec.configPatches ?? []).entries()) {
        const context = match?.context;
        if (context === undefined || context === 'ANY') continue;
        const isForGateways = context === 'GATEWAY';
        if (pods.some(({ isGateway }) => isGateway === isForGateways)) continue;
        yield {
          manifest,
          at: ['spec', 'configPatches', index, 'match', 'context'],
          message: `context ${context} is for ${isForGateways ? 'gateways' : 'sidecars'}, and ${workloadName(some)}, which is selected, has a ${isForGateways ? 'sidecar' : 'gateway'}: the patch changes nothing`,
          fix: isForGateways
            ? 'write SIDECAR_INBOUND for what comes in, SIDECAR_OUTBOUND for what goes out'
            : 'write GATEWAY, or select pods of a service',
        };
      }
    }
  },
} satisfies Rule;
