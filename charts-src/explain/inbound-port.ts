import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost } from '../graph/mesh-host.ts';
import { perGraph } from '../graph/per-graph.ts';
import { isHttp, mayBeHttp, parseProtocol, type Protocol } from '../graph/protocol.ts';
import { createdAt } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import { push } from '../model/multimap.ts';

/** What the proxy of pods takes a port of theirs to speak. */
export interface InboundPort {
  readonly speaks: 'http' | 'bytes' | 'sniffed';
  /** Set where it depends on which of two Services is older, and the files do not say. */
  readonly assumption: string | undefined;
}

/**
 * What the proxy of pods takes a port of theirs to speak, whatever the Service says by which a client came: the oldest
 * Service that leads to the port decides, or a Sidecar with `ingress`. At a port that neither names it looks at the
 * first bytes.
 * Source: Istio's buildInboundChainConfigs, SetServiceTargets
 */
export function inboundPort(graph: MeshGraph, workload: Workload, port: number): InboundPort {
  const ingress = graph.sidecars.for(workload)?.spec.ingress ?? [];
  if (ingress.length > 0) {
    const listener = ingress.find((one) => one.port.number === port);
    return { speaks: speech(parseProtocol(listener?.port.protocol ?? '') ?? 'sniffed'), assumption: undefined };
  }
  const [oldest, ...others] = protocolsAt(graph, workload, port);
  const mayBe = mayBeHttp(oldest?.protocol ?? 'sniffed');
  const other = others.find(({ protocol }) => mayBeHttp(protocol) !== mayBe);
  const isOpen =
    oldest !== undefined &&
    other !== undefined &&
    other.host !== oldest.host &&
    [oldest, other].some(({ host }) => createdAt(host.manifest) === '');
  return {
    speaks: speech(oldest?.protocol ?? 'sniffed'),
    assumption: isOpen
      ? `${oldest.host.host} is older than ${other.host.host}: both lead to port ${port} of ${workload.name}, and the older one says what it speaks`
      : undefined,
  };
}

const speech = (protocol: Protocol): InboundPort['speaks'] =>
  protocol === 'sniffed' ? 'sniffed' : isHttp(protocol) ? 'http' : 'bytes';

interface PortProtocol {
  readonly host: MeshHost;
  readonly protocol: Protocol;
}

/** What Services say of a port of pods, the oldest first. */
const protocolsAt = (graph: MeshGraph, workload: Workload, port: number): readonly PortProtocol[] =>
  [...(hostsBy(graph).get(workload) ?? [])]
    .sort((a, b) => order(createdAt(a.manifest), createdAt(b.manifest)) || order(a.host, b.host))
    .flatMap((host) =>
      host.ports.filter((one) => containerPortOf(one, workload) === port).map(({ protocol }) => ({ host, protocol })),
    );

/** Hosts by the pods that answer for them, worked out once a mesh. */
const hostsBy = perGraph((graph): ReadonlyMap<Workload, readonly MeshHost[]> => {
  const found = new Map<Workload, MeshHost[]>();
  for (const host of graph.hosts) for (const workload of host.workloads) push(found, workload, host);
  return found;
});

const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
