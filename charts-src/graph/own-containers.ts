import type { Path } from '../model/schema.ts';
import type { Container } from './shapes.ts';
import type { Workload } from './workload.ts';

/** A container, and where it stands in its object. */
export interface ContainerAt {
  readonly container: Container;
  readonly at: Path;
}

/** Every container that somebody wrote, those that run before the others included: not what Istio adds to pods. */
export const ownContainers = ({ pod, at }: Pick<Workload, 'pod' | 'at'>): readonly ContainerAt[] =>
  (['containers', 'initContainers'] as const).flatMap((field) =>
    (pod[field] ?? []).flatMap((container, index) =>
      /^istio-(?:proxy|init|validation)$/.test(container.name ?? '')
        ? []
        : [{ container, at: [...at, 'spec', field, index] }],
    ),
  );
