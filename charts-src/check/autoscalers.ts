import type { Workload } from '../graph/workload.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';
import type { Schema } from '../model/schema.ts';
import { perGraph } from '../graph/per-graph.ts';

const specShape = {
  type: 'object',
  fields: {
    minReplicas: 'integer',
    maxReplicas: 'integer',
    targetCPUUtilizationPercentage: 'integer',
    scaleTargetRef: { type: 'object', fields: { apiVersion: 'string', kind: 'string', name: 'string' } },
    metrics: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          type: 'string',
          resource: {
            type: 'object',
            fields: { name: 'string', target: { type: 'object', fields: { type: 'string' } } },
          },
          containerResource: {
            type: 'object',
            fields: { name: 'string', container: 'string', target: { type: 'object', fields: { type: 'string' } } },
          },
        },
      },
    },
  },
} as const satisfies Schema;

/** A metric of a HorizontalPodAutoscaler that is a share of what containers request. */
export interface UtilizationMetric {
  readonly resource: string;
  /** The container that is measured; undefined for all of the pod. */
  readonly container: string | undefined;
  readonly at: readonly (string | number)[];
}

/** A HorizontalPodAutoscaler, and the workload that it scales. */
export interface Autoscaler {
  readonly manifest: Manifest;
  readonly target: { readonly kind: string; readonly name: string };
  /** Undefined when it is not among the files. */
  readonly workload: Workload | undefined;
  readonly minReplicas: number;
  readonly maxReplicas: number | undefined;
  readonly utilization: readonly UtilizationMetric[];
}

/** All HorizontalPodAutoscalers. */
export const autoscalers = perGraph((graph): readonly Autoscaler[] => {
  const byName = new Map(
    graph.workloads.map((workload) => [`${workload.kind} ${workload.namespace}/${workload.name}`, workload]),
  );
  return graph.objects('HorizontalPodAutoscaler', 'autoscaling').map((manifest) => {
    const spec = conform(specShape, manifest.object['spec']) as Spec; // `conform` leaves these types
    const { kind = '', name = '' } = spec.scaleTargetRef ?? {};
    return {
      manifest,
      target: { kind, name },
      workload: byName.get(`${kind} ${manifest.namespace}/${name}`),
      minReplicas: spec.minReplicas ?? 1,
      maxReplicas: spec.maxReplicas,
      utilization: utilizationOf(spec),
    };
  });
});

interface Spec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly targetCPUUtilizationPercentage?: number;
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly metrics?: readonly {
    readonly type?: string;
    readonly resource?: { readonly name?: string; readonly target?: { readonly type?: string } };
    readonly containerResource?: {
      readonly name?: string;
      readonly container?: string;
      readonly target?: { readonly type?: string };
    };
  }[];
}

function utilizationOf(spec: Spec): readonly UtilizationMetric[] {
  if (spec.targetCPUUtilizationPercentage !== undefined)
    return [{ resource: 'cpu', container: undefined, at: ['spec', 'targetCPUUtilizationPercentage'] }];
  return (spec.metrics ?? []).flatMap(({ resource, containerResource }, index) => {
    const measured = resource ?? containerResource;
    if (measured?.target?.type !== 'Utilization') return [];
    const field = resource === undefined ? 'containerResource' : 'resource';
    return [
      {
        resource: measured.name ?? '',
        container: containerResource?.container,
        at: ['spec', 'metrics', index, field, 'name'],
      },
    ];
  });
}
