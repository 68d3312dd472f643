import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Workload } from '../../graph/workload.ts';
import { isOwned } from '../long-running.ts';
import type { Rule, Severity } from '../rule.ts';

/** The pods of a StatefulSet have no names in DNS. */
export const statefulSetService = {
  code: 'W544',
  name: 'stateful-set-service',
  severity: 'warning',
  summary: 'The Service that should name the pods of a StatefulSet does not.',
  reads: ['StatefulSet', 'Service'],
  *check(graph) {
    for (const workload of graph.workloads) {
      if (workload.kind !== 'StatefulSet' || isOwned(workload.manifest)) continue;
      const problem = problemOf(workload, graph);
      if (problem) yield { manifest: workload.manifest, at: ['spec', 'serviceName'], ...problem };
    }
  },
} satisfies Rule;

interface Problem {
  readonly severity?: Severity;
  readonly message: string;
  readonly fix: string;
}

function problemOf(workload: Workload, graph: MeshGraph): Problem | undefined {
  const { namespace, name, spec } = workload;
  const { serviceName = '' } = spec;
  const effect = `${name}-0.${serviceName || '…'} is no name in DNS`;
  if (serviceName === '')
    return {
      message: `there is no serviceName: the pods have no names of their own, ${effect}`,
      fix: 'create a Service with clusterIP: None that selects the pods, and name it',
    };
  const service = graph
    .hostsNamed(`${serviceName}.${namespace}.svc.${graph.settings.clusterDomain}`)
    .find(({ from }) => from.kind === 'Service');
  if (service === undefined)
    return graph.namespaces.get(namespace)?.isDescribed
      ? {
          message: `serviceName "${serviceName}" is no Service of namespace "${namespace}": ${effect}`,
          fix: `create the Service "${serviceName}" with clusterIP: None`,
        }
      : undefined;
  if (!service.workloads.includes(workload))
    return {
      message: `Service "${serviceName}" does not select the pods: ${effect}`,
      fix: `give the Service the selector that the pods' labels fit`,
    };
  if (service.from.kind === 'Service' && !service.from.isHeadless)
    return {
      severity: 'info',
      message: `Service "${serviceName}" has an address of its own: ${effect}, and the mesh balances over all pods as if they were alike`,
      fix: 'set clusterIP: None, with another Service for callers who want any pod',
    };
  return undefined;
}
