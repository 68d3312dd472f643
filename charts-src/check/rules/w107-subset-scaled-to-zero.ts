import { routeDestinations } from '../../graph/route-destinations.ts';
import { rulesByHost } from '../../graph/subset-index.ts';
import { isScaledElsewhere, subsetEndpoints } from '../../graph/subset-pods.ts';
import { workloadName } from '../../graph/workload.ts';
import { knownHost } from '../known-host.ts';
import { percent } from '../../model/percent.ts';
import type { Rule } from '../rule.ts';

/** A route gives a share of the requests to pods of which there are none: the workload has 0 replicas. Envoy answers 503. */
export const subsetScaledToZero = {
  code: 'W107',
  name: 'subset-scaled-to-zero',
  severity: 'error',
  summary: 'A VirtualService gives requests to a subset whose workload has no replicas.',
  also: [],
  reads: ['VirtualService', 'DestinationRule', 'Service', 'Deployment', 'StatefulSet'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService'))
      for (const { destination, host, at, share, isMirror } of routeDestinations(
        virtualService,
        graph.settings.clusterDomain,
      )) {
        if (share === 0 || isMirror || destination.subset === undefined) continue;
        const target = knownHost(graph, host, virtualService.namespace);
        const subset = rulesByHost(graph)
          .covering(host)
          .flatMap(({ spec }) => spec.subsets ?? [])
          .find(({ name }) => name === destination.subset);
        if (target === undefined || subset === undefined) continue;
        const { workloads = [], fixed = 0 } = subsetEndpoints(graph, target, subset) ?? {};
        const [first] = workloads;
        if (first === undefined || fixed > 0) continue;
        if (!workloads.every((workload) => workload.maxReplicas === 0 && !isScaledElsewhere(graph, workload))) continue;
        yield {
          manifest: virtualService.manifest,
          at: [...at, 'subset'],
          message: `subset "${destination.subset}" gets ${percent(share)} of the requests, and ${workloadName(first)} has 0 replicas: Envoy answers them with 503`,
          fix: 'start its pods first and give it a weight when they are ready, or take its weight away',
        };
      }
  },
} satisfies Rule;
