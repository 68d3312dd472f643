import { selects } from '../../graph/labels.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost } from '../../graph/mesh-host.ts';
import { selectsAll, subsetEndpoints } from '../../graph/subset-pods.ts';
import { workloadName } from '../../graph/workload.ts';
import type { Subset } from '../../imports/istio.ts';
import { fullHost, isWildcardHost } from '../../model/host.ts';
import { own } from '../../model/own.ts';
import { knownHost } from '../known-host.ts';
import type { Hit, Rule } from '../rule.ts';
import { subsetKey, subsetShares } from '../subset-share.ts';

/**
 * No pod that the Service selects has the labels of a subset: its cluster has no endpoint, and whatever is routed there
 * gets 503. Pods of other Services with these labels do not count.
 */
export const subsetWithoutPods = {
  code: 'W105',
  name: 'subset-without-pods',
  severity: 'error',
  summary: 'No pod of the host has the labels of a subset.',
  also: ['IST0173', 'KIA0203'],
  reads: ['DestinationRule', 'Service', 'ServiceEntry', 'WorkloadEntry', 'VirtualService', 'Deployment', 'Pod'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain);
      if (isWildcardHost(host)) continue;
      const target = knownHost(graph, host, rule.namespace);
      if (target === undefined) continue; // W109
      for (const [index, subset] of (rule.spec.subsets ?? []).entries()) {
        if (selectsAll(subset)) continue;
        const endpoints = subsetEndpoints(graph, target, subset);
        if (endpoints === undefined || endpoints.workloads.length > 0 || endpoints.fixed > 0) continue;
        const severity = severityFor(graph, target, host, subset);
        if (severity === undefined) continue;
        yield {
          manifest: rule.manifest,
          at: ['spec', 'subsets', index, 'labels'],
          severity,
          ...wordsFor(graph, target, subset, severity),
        };
      }
    }
  },
} satisfies Rule;

/** Undefined where another finding is the cause: that the Service selects no pods at all. */
function severityFor(graph: MeshGraph, target: MeshHost, host: string, subset: Subset): Hit['severity'] | undefined {
  const knowsPods = target.from.kind === 'ServiceEntry' || target.workloads.length > 0;
  if (!knowsPods && graph.workloadsBy(target.namespace).select({}).length > 0) return undefined;
  if (!knowsPods) return 'info';
  if ((subsetShares(graph).get(subsetKey(host, subset.name)) ?? 0) > 0) return 'error';
  // Nobody is sent to it yet; what can never have pods is wrong all the same.
  return contradiction(target, subset) === undefined ? 'info' : 'warning';
}

/** A label of a subset for which the selector of the Service has another value. */
function contradiction({ from }: MeshHost, { labels = {} }: Subset): readonly [string, string] | undefined {
  const selector = from.kind === 'Service' ? (from.spec.selector ?? {}) : {};
  for (const key of Object.keys(labels)) {
    const wanted = own(selector, key);
    if (wanted !== undefined && wanted !== labels[key]) return [key, wanted];
  }
  return undefined;
}

function wordsFor(
  graph: MeshGraph,
  target: MeshHost,
  subset: Subset,
  severity: Hit['severity'],
): Pick<Hit, 'message' | 'fix'> {
  const labels = subset.labels ?? {};
  const text = Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
  const subject = `subset "${subset.name}" (${text})`;
  if (target.workloads.length === 0 && target.from.kind === 'Service')
    return {
      message: `${subject} cannot be checked: no pods of namespace "${target.namespace}" are among the files`,
      fix: 'check the Deployments together with these manifests',
    };
  const comes = severity === 'error' ? 'requests that are routed there get 503' : 'nothing could be routed there';
  const excluded = contradiction(target, subset);
  if (excluded)
    return {
      message: `${subject} can never have pods: the Service itself selects ${excluded[0]}: ${excluded[1]} only, so ${comes}`,
      fix: `take ${excluded[0]} out of the selector of the Service: subsets choose among all of its pods`,
    };
  const selector = target.from.kind === 'Service' ? (target.from.spec.selector ?? {}) : {};
  // Labels are found all over a mesh; only where somebody is sent there may another app have been meant.
  const [other] = severity === 'error' ? graph.workloadsBy().select(labels) : [];
  const foreign =
    other !== undefined && !selects(selector, other.labels)
      ? `; ${workloadName(other)} has these labels, but the Service does not select it`
      : '';
  const keys = Object.keys(labels);
  const values = [
    ...new Set(
      target.workloads.map((workload) =>
        keys.map((key) => `${key}: ${own(workload.labels, key) ?? '(none)'}`).join(', '),
      ),
    ),
  ];
  return {
    message: `${subject} selects no pod of its host (its pods have ${values.join(' or ') || 'none of these labels'}), so ${comes}${foreign}`,
    fix: 'give the pods of a workload these labels in its template, or correct the labels of the subset',
  };
}
