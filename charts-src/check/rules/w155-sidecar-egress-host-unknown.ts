import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isDelegate, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { closest } from '../../model/closest.ts';
import { isWildcardHost, serviceOfHost } from '../../model/host.ts';
import type { Hit, Rule } from '../rule.ts';

/** A Sidecar lets in a host that does not exist, or that is in another namespace: the proxy learns of nothing by it. */
export const sidecarEgressHostUnknown = {
  code: 'W155',
  name: 'sidecar-egress-host-unknown',
  severity: 'warning',
  summary: 'A Sidecar lets in a host that is not there.',
  also: ['KIA1004'],
  reads: ['Sidecar', 'Service', 'ServiceEntry', 'VirtualService'],
  *check(graph) {
    const virtual = new Set(
      graph
        .of('VirtualService')
        .filter((one) => !isDelegate(one))
        .flatMap((one) => virtualServiceHosts(one, graph.settings.clusterDomain)),
    );
    for (const { manifest, spec, namespace } of graph.of('Sidecar'))
      for (const [listener, { hosts }] of (spec.egress ?? []).entries())
        for (const [index, entry] of hosts.entries()) {
          const [owner = '', host = '', ...rest] = entry.split('/');
          // A name without a dot is refused (W472).
          if (!host.includes('.') || rest.length > 0 || owner.startsWith('~') || isWildcardHost(host)) continue;
          const words = judge(graph, owner === '.' ? namespace : owner, host.toLowerCase(), virtual);
          if (words) yield { manifest, at: ['spec', 'egress', listener, 'hosts', index], ...words };
        }
  },
} satisfies Rule;

function judge(
  graph: MeshGraph,
  owner: string,
  host: string,
  virtual: ReadonlySet<string>,
): Pick<Hit, 'message' | 'fix' | 'severity'> | undefined {
  const named = graph.hostsNamed(host);
  if (named.some(({ namespace }) => owner === '*' || namespace === owner) || virtual.has(host)) return undefined;
  const [elsewhere] = named;
  if (elsewhere)
    return {
      message: `"${host}" is in namespace "${elsewhere.namespace}", not in "${owner}", so this entry lets nothing in`,
      fix: `write "${elsewhere.namespace}/${host}"`,
    };
  const { clusterDomain } = graph.settings;
  const service = serviceOfHost(host, clusterDomain);
  if (service === undefined) {
    // Names outside the cluster may have their ServiceEntry in another folder; what has too few dots names nothing.
    const [name = '', given] = host.split('.');
    const namespace = given ?? (owner === '*' ? undefined : owner);
    const full = namespace === undefined ? undefined : `${name}.${namespace}.svc.${clusterDomain}`;
    if (full === undefined || graph.hostsNamed(full).length === 0) return undefined;
    return {
      message: `"${host}" is no full name, and a Sidecar completes none, so this entry lets nothing in`,
      fix: `write "${owner}/${full}"`,
    };
  }
  if (!graph.namespaces.get(service.namespace)?.isDescribed) return undefined;
  const meant = closest(
    service.name,
    graph.services.flatMap(({ manifest }) => (manifest.namespace === service.namespace ? [manifest.name] : [])),
  );
  return {
    message: `namespace "${service.namespace}" has no Service "${service.name}", so this entry lets nothing in`,
    fix:
      meant === undefined
        ? 'name a host that is there, or take the entry out'
        : `did you mean "${owner}/${meant}.${service.namespace}.svc.${clusterDomain}"`,
  };
}
