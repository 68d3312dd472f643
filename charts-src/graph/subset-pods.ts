import type { DestinationRuleSpec, Subset } from '../imports/istio.ts';
import { fixedEndpoints, podsOf } from './endpoints.ts';
import { selects } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { MeshHost } from './mesh-host.ts';
import type { Workload } from './workload.ts';

/** Labels of endpoints that no pod template has: Istio, Kubernetes and controllers set them on pods. */
const SET_LATER = [
  /^topology\.(?:kubernetes|istio)\.io\//,
  /^(?:failure-domain\.beta\.)?kubernetes\.io\/(?:hostname|region|zone)$/,
  /^istio\.io\//,
  /^security\.istio\.io\//,
  /^service\.istio\.io\//,
  /^(?:rollouts-)?pod-template-hash$/,
  /^controller-revision-hash$/,
  /^statefulset\.kubernetes\.io\//,
  /^apps\.kubernetes\.io\//,
  /^(?:batch\.kubernetes\.io\/)?(?:job-name|controller-uid|job-completion-index)$/,
];

const isSetLater = (key: string): boolean => SET_LATER.some((pattern) => pattern.test(key));

/** The endpoints of a subset, as far as the files say. */
export interface SubsetEndpoints {
  /** What makes the pods that have the labels of the subset, of those that the host selects. */
  readonly workloads: readonly Workload[];
  /** Endpoints that are written down: of a ServiceEntry, or WorkloadEntries. */
  readonly fixed: number;
}

/**
 * The endpoints that a subset narrows a host down to; undefined where the files do not say which endpoints the host
 * has, or where there are none to choose from.
 */
export function subsetEndpoints(graph: MeshGraph, host: MeshHost, subset: Subset): SubsetEndpoints | undefined {
  const labels = subset.labels ?? {};
  const wanted: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) {
    if (!isSetLater(key)) wanted[key] = value;
    // Nobody sets an empty one.
    else if (value === '') return { workloads: [], fixed: 0 };
  }
  if (host.from.kind === 'ServiceEntry') {
    const { workloadSelector, resolution } = host.from.entry.spec;
    if (workloadSelector === undefined && (resolution === undefined || resolution === 'NONE')) return undefined;
  } else {
    const { selector = {}, type } = host.from.spec;
    if (Object.keys(selector).length === 0 || type === 'ExternalName') return undefined;
  }
  return {
    workloads: podsOf(graph, host).filter((workload) => selects(wanted, workload.labels)),
    fixed: fixedEndpoints(graph, host).filter((endpoint) => selects(wanted, endpoint.labels ?? {})).length,
  };
}

/** Whether a subset is a name for all endpoints of its host. */
export const selectsAll = ({ labels = {} }: NonNullable<DestinationRuleSpec['subsets']>[number]): boolean =>
  Object.keys(labels).length === 0;

/** Whether some controller other than an autoscaler of Kubernetes decides how many pods a workload has. */
export function isScaledElsewhere(graph: MeshGraph, { kind, namespace, name }: Workload): boolean {
  const names = (object: unknown, field: string): boolean => {
    const reference = (object as { readonly spec?: Readonly<Record<string, unknown>> }).spec?.[field]; // JSON of any shape
    const target = reference as { readonly name?: unknown } | null | undefined;
    return target?.name === name;
  };
  return (
    graph
      .objects('ScaledObject', 'keda.sh')
      .some((one) => one.namespace === namespace && names(one.object, 'scaleTargetRef')) ||
    graph
      .objects('Canary', 'flagger.app')
      .some((one) => one.namespace === namespace && names(one.object, 'targetRef')) ||
    (kind === 'Deployment' &&
      graph
        .objects('Rollout', 'argoproj.io')
        .some((one) => one.namespace === namespace && names(one.object, 'workloadRef')))
  );
}
