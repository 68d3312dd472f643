import { effectivePolicy } from '../graph/destination-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { resourceOf } from '../graph/resource.ts';
import type { TrafficPolicy } from '../imports/istio.ts';
import { objectName } from '../manifest/manifest.ts';
import { fullHost, hostCovers, isWildcardHost } from '../model/host.ts';
import type { Reference } from './change.ts';
import { manifestsOf, type ObjectChange } from './objects.ts';
import type { Opening } from './opening.ts';
import type { Pairing } from './pairing.ts';

/** How well requests are protected on their way: as plain text, by TLS that looks at no certificate, by TLS, by both sides. */
const PROTECTION = ['plain text', 'TLS that trusts every certificate', 'TLS', 'mutual TLS'] as const;

/** Requests that leave with less protection than before, because a DestinationRule says so. */
export function clientTlsOpenings(
  was: MeshGraph,
  is: MeshGraph,
  changes: readonly ObjectChange[],
  pairing: Pairing,
): readonly Opening[] {
  const hosts = new Set(
    changes
      .flatMap(manifestsOf)
      .filter(({ kind, group }) => kind === 'DestinationRule' && group === 'networking.istio.io')
      .map((manifest) => {
        const { spec, namespace } = resourceOf('DestinationRule', manifest);
        return fullHost(spec.host, namespace, is.settings.clusterDomain);
      }),
  );
  if (hosts.size === 0) return [];
  const clients = [...new Set(is.workloads.map(({ namespace }) => namespace))];
  const patterns = [...hosts].filter(isWildcardHost);
  const secured = [...tlsHosts(was), ...tlsHosts(is)];
  if (secured.length === 0) return [];
  const exact = new Set(secured);
  const wildcards = secured.filter(isWildcardHost);
  return is.hosts
    .filter(({ host }) => hosts.has(host) || patterns.some((pattern) => hostCovers(pattern, host)))
    .filter(({ host }) => exact.has(host) || wildcards.some((pattern) => hostCovers(pattern, host)))
    .flatMap(({ host, ports }) =>
      ports.flatMap(({ number }) =>
        clients.flatMap((client) => weaker(was, is, client, host, pairing.hostThere(host), number)),
      ),
    );
}

/** Hosts of DestinationRules that say anything about TLS. */
const tlsHosts = (graph: MeshGraph): readonly string[] =>
  graph
    .of('DestinationRule')
    .filter(({ spec }) =>
      [spec.trafficPolicy, ...(spec.subsets ?? []).map((subset) => subset.trafficPolicy)].some(saysTls),
    )
    .map(({ spec, namespace }) => fullHost(spec.host, namespace, graph.settings.clusterDomain));

const saysTls = (policy: TrafficPolicy | undefined): boolean =>
  policy?.tls !== undefined || (policy?.portLevelSettings ?? []).some(({ tls }) => tls !== undefined);

function weaker(
  was: MeshGraph,
  is: MeshGraph,
  client: string,
  host: string,
  earlier: string,
  port: number,
): readonly Opening[] {
  if (was.hostsNamed(earlier).length === 0) return [];
  const rule = is.destinationRuleFor({ namespace: client }, host);
  const told = new Set<string>();
  return [undefined, ...(rule?.subsets ?? []).map(({ name }) => name)].flatMap((subset) => {
    const [old, now] = [protection(was, client, earlier, subset, port), protection(is, client, host, subset, port)];
    if (old === undefined || now === undefined || now.strength >= old.strength) return [];
    // What the host as a whole says is not told again for each subset.
    const key = [old, now]
      .map(({ strength, by: said }) => `${strength} ${said?.manifest.name} ${said?.at.join('.')}`)
      .join();
    if (told.has(key)) return [];
    told.add(key);
    const by = now.by ?? old.by;
    const what = `${host}${subset === undefined ? '' : ` ${subset}`} on port ${port}`;
    const said = (from: number, to: number): string =>
      `requests from ${client} to ${what} leave as ${PROTECTION[to] ?? ''}, no more as ${PROTECTION[from] ?? ''}`;
    return [
      {
        topic: 'mtls' as const,
        subject: by ? objectName(by.manifest) : host,
        opened: said(old.strength, now.strength),
        closed: said(now.strength, old.strength),
        by,
      },
    ];
  });
}

/** Undefined where a subset is not declared. */
function protection(
  graph: MeshGraph,
  client: string,
  host: string,
  subset: string | undefined,
  port: number,
): { readonly strength: number; readonly by: Reference | undefined } | undefined {
  const rule = graph.destinationRuleFor({ namespace: client }, host);
  if (subset !== undefined && !rule?.subsets.some(({ name }) => name === subset)) return undefined;
  const tls = rule && effectivePolicy(rule, subset, port).tls;
  if (tls === undefined) {
    const [target] = graph.hostsNamed(host);
    const isOutside = target?.from.kind === 'ServiceEntry' && target.from.isExternal;
    return { strength: isOutside || !graph.settings.autoMtls ? 0 : 3, by: undefined };
  }
  const { mode = 'DISABLE', insecureSkipVerify } = tls.value;
  const strength = mode === 'DISABLE' ? 0 : mode !== 'SIMPLE' ? 3 : insecureSkipVerify === true ? 1 : 2;
  return { strength, by: { manifest: tls.rule.manifest, at: tls.at } };
}
