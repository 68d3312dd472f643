import type { ObjectSchema, Schema } from '../../../charts-src/model/schema.ts';
import type { Kind } from './crd.ts';

/** An object that occurs once or more, and gets one name wherever it occurs. */
export interface Shape {
  readonly name: string;
  readonly schema: ObjectSchema;
  /** `VirtualService.spec.http[]`; the first one comes first in the alphabet of kinds. */
  readonly paths: readonly string[];
}

/** Names that Istio's own reference uses, for shapes whose path would give a worse one. Any path of the shape will do. */
const NAMES: Readonly<Record<string, string>> = {
  'AuthorizationPolicy.spec.rules[].when[]': 'AuthorizationPolicyCondition',
  'AuthorizationPolicy.spec.provider': 'NamedReference',
  'AuthorizationPolicy.spec.selector': 'LabelSelector',
  'AuthorizationPolicy.spec.targetRef': 'PolicyTargetReference',
  'DestinationRule.spec.subsets[]': 'Subset',
  'DestinationRule.spec.trafficPolicy': 'TrafficPolicy',
  'DestinationRule.spec.trafficPolicy.portLevelSettings[]': 'PortTrafficPolicy',
  'DestinationRule.spec.trafficPolicy.connectionPool': 'ConnectionPoolSettings',
  'DestinationRule.spec.trafficPolicy.connectionPool.http': 'HTTPConnectionPoolSettings',
  'DestinationRule.spec.trafficPolicy.connectionPool.http.http2KeepAlive': 'HTTP2KeepAlive',
  'DestinationRule.spec.trafficPolicy.connectionPool.tcp': 'TCPConnectionPoolSettings',
  'DestinationRule.spec.trafficPolicy.connectionPool.tcp.tcpKeepalive': 'TCPKeepalive',
  'DestinationRule.spec.trafficPolicy.loadBalancer': 'LoadBalancerSettings',
  'DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash': 'ConsistentHash',
  'DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpCookie': 'HTTPCookie',
  'DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes[]': 'HTTPCookieAttribute',
  'DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.maglev': 'Maglev',
  'DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.ringHash': 'RingHash',
  'DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting': 'LocalityLoadBalancerSetting',
  'DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[]': 'LocalityDistribution',
  'DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.failover[]': 'LocalityFailover',
  'DestinationRule.spec.trafficPolicy.loadBalancer.warmup': 'WarmupConfiguration',
  'DestinationRule.spec.trafficPolicy.loadBalancer.zoneAwareLbSetting': 'ZoneAwareLoadBalancerSetting',
  'DestinationRule.spec.trafficPolicy.outlierDetection': 'OutlierDetection',
  'DestinationRule.spec.trafficPolicy.portLevelSettings[].port': 'PortSelector',
  'DestinationRule.spec.trafficPolicy.tls': 'ClientTLSSettings',
  'DestinationRule.spec.trafficPolicy.proxyProtocol': 'ProxyProtocol',
  'DestinationRule.spec.trafficPolicy.retryBudget': 'RetryBudget',
  'DestinationRule.spec.trafficPolicy.tunnel': 'TunnelSettings',
  'EnvoyFilter.spec.configPatches[]': 'EnvoyConfigPatch',
  'EnvoyFilter.spec.configPatches[].match': 'EnvoyConfigMatch',
  'EnvoyFilter.spec.configPatches[].match.cluster': 'EnvoyClusterMatch',
  'EnvoyFilter.spec.configPatches[].match.listener': 'EnvoyListenerMatch',
  'EnvoyFilter.spec.configPatches[].match.listener.filterChain': 'EnvoyFilterChainMatch',
  'EnvoyFilter.spec.configPatches[].match.listener.filterChain.filter': 'EnvoyFilterMatch',
  'EnvoyFilter.spec.configPatches[].match.proxy': 'EnvoyProxyMatch',
  'EnvoyFilter.spec.configPatches[].match.routeConfiguration': 'EnvoyRouteConfigurationMatch',
  'EnvoyFilter.spec.configPatches[].match.routeConfiguration.vhost': 'EnvoyVirtualHostMatch',
  'EnvoyFilter.spec.configPatches[].match.routeConfiguration.vhost.route': 'EnvoyRouteMatch',
  'EnvoyFilter.spec.configPatches[].match.waypoint': 'EnvoyWaypointMatch',
  'EnvoyFilter.spec.configPatches[].patch': 'EnvoyPatch',
  'Gateway.spec.servers[]': 'Server',
  'Gateway.spec.servers[].port': 'ServerPort',
  'Gateway.spec.servers[].tls': 'ServerTLSSettings',
  'PeerAuthentication.spec.mtls': 'MutualTLS',
  'RequestAuthentication.spec.jwtRules[]': 'JWTRule',
  'RequestAuthentication.spec.jwtRules[].fromHeaders[]': 'JWTHeader',
  'RequestAuthentication.spec.jwtRules[].outputClaimToHeaders[]': 'ClaimToHeader',
  'ServiceEntry.spec.endpoints[]': 'WorkloadEntrySpec',
  'Sidecar.spec.egress[]': 'IstioEgressListener',
  'Sidecar.spec.ingress[]': 'IstioIngressListener',
  'Sidecar.spec.outboundTrafficPolicy': 'OutboundTrafficPolicy',
  'Telemetry.spec.accessLogging[]': 'AccessLogging',
  'Telemetry.spec.accessLogging[].match': 'TelemetryModeMatch',
  'Telemetry.spec.metrics[]': 'Metrics',
  'Telemetry.spec.metrics[].overrides[]': 'MetricsOverride',
  'Telemetry.spec.metrics[].overrides[].match': 'MetricSelector',
  'Telemetry.spec.metrics[].overrides[].tagOverrides{}': 'TagOverride',
  'Telemetry.spec.tracing[]': 'Tracing',
  'Telemetry.spec.tracing[].customTags{}': 'CustomTag',
  'Telemetry.spec.tracing[].customTags{}.environment': 'CustomTagSource',
  'Telemetry.spec.tracing[].customTags{}.formatter': 'CustomTagText',
  'WasmPlugin.spec.match[]': 'TrafficSelector',
  'WasmPlugin.spec.match[].ports[]': 'TrafficSelectorPort',
  'WasmPlugin.spec.vmConfig': 'WasmVmConfig',
  'WasmPlugin.spec.vmConfig.env[]': 'WasmEnvVar',
  'VirtualService.spec.http[]': 'HTTPRoute',
  'VirtualService.spec.http[].corsPolicy': 'CorsPolicy',
  'VirtualService.spec.http[].corsPolicy.allowOrigins[]': 'StringMatch',
  'VirtualService.spec.http[].delegate': 'Delegate',
  'VirtualService.spec.http[].directResponse': 'HTTPDirectResponse',
  'VirtualService.spec.http[].directResponse.body': 'HTTPBody',
  'VirtualService.spec.http[].fault': 'HTTPFaultInjection',
  'VirtualService.spec.http[].fault.abort': 'HTTPFaultAbort',
  'VirtualService.spec.http[].fault.abort.percentage': 'Percent',
  'VirtualService.spec.http[].fault.delay': 'HTTPFaultDelay',
  'VirtualService.spec.http[].headers': 'Headers',
  'VirtualService.spec.http[].headers.request': 'HeaderOperations',
  'VirtualService.spec.http[].match[]': 'HTTPMatchRequest',
  'VirtualService.spec.http[].mirror': 'Destination',
  'VirtualService.spec.http[].mirrors[]': 'HTTPMirrorPolicy',
  'VirtualService.spec.http[].redirect': 'HTTPRedirect',
  'VirtualService.spec.http[].retries': 'HTTPRetry',
  'VirtualService.spec.http[].rewrite': 'HTTPRewrite',
  'VirtualService.spec.http[].rewrite.uriRegexRewrite': 'RegexRewrite',
  'VirtualService.spec.http[].route[]': 'HTTPRouteDestination',
  'VirtualService.spec.tcp[]': 'TCPRoute',
  'VirtualService.spec.tcp[].match[]': 'L4MatchAttributes',
  'VirtualService.spec.tcp[].route[]': 'RouteDestination',
  'VirtualService.spec.tls[]': 'TLSRoute',
  'VirtualService.spec.tls[].match[]': 'TLSMatchAttributes',
  'WorkloadGroup.spec.probe': 'ReadinessProbe',
};

