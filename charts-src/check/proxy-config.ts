import type { Workload } from '../graph/workload.ts';
import { isFields } from '../manifest/raw.ts';
import { yamlValue } from '../manifest/yaml-value.ts';

/** What of Istio's ProxyConfig is read. */
export interface ProxyConfig {
  readonly holdApplicationUntilProxyStarts?: unknown;
  readonly terminationDrainDuration?: unknown;
  readonly proxyMetadata?: unknown;
}

/** The `proxy.istio.io/config` annotation of a workload's pods; empty when there is none, or it is no YAML. */
export function proxyConfigOf({ annotations }: Pick<Workload, 'annotations'>): ProxyConfig {
  const config = yamlValue(annotations['proxy.istio.io/config'] ?? '');
  return isFields(config) ? config : {};
}

/** Whether the proxy is an ordinary container beside the others: only when somebody says so. Source: Istio 1.31's injection template */
export const isClassicSidecar = ({ annotations, pod }: Pick<Workload, 'annotations' | 'pod'>): boolean =>
  annotations['sidecar.istio.io/nativeSidecar'] === 'false' ||
  (pod.containers ?? []).some(({ name, image }) => name === 'istio-proxy' && image !== 'auto');
