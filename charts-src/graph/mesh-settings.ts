import { CLUSTER_DOMAIN } from '../model/host.ts';

/** What of Istio's MeshConfig changes the meaning of manifests. It is rarely among them, so each is an option too. */
export interface MeshSettings {
  /** Namespace whose policies hold for the whole mesh. Source: MeshConfig.rootNamespace */
  readonly rootNamespace: string;
  readonly clusterDomain: string;
  /** Source: MeshConfig.trustDomain */
  readonly trustDomain: string;
  /** Whether what is not known may leave the mesh. Source: MeshConfig.outboundTrafficPolicy.mode */
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  /** Whether clients choose mutual TLS by themselves. Source: MeshConfig.enableAutoMtls */
  readonly autoMtls: boolean;
  /** Who sees Services and hosts of ServiceEntries that do not say it. Source: MeshConfig.defaultServiceExportTo */
  readonly defaultServiceExportTo: readonly string[];
  /** Source: MeshConfig.defaultVirtualServiceExportTo */
  readonly defaultVirtualServiceExportTo: readonly string[];
  /** Source: MeshConfig.defaultDestinationRuleExportTo */
  readonly defaultDestinationRuleExportTo: readonly string[];
}

/** What Istio does when nothing is said. */
export const DEFAULT_SETTINGS: MeshSettings = {
  rootNamespace: 'istio-system',
  clusterDomain: CLUSTER_DOMAIN,
  trustDomain: 'cluster.local',
  outboundTrafficPolicy: 'ALLOW_ANY',
  autoMtls: true,
  defaultServiceExportTo: ['*'],
  defaultVirtualServiceExportTo: ['*'],
  defaultDestinationRuleExportTo: ['*'],
};
