import { effectivePolicy, type EffectiveBlock } from '../../graph/destination-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost, type MeshPort } from '../../graph/mesh-host.ts';
import type { MtlsMode } from '../../graph/policies.ts';
import type { Resource } from '../../graph/resource.ts';
import { isAmbient } from '../../graph/waypoints.ts';
import { fullHost, hostCovers, isWildcardHost } from '../../model/host.ts';
import { formatPath } from '../../model/schema.ts';
import type { ClientTLSSettings } from '../../imports/istio.ts';
import { wayOut } from '../kept-out.ts';
import type { Hit, Rule } from '../rule.ts';

/** What a DestinationRule makes callers send is not what the pods take. */
export const tlsAgainstPeerAuthentication = {
  code: 'W208',
  name: 'tls-against-peer-authentication',
  severity: 'error',
  summary: 'The TLS mode of a DestinationRule does not fit what the pods accept.',
  reads: ['DestinationRule', 'PeerAuthentication', 'Service', 'ServiceEntry'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      if (!hasTls(rule)) continue;
      const seen = new Set<string>();
      for (const host of hostsOf(graph, rule))
        for (const hit of conflicts(graph, rule, host)) {
          const place = formatPath(hit.at);
          if (seen.has(place)) continue;
          seen.add(place);
          yield { manifest: rule.manifest, ...hit };
        }
    }
    if (!graph.settings.autoMtls) yield* withoutAutoMtls(graph);
  },
} satisfies Rule;

const hasTls = ({ spec }: Resource<'DestinationRule'>): boolean =>
  [spec.trafficPolicy, ...(spec.subsets ?? []).map(({ trafficPolicy }) => trafficPolicy)].some(
    (policy) => policy?.tls !== undefined || (policy?.portLevelSettings ?? []).some(({ tls }) => tls !== undefined),
  );

/** Hosts inside the mesh that a rule is about and that it really acts on, for callers of its own or the host's namespace. */
function hostsOf(graph: MeshGraph, rule: Resource<'DestinationRule'>): readonly MeshHost[] {
  const name = fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain);
  const covered = isWildcardHost(name)
    ? graph.hosts.filter(({ host }) => hostCovers(name, host))
    : graph.hostsNamed(name);
  return covered.filter(({ from }) => from.kind === 'Service' || !from.isExternal);
}

type Place = Omit<Hit, 'manifest' | 'place'> & { readonly at: readonly (string | number)[] };

function* conflicts(graph: MeshGraph, rule: Resource<'DestinationRule'>, host: MeshHost): Generator<Place> {
  const client = [rule.namespace, host.namespace]
    .map((namespace) =>
      graph.destinationRuleFor({ namespace, labels: rule.spec.workloadSelector?.matchLabels ?? {} }, host.host),
    )
    .find((found) => found?.rules.includes(rule));
  if (client === undefined) return;
  for (const port of host.ports)
    for (const subset of [undefined, ...(rule.spec.subsets ?? []).map(({ name }) => name)]) {
      const tls = effectivePolicy(client, subset, port.number).tls;
      if (tls?.rule !== rule) continue;
      const found = judge(graph, rule, host, port, tls);
      if (found !== undefined) yield found;
    }
}

