import type { Manifest } from '../manifest/manifest.ts';
import { fieldsOf } from '../manifest/raw.ts';
import { yamlValue } from '../manifest/yaml-value.ts';
import type { MeshSettings } from './mesh-settings.ts';

/** Istio's MeshConfig and MeshNetworks, where the ConfigMap that istiod reads them from is among the files. */
export interface MeshConfig {
  readonly configMap: Manifest;
  /** Text of `data.mesh` as an object; empty when there is none. */
  readonly mesh: Readonly<Record<string, unknown>>;
  /** Text of `data.meshNetworks` as an object; empty when there is none. */
  readonly networks: Readonly<Record<string, unknown>>;
}

/** The ConfigMap `istio`, or `istio-<revision>`, of the root namespace. */
export function meshConfigOf(configMaps: readonly Manifest[], rootNamespace: string): MeshConfig | undefined {
  const configMap = configMaps.find(
    ({ name, namespace, labels }) =>
      namespace === rootNamespace &&
      (name === 'istio' || (name.startsWith('istio-') && labels['istio.io/rev'] === name.slice('istio-'.length))),
  );
  if (configMap === undefined) return undefined;
  const data = fieldsOf(configMap.object['data']);
  return { configMap, mesh: yamlFields(data['mesh']), networks: yamlFields(data['meshNetworks']) };
}

/** What MeshConfig says of the meaning of manifests; what it leaves out is not there. */
export function declaredSettings(meshConfig: MeshConfig | undefined): Partial<MeshSettings> {
  const { rootNamespace, trustDomain, enableAutoMtls, outboundTrafficPolicy } = meshConfig?.mesh ?? {};
  const { mode } = fieldsOf(outboundTrafficPolicy);
  return {
    ...(typeof rootNamespace === 'string' && rootNamespace !== '' && { rootNamespace }),
    ...(typeof trustDomain === 'string' && trustDomain !== '' && { trustDomain }),
    ...(typeof enableAutoMtls === 'boolean' && { autoMtls: enableAutoMtls }),
    ...((mode === 'ALLOW_ANY' || mode === 'REGISTRY_ONLY') && { outboundTrafficPolicy: mode }),
    ...exportDefaults(meshConfig?.mesh ?? {}),
  };
}

function exportDefaults(mesh: MeshConfig['mesh']): Partial<MeshSettings> {
  const names = ['defaultServiceExportTo', 'defaultVirtualServiceExportTo', 'defaultDestinationRuleExportTo'] as const;
  const said = names.map((name) => [name, mesh[name]] as const);
  // An empty list is left out on its way through protobuf, and means what nothing means.
  return Object.fromEntries(
    said.filter(([, to]) => Array.isArray(to) && to.length > 0 && to.every((each) => typeof each === 'string')),
  );
}

/** Empty when it is no YAML: istiod says what is wrong with it. */
const yamlFields = (text: unknown): Readonly<Record<string, unknown>> =>
  typeof text === 'string' ? fieldsOf(yamlValue(text)) : {};
