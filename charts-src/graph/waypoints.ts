import type { Manifest } from '../manifest/manifest.ts';
import { own } from '../model/own.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { Workload } from './workload.ts';

/** The label that names the waypoint of a namespace, a Service or pods. */
export const USE_WAYPOINT = 'istio.io/use-waypoint';
/** The label that says in which namespace it is. */
const USE_WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';

/** The waypoint that an object asks for by its labels. */
export interface WaypointName {
  readonly name: string;
  readonly namespace: string;
}

/** What labels say about a waypoint: its name, `none` where none is wanted, undefined where they say nothing.
 * Source: Istio's GetUseWaypoint */
export function waypointOf(labels: Manifest['labels'], namespace: string): WaypointName | 'none' | undefined {
  const name = own(labels, USE_WAYPOINT);
  if (name === undefined || name === '') return undefined;
  if (name === 'none') return 'none';
  return { name, namespace: own(labels, USE_WAYPOINT_NAMESPACE) || namespace };
}

/** Whether the calls of a Service pass a waypoint; undefined where the files do not say: their Namespace is elsewhere. */
export function hasWaypoint(
  { namespaces }: Pick<MeshGraph, 'namespaces'>,
  { labels, namespace }: Pick<Manifest, 'labels' | 'namespace'>,
): boolean | undefined {
  const said = waypointOf(labels, namespace);
  if (said !== undefined) return said !== 'none';
  const there = namespaces.get(namespace)?.manifest;
  if (there === undefined) return undefined;
  const meant = waypointOf(there.labels, namespace);
  return meant !== undefined && meant !== 'none';
}

/** Whether ztunnel carries the traffic of pods, as far as the files say. Source: Istio's ambient mode labels */
export function isAmbient(
  { namespaces }: Pick<MeshGraph, 'namespaces'>,
  { labels, namespace, sidecar, isGateway, pod }: Workload,
): boolean {
  if (sidecar === 'yes' || isGateway || pod.hostNetwork === true) return false;
  const mode = own(labels, 'istio.io/dataplane-mode') ?? namespaces.get(namespace)?.labels['istio.io/dataplane-mode'];
  return mode === 'ambient';
}
