import type { ContainerAt } from '../graph/own-containers.ts';
import type { Workload } from '../graph/workload.ts';
import type { Path } from '../model/schema.ts';

export type { ContainerAt } from '../graph/own-containers.ts';

/** The name of the container that Istio adds to pods. */
export const PROXY = 'istio-proxy';

/** The containers of a workload that are not Istio's proxy; those that run once before the others are not among them. */
export const appContainers = (workload: Pick<Workload, 'pod' | 'at'>): readonly ContainerAt[] =>
  containersIn(workload, 'containers').filter(({ container }) => container.name !== PROXY);

/** The init containers of a workload that end before the others begin, without Istio's. */
export const initContainers = (workload: Pick<Workload, 'pod' | 'at'>): readonly ContainerAt[] =>
  containersIn(workload, 'initContainers').filter(
    ({ container: { name = '', restartPolicy } }) => restartPolicy !== 'Always' && !name.startsWith('istio-'),
  );

/** Where the spec of the pods of a workload is. */
export const podAt = ({ at }: Pick<Workload, 'at'>): Path => [...at, 'spec'];

const containersIn = (
  workload: Pick<Workload, 'pod' | 'at'>,
  field: 'containers' | 'initContainers',
): readonly ContainerAt[] =>
  (workload.pod[field] ?? []).map((container, index) => ({ container, at: [...podAt(workload), field, index] }));
