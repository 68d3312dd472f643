import type { Scaling } from '../model/service.ts';

/** Adds pods at once when they are busy and takes them away slowly, so that a short lull costs no capacity. */
export const horizontalPodAutoscalerSpec = (
  deployment: string,
  { minReplicas, maxReplicas, targetCpuPercent = 70 }: Extract<Scaling, { minReplicas: number }>,
) => ({
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment },
  minReplicas,
  maxReplicas,
  metrics: [
    {
      // Of the application alone: the proxy beside it would blur the figure. From Kubernetes 1.30.
      type: 'ContainerResource',
      containerResource: {
        name: 'cpu',
        container: 'app',
        target: { type: 'Utilization', averageUtilization: targetCpuPercent },
      },
    },
  ],
  behavior: {
    scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] },
  },
});

/** Lets a drain of nodes take away one pod at a time. */
export const podDisruptionBudgetSpec = (selector: Readonly<Record<string, string>>) => ({
  maxUnavailable: 1,
  // Else pods that never became ready would block a drain for ever.
  unhealthyPodEvictionPolicy: 'AlwaysAllow',
  selector: { matchLabels: { ...selector } },
});
