import type { Workload } from '../graph/workload.ts';
import type { ContainerAt } from './app-containers.ts';
import { podAt } from './app-containers.ts';

/** Every container that somebody wrote, those that run before the others included: not what Istio adds to pods. */
export const ownContainers = (workload: Pick<Workload, 'pod' | 'at'>): readonly ContainerAt[] =>
  (['containers', 'initContainers'] as const).flatMap((field) =>
    (workload.pod[field] ?? []).flatMap((container, index) =>
      /^istio-(?:proxy|init|validation)$/.test(container.name ?? '')
        ? []
        : [{ container, at: [...podAt(workload), field, index] }],
    ),
  );
