import type { IstioKind } from '../imports/istio.ts';
import type { MeshSettings } from './mesh-settings.ts';
import type { Resource } from './resource.ts';

/** For what the mesh has a default of `exportTo`. */
export type Exported = 'Service' | 'VirtualService' | 'DestinationRule';

/**
 * What `exportTo` means on an object that does not say it; empty: everywhere. Of DestinationRules Istio looks for `.` only.
 * Source: Istio's PushContext, initDefaultExportMaps and its uses
 */
export function defaultExportTo(kind: Exported, settings: MeshSettings): readonly string[] {
  const said = settings[`default${kind}ExportTo`];
  if (kind === 'DestinationRule') return said.includes('.') ? ['.'] : [];
  return said.includes('*') ? [] : said;
}

/** What the default of a kind of Istio is; a ServiceEntry has that of Services. */
const DEFAULT_OF: Readonly<Partial<Record<IstioKind, Exported>>> = {
  VirtualService: 'VirtualService',
  DestinationRule: 'DestinationRule',
  ServiceEntry: 'Service',
};

/** The object with the `exportTo` that it has in this mesh. */
export function exported<K extends IstioKind>(resource: Resource<K>, settings: MeshSettings): Resource<K> {
  const kind = DEFAULT_OF[resource.kind];
  if (kind === undefined) return resource;
  const spec = resource.spec as { readonly exportTo?: readonly string[] }; // these kinds have it
  const exportTo = defaultExportTo(kind, settings);
  return exportTo.length === 0 || (spec.exportTo ?? []).length > 0
    ? resource
    : { ...resource, spec: { ...resource.spec, exportTo } };
}
