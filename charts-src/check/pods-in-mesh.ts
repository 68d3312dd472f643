import type { Workload } from '../graph/workload.ts';

/** Whether pods may have a sidecar: they do, or the files do not say. What Istio's controllers made is Istio's business. */
export const mayBeInMesh = ({ sidecar, manifest, annotations }: Workload): boolean =>
  manifest.labels['gateway.istio.io/managed'] === undefined &&
  // istioctl takes the annotation for a yes even where the namespace is silent: whoever wrote it meant the mesh.
  (sidecar !== 'no' || annotations['sidecar.istio.io/inject'] === 'true');
