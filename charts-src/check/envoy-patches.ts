import type { EnvoyConfigPatch } from '../imports/istio.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { Path } from '../model/schema.ts';

/** One patch of an EnvoyFilter. */
export interface PatchAt {
  readonly filter: Resource<'EnvoyFilter'>;
  readonly patch: EnvoyConfigPatch;
  readonly at: Path;
}

/** All patches with an operation, in the order of the objects. */
export const envoyPatches = (graph: Pick<MeshGraph, 'of'>): readonly PatchAt[] =>
  graph
    .of('EnvoyFilter')
    .flatMap((filter) =>
      (filter.spec.configPatches ?? []).flatMap((patch, index) =>
        patch.patch?.operation === undefined ? [] : [{ filter, patch, at: ['spec', 'configPatches', index] }],
      ),
    );

/** Kinds of configuration that are made anew for every route: what is taken from them or put in comes too early. */
export const isRoute = ({ applyTo }: EnvoyConfigPatch): boolean =>
  applyTo === 'ROUTE_CONFIGURATION' || applyTo === 'HTTP_ROUTE';

/** Whether something can be replaced as a whole there. Source: Istio's ApplyListenerPatches, patchVirtualHosts */
export const canBeReplaced = ({ applyTo }: EnvoyConfigPatch): boolean =>
  applyTo === 'NETWORK_FILTER' ||
  applyTo === 'HTTP_FILTER' ||
  applyTo === 'LISTENER_FILTER' ||
  applyTo === 'VIRTUAL_HOST';