/** All distinct objects of all kinds, parents before what they hold. */
export function findShapes(kinds: readonly Kind[]): readonly Shape[] {
  const found = new Map<string, { schema: ObjectSchema; paths: string[] }>();
  for (const { kind, spec } of kinds)
    visit(spec, `${kind}.spec`, (schema, path) => {
      const key = JSON.stringify(schema);
      const shape = found.get(key);
      if (shape === undefined) found.set(key, { schema, paths: [path] });
      else shape.paths.push(path);
    });
  return named([...found.values()]);
}

function visit(schema: Schema, path: string, see: (schema: ObjectSchema, path: string) => void): void {
  if (typeof schema !== 'object') return;
  if (schema.type === 'list') visit(schema.items, `${path}[]`, see);
  if (schema.type === 'map') visit(schema.values, `${path}{}`, see);
  if (schema.type !== 'object') return;
  see(schema, path);
  for (const [name, field] of Object.entries(schema.fields)) visit(field, `${path}.${name}`, see);
}

/**
 * A name comes from the path: the field, in the singular, preceded by as many of its parents as it takes to be the
 * only one; and by the kind, unless several kinds share the shape.
 */
function named(shapes: readonly Omit<Shape, 'name'>[]): Shape[] {
  const unused = new Set(Object.keys(NAMES));
  const taken = new Set<string>();
  const result = shapes.map((shape) => {
    const given = shape.paths.find((path) => NAMES[path] !== undefined);
    for (const path of shape.paths) unused.delete(path);
    const name = given === undefined ? undefined : NAMES[given];
    if (name !== undefined && taken.has(name))
      throw new Error(`two shapes are named ${name}; the second is at ${given}`);
    if (name !== undefined) taken.add(name);
    return { ...shape, name };
  });
  if (unused.size > 0) throw new Error(`no shape is at ${[...unused].join(', ')}: correct NAMES`);
  return result.map(({ name, ...shape }) => {
    const chosen = name ?? candidates(shape.paths).find((candidate) => !taken.has(candidate));
    if (chosen === undefined) throw new Error(`no name is left for ${shape.paths[0]}: add one to NAMES`);
    taken.add(chosen);
    return { ...shape, name: chosen };
  });
}

function candidates(paths: readonly string[]): string[] {
  const [first = ''] = paths;
  const [kind = '', ...fields] = first.split('.');
  const isShared = paths.some((path) => !path.startsWith(`${kind}.`));
  if (fields.length === 1) return [`${kind}Spec`];
  const words = fields.slice(1).map(word);
  return words.map((_, index) => `${isShared ? '' : kind}${words.slice(words.length - 1 - index).join('')}`);
}

/** `http[]` is an `Http`, `routes[]` a `Route`, `policies[]` a `Policy`. */
function word(segment: string): string {
  const name = segment.replace(/(\[\]|\{\})+$/, '');
  const singular =
    segment.endsWith('[]') || segment.endsWith('{}') ? name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1') : name;
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}