function judge(
  graph: MeshGraph,
  rule: Resource<'DestinationRule'>,
  host: MeshHost,
  port: MeshPort,
  { value, at }: EffectiveBlock<ClientTLSSettings>,
): Place | undefined {
  // A block without a mode is DISABLE: it is the first of the API's choices.
  const sends = value.mode ?? 'DISABLE';
  const where = value.mode === undefined ? at : [...at, 'mode'];
  const written = value.mode === undefined ? 'no tls mode, which means DISABLE,' : `tls mode ${value.mode}`;
  const isWide = isWildcardHost(rule.spec.host);
  for (const workload of host.workloads) {
    const { mode, from } = graph.peerAuthentications.modeOf(workload, containerPortOf(port, workload));
    const policy = from === undefined ? '' : ` (PeerAuthentication ${from.policy.namespace}/${from.policy.name})`;
    const target = `${host.host}:${port.number}`;
    if (sends === 'ISTIO_MUTUAL') {
      // That a workload keeps out of its mesh, and what comes of it, is W242's.
      if (workload.sidecar === 'no' && wayOut(graph, workload) !== undefined) continue;
      if (workload.sidecar === 'no' && !isAmbient(graph, workload))
        return {
          at: where,
          // A rule for many hosts may never be asked about the one that cannot take it; and a namespace without any
          // label (W240) may get one elsewhere.
          ...((isWide || graph.namespaces.get(workload.namespace)?.injection === 'unset') && {
            severity: 'warning' as const,
          }),
          also: ['KIA0205', 'KIA0206'].slice(isWide ? 0 : 1),
          message: `${written} sends mutual TLS to ${target}, but ${workload.kind} ${workload.name} has no sidecar that could take it: its connections fail`,
          fix: 'remove the tls block, so that callers choose for each pod, or give the pods a sidecar',
        };
      if (mode === 'DISABLE')
        return {
          at: where,
          also: isWide ? ['KIA0505', 'KIA0506'] : ['KIA0505'],
          message: `${written} sends mutual TLS to ${target}, whose pods take plain text only${policy}: every request fails`,
          fix: 'remove the tls block, or set the PeerAuthentication to STRICT',
        };
      continue;
    }
    if (workload.sidecar === 'no' || (sends !== 'DISABLE' && sends !== 'SIMPLE')) continue;
    if (mode === 'STRICT') {
      const isSure = workload.sidecar === 'yes' || from?.policy.namespace === workload.namespace;
      return {
        at: where,
        ...(!isSure && { severity: 'warning' as const }),
        also: isWide ? ['KIA0207', 'KIA0208'] : ['KIA0207'],
        message: `${written} makes callers send ${sends === 'DISABLE' ? 'plain text' : 'TLS without their mesh certificate'} to ${target}, whose pods take mutual TLS only${policy}: connections are reset, requests get 503`,
        fix: 'write mode ISTIO_MUTUAL, or remove the tls block: Istio chooses mutual TLS by itself',
      };
    }
    if (sends === 'DISABLE' && mode === modeThatTakesBoth)
      return {
        at: where,
        severity: 'warning',
        also: ['KIA0204'],
        message: `${written} switches mutual TLS off on the way to ${target}, inside the mesh: the traffic is readable and its caller has no identity`,
        fix: 'write mode ISTIO_MUTUAL, or remove the tls block: Istio chooses mutual TLS by itself',
      };
  }
  return undefined;
}

const modeThatTakesBoth: MtlsMode = 'PERMISSIVE';

/** Without auto mTLS only a DestinationRule makes callers send it. */
function* withoutAutoMtls(graph: MeshGraph): Generator<Hit> {
  for (const service of graph.services) {
    const client = graph.destinationRuleFor({ namespace: service.namespace }, service.host);
    for (const port of service.ports) {
      if (client !== undefined && effectivePolicy(client, undefined, port.number).tls !== undefined) continue;
      const strict = service.workloads.find(
        (workload) => graph.peerAuthentications.modeOf(workload, containerPortOf(port, workload)).mode === 'STRICT',
      );
      if (strict === undefined) continue;
      yield {
        manifest: service.manifest,
        at: port.at,
        also: ['KIA0401', 'KIA0501'],
        message: `the pods take mutual TLS only, auto mTLS is off, and no DestinationRule of ${service.host} says tls mode ISTIO_MUTUAL: callers send plain text and are cut off`,
        fix: `add a DestinationRule for ${service.host} with trafficPolicy.tls.mode ISTIO_MUTUAL, or switch enableAutoMtls on`,
      };
      break;
    }
  }
}
