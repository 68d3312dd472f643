import type { Workload } from '../graph/workload.ts';

/** Whether pods have a proxy; where the files do not say, they are taken to be in the mesh. */
export const inMesh = ({ sidecar }: Pick<Workload, 'sidecar'>): boolean => sidecar !== 'no';
