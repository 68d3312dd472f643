import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { yamlValue } from '../../manifest/yaml-value.ts';
import { fieldsOf } from '../../manifest/raw.ts';
import { closest } from '../../model/closest.ts';
import { isOwned } from '../long-running.ts';
import type { Rule } from '../rule.ts';

const ANNOTATION = 'proxy.istio.io/config';

/** Source: Istio's ProxyConfig of mesh/v1alpha1 */
const FIELDS =
  `availabilityZone binaryPath caCertificatesPem concurrency configPath connectionSettings controlPlaneAuthPolicy
customConfigFile discoveryAddress discoveryRefreshDelay drainDuration envoyAccessLogService envoyMetricsService
envoyMetricsServiceAddress extraStatTags fileFlushInterval fileFlushMinSizeKb gatewayTopology
holdApplicationUntilProxyStarts image interceptionMode meshId privateKeyProvider proxyAdminPort proxyBootstrapTemplatePath
proxyHeaders proxyMetadata proxyStatsMatcher readinessProbe runtimeValues sds serviceCluster statNameLength
statsCompression statsdUdpAddress statusPort terminationDrainDuration tracing tracingServiceName zipkinAddress`.split(
    /\s+/,
  );

/** Names are taken in the spelling of protobuf, too. */
const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The injector drops what it does not know, without a word. */
export const proxyConfigFieldUnknown = {
  code: 'W585',
  name: 'proxy-config-field-unknown',
  severity: 'warning',
  summary: 'The annotation proxy.istio.io/config has a field that Istio does not know.',
  reads: WORKLOAD_KINDS,
  *check(graph) {
    for (const { manifest, annotations, at } of graph.workloads) {
      const text = annotations[ANNOTATION];
      if (text === undefined || isOwned(manifest)) continue;
      for (const field of Object.keys(fieldsOf(yamlValue(text)))) {
        if (FIELDS.includes(camelCase(field))) continue;
        const meant = closest(field, FIELDS);
        yield {
          manifest,
          at: [...at, 'metadata', 'annotations', ANNOTATION],
          message: `ProxyConfig has no field "${field}": the injector drops it without a word, and the proxy keeps its default`,
          fix: meant === undefined ? 'look the field up in ProxyConfig of MeshConfig' : `did you mean "${meant}"`,
        };
      }
    }
  },
} satisfies Rule;
