/** Kinds of objects that an annotation or label of Istio is for; `Any` is all of them. */
export type AnnotationTarget =
  | 'Any'
  | 'AuthorizationPolicy'
  | 'Gateway'
  | 'GatewayClass'
  | 'Ingress'
  | 'Namespace'
  | 'Pod'
  | 'Service'
  | 'ServiceEntry'
  | 'WorkloadEntry';

/** An annotation that Istio reads. */
export interface IstioAnnotation {
  readonly targets: readonly AnnotationTarget[];
  /** What took its place, for those that are no longer meant to be used; empty where nothing did. */
  readonly deprecated?: string;
  /** Written by Istio itself: wherever it stands, nobody put it there. */
  readonly isWritten?: true;
}

/** Every annotation that Istio 1.31 knows. Source: istio.io/api, package annotation */
export const istioAnnotations: Readonly<Record<string, IstioAnnotation>> = {
  ...table(['Pod'], '', [
    'ambient.istio.io/bypass-inbound-capture',
    'ambient.istio.io/dns-capture',
    'ambient.istio.io/redirection',
    'inject.istio.io/templates',
    'istio.io/reroute-virtual-interfaces',
    'prometheus.istio.io/merge-metrics',
    'proxy.istio.io/config',
    'proxy.istio.io/overrides',
    'status.sidecar.istio.io/port',
  ]),
  ...table(['Pod'], 'readiness.status.sidecar.istio.io/', [
    'applicationPorts',
    'failureThreshold',
    'initialDelaySeconds',
    'periodSeconds',
  ]),
  ...table(['Pod'], 'sidecar.istio.io/', [
    'agentLogLevel',
    'bootstrapOverride',
    'componentLogLevel',
    'interceptionMode',
    'logLevel',
    'nativeSidecar',
    'proxyCPU',
    'proxyCPULimit',
    'proxyImage',
    'proxyImageType',
    'proxyMemory',
    'proxyMemoryLimit',
    'rewriteAppHTTPProbers',
    'statsEvictionInterval',
    'statsFlushInterval',
    'statsHistogramBins',
    'statsHistogramBuckets',
    'userVolume',
    'userVolumeMount',
  ]),
  ...table(['Pod'], 'traffic.sidecar.istio.io/', [
    'excludeInboundPorts',
    'excludeInterfaces',
    'excludeOutboundIPRanges',
    'excludeOutboundPorts',
    'includeInboundPorts',
    'includeOutboundIPRanges',
    'includeOutboundPorts',
  ]),
  'sidecar.istio.io/inject': { targets: ['Pod'], deprecated: 'the label of the same name' },
  'sidecar.istio.io/discoveryAddress': { targets: ['Pod'], deprecated: 'discoveryAddress in proxy.istio.io/config' },
  'sidecar.istio.io/extraStatTags': { targets: ['Pod'], deprecated: 'extraStatTags in proxy.istio.io/config' },
  'sidecar.istio.io/statsCompression': { targets: ['Pod'], deprecated: 'statsCompression in proxy.istio.io/config' },
  'sidecar.istio.io/statsInclusionPrefixes': {
    targets: ['Pod'],
    deprecated: 'proxyStatsMatcher in proxy.istio.io/config',
  },
  'sidecar.istio.io/statsInclusionRegexps': {
    targets: ['Pod'],
    deprecated: 'proxyStatsMatcher in proxy.istio.io/config',
  },
  'sidecar.istio.io/statsInclusionSuffixes': {
    targets: ['Pod'],
    deprecated: 'proxyStatsMatcher in proxy.istio.io/config',
  },
  'traffic.sidecar.istio.io/kubevirtInterfaces': {
    targets: ['Pod'],
    deprecated: 'istio.io/reroute-virtual-interfaces',
  },
  'alpha.istio.io/canonical-serviceaccounts': { targets: ['Service'], deprecated: '' },
  'alpha.istio.io/kubernetes-serviceaccounts': { targets: ['Service'], deprecated: '' },
  ...table(['Service'], '', ['networking.istio.io/exportTo', 'traffic.istio.io/nodeSelector']),
  ...table(['Service', 'ServiceEntry', 'Namespace'], '', [
    'istio.io/use-waypoint-canary-weight',
    'networking.istio.io/traffic-distribution',
  ]),
  ...table(['Namespace'], '', ['topology.istio.io/controlPlaneClusters']),
  ...table(['Gateway'], '', [
    'gateway.istio.io/name-override',
    'gateway.istio.io/service-account',
    'networking.istio.io/service-type',
  ]),
  ...table(['Gateway', 'GatewayClass'], '', ['ambient.istio.io/waypoint-inbound-binding']),
  ...table(['WorkloadEntry'], '', [
    'istio.io/autoRegistrationGroup',
    'istio.io/connectedAt',
    'istio.io/disconnectedAt',
    'istio.io/workloadController',
  ]),
  ...table(['AuthorizationPolicy'], '', ['istio.io/dry-run']),
  ...table(['Ingress'], '', ['kubernetes.io/ingress.class']),
  ...table(['Any'], '', ['galley.istio.io/analyze-suppress']),
  'gateway.istio.io/controller-version': { targets: ['Any'], isWritten: true },
  'istio.io/rev': { targets: ['Pod'], isWritten: true },
  'sidecar.istio.io/status': { targets: ['Pod'], isWritten: true },
};

/** Labels that Istio reads and that people put in the wrong place. Source: istio.io/api, package label */
export const istioLabels: Readonly<Record<string, readonly AnnotationTarget[]>> = {
  'istio-injection': ['Namespace'],
  'istio.io/dataplane-mode': ['Namespace', 'Pod'],
  'istio.io/ingress-use-waypoint': ['Service', 'ServiceEntry', 'Namespace'],
  'istio.io/use-waypoint': ['Pod', 'WorkloadEntry', 'Service', 'ServiceEntry', 'Namespace'],
  'istio.io/waypoint-for': ['GatewayClass', 'Gateway'],
  'networking.istio.io/enable-autoallocate-ip': ['ServiceEntry'],
  'networking.istio.io/gatewayPort': ['Service'],
  'sidecar.istio.io/inject': ['Pod'],
};

function table(
  targets: readonly AnnotationTarget[],
  prefix: string,
  names: readonly string[],
): Readonly<Record<string, IstioAnnotation>> {
  return Object.fromEntries(names.map((name) => [`${prefix}${name}`, { targets }]));
}
