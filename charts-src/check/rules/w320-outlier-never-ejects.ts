import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost } from '../../graph/mesh-host.ts';
import type { Subset } from '../../imports/istio.ts';
import { podsInWords, podsOf } from '../pod-count.ts';
import { hostOfRule, policyLayers, type PolicyLayer } from '../policy-layers.ts';
import { ejectionPercent, podsToEject } from '../outlier-limits.ts';
import { SubsetUse } from '../subset-use.ts';
import type { Hit, Rule } from '../rule.ts';

/** Outlier detection that may not leave out even one pod. */
export const outlierNeverEjects = {
  code: 'W320',
  name: 'outlier-never-ejects',
  severity: 'warning',
  summary: 'Outlier detection can never eject a pod, because one pod is more than it may eject.',
  reads: [
    'DestinationRule',
    'VirtualService',
    'Service',
    'ServiceEntry',
    'Deployment',
    'StatefulSet',
    'HorizontalPodAutoscaler',
  ],
  *check(graph: MeshGraph) {
    const use = new SubsetUse(graph);
    for (const rule of graph.of('DestinationRule')) {
      const host = hostOfRule(graph, rule);
      if (host === undefined) continue;
      for (const layer of policyLayers(rule)) {
        const hit = never(host, layer, use);
        if (hit) yield hit;
      }
    }
  },
} satisfies Rule;

function never(host: MeshHost, layer: PolicyLayer, use: SubsetUse): Hit | undefined {
  const { outlierDetection } = layer.policy;
  if (outlierDetection === undefined) return undefined;
  const percent = ejectionPercent(outlierDetection);
  const needed = podsToEject(percent);
  for (const subset of poolsOf(host, layer, use)) {
    const pods = podsOf(host, subset?.labels);
    // Where there is only one pod, ejecting it would help nobody.
    if (pods === undefined || pods.usual < 2 || pods.usual >= needed) continue;
    const later = pods.most >= needed;
    return {
      manifest: layer.rule.manifest,
      at: [...layer.at, 'outlierDetection', ...(outlierDetection.maxEjectionPercent ? ['maxEjectionPercent'] : [])],
      message:
        `${subset ? `subset "${subset.name}" of ` : ''}"${host.host}" has ${podsInWords(pods.usual)}, and ` +
        `${outlierDetection.maxEjectionPercent ? `maxEjectionPercent: ${percent}` : 'the default maxEjectionPercent of 10'} lets one of ${needed} be left out: ` +
        `${later ? `until it is scaled to ${podsInWords(needed)}, ` : ''}a pod that fails stays in`,
      fix: `write "maxEjectionPercent: ${Math.ceil(100 / pods.usual)}" or more, so that one of ${pods.usual} can be ejected`,
    };
  }
  return undefined;
}

/** What pods are counted in: a subset is a pool of its own, and what no route splits is one as a whole. */
function poolsOf(host: MeshHost, { rule, subset }: PolicyLayer, use: SubsetUse): readonly (Subset | undefined)[] {
  if (subset) return [subset];
  const used = use.of(host.host);
  const split = (rule.spec.subsets ?? []).filter(
    ({ name, trafficPolicy }) => used.has(name) && trafficPolicy?.outlierDetection === undefined,
  );
  return used.size > 0 && !used.has(undefined) ? split : [undefined, ...split];
}
